import { lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Copy } from "../ceremony/verify.ts";
import type { CopyWritten } from "../contract/copy.ts";
import { equal, hex, sha256 } from "../crypto/bytes.ts";
import { parseRecord } from "../crypto/record.ts";
import { parseVault } from "../crypto/vault.ts";
import { readBounded } from "./bounded-read.ts";
import { refuse } from "./errors.ts";
import { requireIsolation } from "./isolation.ts";
import { list, sharesOnStick } from "./media.ts";
import { readCopy } from "./record-store.ts";
import { reviewsIn } from "./review-files.ts";
import { textAt } from "./restoring.ts";
import { recordsOn } from "./trail-media.ts";
import { makeFolder, readLive, syncFolder, writeNew } from "./vault-file.ts";

const VAULT = "vault.pullstation";
const BESIDE = ["runbook.md", "policy.json", "allowed_signers"];
const RECORD = /^\d{6}\.json(?:\.sig)?$/;
/** In a folder of this is what is being written: too deep to be taken for a copy. */
const WRITING = ".writing";
/** The copy before, until the new one has its name. */
const OLD = ".old";

export interface Stick {
  readonly name: string;
  readonly folder: string;
}

/**
 * Copies the vault's folder to a stick: vault, records, runbook, policy and the reviews' files that
 * records name, in a folder of the vault's own. It is written beside an earlier copy, read back and compared, and then takes its place: one of
 * the two is whole at every moment. `committed`: the vault file that the records call live. Nothing of
 * the stick is changed by a refusal: `STICK_HOLDS_SHARE`, `STICK_HOLDS_KEYS`, `STICK_OTHER_VAULT`,
 * `STICK_NEWER_COPY`, `STICK_COPY_ELSEWHERE`, `STICK_FOLDER_TAKEN`; `STICK_NOT_WRITTEN` leaves the earlier
 * copy.
 */
export function writeCopy(dir: string, committed: string | null, stick: Stick): CopyWritten {
  const bytes = readLive(dir, committed) ?? refuse("VAULT_NOT_COMMITTED", { dir });
  const own = readCopy(dir) ?? refuse("VAULT_MISSING");
  const { header, epoch, fileHash } = parseVault(bytes);
  requireIsolation(header.mode);
  const vaultId = hex(epoch.vaultId);
  const folder = `pullstation-${vaultId.slice(0, 8)}`;
  settle(stick, folder);
  requireRoom(stick, folder, own, bytes, vaultId);
  const records = [...own.records].filter(([name]) => RECORD.test(name)).toSorted();
  const last = records.findLast(([name]) => name.endsWith(".json"));
  if (last === undefined) return refuse("VAULT_MISSING");
  const files = new Map([
    ...records.map(([name, file]): [string, Uint8Array] => [join("records", name), file]),
    ...BESIDE.flatMap((name): [string, Uint8Array][] => {
      const file = textAt(join(dir, name));
      return file === null ? [] : [[name, file]];
    }),
    [VAULT, bytes] as [string, Uint8Array],
  ]);
  try {
    replaceFolder(stick.folder, folder, function* () {
      yield* files;
      yield* reviewsOf(dir, own);
    });
  } catch (error) {
    const { code = "unwritable" } = error as { code?: string };
    const reason = code === "DISK_READ_BACK_DIFFERS" ? "it gave back other bytes" : code;
    return refuse("STICK_NOT_WRITTEN", { stick: stick.name, reason }, error);
  }
  return {
    stick: stick.name,
    folder,
    epoch: epoch.epoch,
    fileSha256: hex(fileHash),
    upTo: { seq: Number(last[0].slice(0, 6)), sha256: hex(sha256(last[1])) },
  };
}

/** Sticks know no case and no last dot: of names that differ in nothing else they can hold the first only. */
function* reviewsOf(dir: string, own: Copy): Generator<readonly [string, Uint8Array]> {
  const given = new Set<string>();
  for (const [file, bytes] of reviewsIn(dir, own.records)) {
    const there = file.toLowerCase().replace(/\.+(?=\/)/g, "");
    if (given.has(there)) continue;
    given.add(there);
    yield [file, bytes];
  }
}

/** What a stick that was pulled out in the middle left: the copy before takes its name again. */
function settle(stick: Stick, folder: string): void {
  const names = new Set(list(stick.folder).map(({ name }) => name));
  if (!names.has(folder + OLD)) return;
  try {
    if (names.has(folder)) removeOld(stick.folder, folder);
    else {
      renameSync(join(stick.folder, folder + OLD), join(stick.folder, folder));
      syncFolder(stick.folder);
    }
  } catch (error) {
    const { code = "unwritable" } = error as { code?: string };
    refuse("STICK_NOT_WRITTEN", { stick: stick.name, reason: code }, error);
  }
}

/** Never beside a share or access keys, over another vault's copy, or over what is not known here. */
function requireRoom(
  stick: Stick,
  folder: string,
  own: Copy,
  vault: Uint8Array,
  vaultId: string,
): void {
  const { name } = stick;
  if (sharesOnStick(stick).length > 0) refuse("STICK_HOLDS_SHARE", { stick: name });
  if (list(stick.folder).some((file) => file.isFile() && /\.csv$/i.test(file.name)))
    refuse("STICK_HOLDS_KEYS", { stick: name });
  for (const found of recordsOn(stick)) {
    const copy = readCopy(found.folder);
    if (copy === null) continue;
    const about = { stick: name, folder: found.name };
    if (vaultIn(copy) !== vaultId) refuse("STICK_OTHER_VAULT", about);
    if (!isKnown(copy, own, vault)) refuse("STICK_NEWER_COPY", about);
    if (found.folder !== join(stick.folder, folder)) refuse("STICK_COPY_ELSEWHERE", about);
  }
  const there = lstatSync(join(stick.folder, folder), { throwIfNoEntry: false });
  const isCopy = recordsOn(stick).some((one) => one.folder === join(stick.folder, folder));
  if (there !== undefined && !isCopy) refuse("STICK_FOLDER_TAKEN", { stick: name, folder });
}

/** Which vault a copy says that it is of; null: it can't be read. */
function vaultIn({ records }: Copy): string | null {
  for (const [name, bytes] of records)
    if (/^\d{6}\.json$/.test(name))
      try {
        return parseRecord(bytes).vaultId;
      } catch {
        // Perhaps the next one can.
      }
  return null;
}

/** Whether each of its records is one of ours, and its vault the live one or one that ours tell of. */
function isKnown(copy: Copy, own: Copy, vault: Uint8Array): boolean {
  const records = [...copy.records].filter(([name]) => /^\d{6}\.json$/.test(name));
  const isOurs = records.every(([name, bytes]) => {
    const mine = own.records.get(name);
    return mine !== undefined && equal(mine, bytes);
  });
  if (copy.vault === undefined || equal(copy.vault, vault)) return isOurs;
  const told = hex(sha256(copy.vault));
  return isOurs && [...own.records.values()].some((bytes) => tellsOf(bytes, told));
}

function tellsOf(record: Uint8Array, fileSha256: string): boolean {
  try {
    const { kind, evidence } = parseRecord(record);
    return kind === "committed" && evidence["fileSha256"] === fileSha256;
  } catch {
    return false;
  }
}

/** Nothing half is taken for a copy: the folder gets its name when it was read back. */
function replaceFolder(
  at: string,
  folder: string,
  files: () => Iterable<readonly [string, Uint8Array]>,
): void {
  const [target, writing, old] = [folder, folder + WRITING, folder + OLD].map((name) =>
    join(at, name),
  ) as [string, string, string];
  const temp = join(writing, "copy");
  rmSync(writing, { recursive: true, force: true });
  makeFolder(join(temp, "records"));
  for (const [name, bytes] of files()) {
    makeFolder(dirname(join(temp, name)));
    writeNew(join(temp, name), bytes, 0o644);
  }
  for (const [name, bytes] of files())
    if (!equal(readBounded(join(temp, name), bytes.length), bytes))
      refuse("DISK_READ_BACK_DIFFERS");
  const isThere = readdirSync(at).includes(folder);
  if (isThere) {
    renameSync(target, old);
    syncFolder(at);
  }
  renameSync(temp, target);
  syncFolder(at);
  if (isThere) removeOld(at, folder);
  else {
    rmSync(writing, { recursive: true, force: true });
    syncFolder(at);
  }
}

/** Too deep to be taken for a copy first: half of one beside the whole one would spoil a restore. */
function removeOld(at: string, folder: string): void {
  const writing = join(at, folder + WRITING);
  makeFolder(writing);
  for (const { name } of list(writing)) rmSync(join(writing, name), { recursive: true });
  renameSync(join(at, folder + OLD), join(writing, "old"));
  syncFolder(at);
  rmSync(writing, { recursive: true });
  syncFolder(at);
}
