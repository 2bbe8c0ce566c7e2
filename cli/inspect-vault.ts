import { statSync } from "node:fs";
import { join } from "node:path";
import { explain } from "../contract/failures.ts";
import { hex } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { headerJson } from "../crypto/header.ts";
import type { HeaderKey } from "../crypto/header-keys.ts";
import { ed25519WireKey, fingerprint } from "../crypto/ssh-wire.ts";
import { readBounded } from "../station/bounded-read.ts";
import { type ParsedVault, parseVault, VAULT_BYTES_MOST } from "../crypto/vault.ts";

/** Prints a vault's public header; the exit status as the command's help gives it. */
export async function inspect(path: string, { json }: { json: boolean }): Promise<number> {
  let bytes: Uint8Array;
  try {
    bytes = readVaultAt(path);
  } catch (error) {
    const reason = (error as { code?: string }).code ?? "unreadable";
    return refuse("INPUT_FILE_UNREADABLE", { file: path, reason }, json, 2);
  }
  let vault: ParsedVault;
  try {
    vault = parseVault(bytes);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return refuse(error.code, error.about, json, 1);
  }
  process.stdout.write(json ? `${asJson(vault)}\n` : asText(vault));
  return 0;
}

/** The file, or the vault in the folder. */
const readVaultAt = (path: string): Uint8Array =>
  readBounded(
    statSync(path).isDirectory() ? join(path, "vault.pullstation") : path,
    VAULT_BYTES_MOST,
  );

function refuse(
  code: string,
  about: Readonly<Record<string, string | number>>,
  json: boolean,
  status: number,
): number {
  const { what, todo } = explain(code, about);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, code, about, what, todo })}\n`);
  else process.stderr.write(`${what}\n${todo}\n(${code})\n`);
  return status;
}

const asJson = ({ header, fileHash }: ParsedVault): string =>
  JSON.stringify(
    {
      ok: true,
      fileSha256: hex(fileHash),
      vaultIdHex: hex(header.epoch.vaultId),
      vaultKeyFingerprint: fingerprint(ed25519WireKey(header.vaultKey)),
      ...headerJson(header),
    },
    null,
    2,
  );

function asText({ header, fileHash }: ParsedVault): string {
  const { epoch, kdf, custodians, threshold } = header;
  const rows: readonly (readonly [string, string])[] = [
    ["vault", header.name],
    ["mode", header.mode === "PRACTICE" ? "PRACTICE: opens nothing real" : "REAL"],
    ["vault id", hex(epoch.vaultId)],
    ["epoch", String(epoch.epoch)],
    ["sealed", `${header.createdAt} (the station's clock)`],
    ["opens with", `${threshold} of ${custodians.length} custodians and one security key's touch`],
    [
      "key derivation",
      `Argon2id, ${kdf.memoryKiB / 1024} MiB, ${kdf.passes} passes, ${kdf.lanes} lane(s)`,
    ],
    ["keyboard", header.keyboard],
    ["vault key", fingerprint(ed25519WireKey(header.vaultKey))],
    ["runbook sha256", header.runbookSha256],
    ["file sha256", hex(fileHash)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const facts = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [
    ...facts,
    "",
    "custodians",
    ...custodians.map(({ place, name }) => `  ${String(place).padStart(3)}  ${name}`),
    "",
    "security keys",
    ...header.keys.map((key) => `  ${keyLine(key)}`),
    "",
  ].join("\n");
}

function keyLine(key: HeaderKey): string {
  const { label, use, kind } = key;
  if (kind === "otp") {
    const serial = key.serial === null ? "practice" : `serial ${key.serial}`;
    return `${label}: opens, approves nothing (${kind}, slot ${key.slot}, ${serial}): its answer is the same all epoch`;
  }
  const does = use === "open" ? "opens, and approves records" : "approves records, opens nothing";
  return `${label}: ${does} (${kind}, ${key.aaguid})`;
}
