import { existsSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Finding, Judged } from "../ceremony/finding.ts";
import { type Copy, type Verdict, verifyAside } from "../ceremony/verify.ts";
import { explain, visible } from "../contract/failures.ts";
import { pgpWords } from "../contract/pgp-words.ts";
import { fromHex } from "../crypto/bytes.ts";
import { readCopy } from "../station/record-store.ts";
import type { VerifyOptions } from "./verify.ts";

/** Findings of one kind beyond this many are counted, not listed. */
const LISTED = 8;

/** Judges and prints; gives the exit status: 0 valid or unanchored, 1 not valid, 2 unusable input. */
export async function verifyPaths(
  paths: readonly string[],
  { vaultId, head, json }: VerifyOptions,
  streams: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): Promise<number> {
  const input = readInput(paths);
  if (typeof input === "string") {
    if (json) streams.out(`${JSON.stringify({ verdict: "UNUSABLE", why: input })}\n`);
    else streams.err(`${visible(input)}\n`);
    return 2;
  }
  const verdict = await verifyAside(input.copies, { vaultId, head, upTo: input.upTo });
  streams.out(json ? `${JSON.stringify(verdict, null, 2)}\n` : describe(verdict, input));
  return verdict.verdict === "INVALID" ? 1 : 0;
}

export interface Input {
  readonly copies: readonly Copy[];
  /** Set when one record was asked for. */
  readonly upTo: number | undefined;
}

/** The copies, or a sentence that says why there is nothing to judge. */
export function readInput(paths: readonly string[]): Input | string {
  const copies: Copy[] = [];
  let upTo: number | undefined;
  for (const path of paths) {
    if (!existsSync(path)) return `${path}: there is no such file or folder.`;
    const isFile = statSync(path).isFile();
    const seq = /^(\d{6})\.json(?:\.sig)?$/.exec(basename(path))?.[1];
    if (isFile && (seq === undefined || paths.length > 1))
      return paths.length > 1
        ? `${path}: give one record file alone, or folders.`
        : `${path}: no record. A record file is called 000001.json; give it or its folder.`;
    let copy: Copy | null;
    try {
      copy = readCopy(isFile ? dirname(path) : path);
    } catch (cause) {
      return `${path}: it can't be read (${cause instanceof Error ? cause.message : "?"}).`;
    }
    if (copy === null || copy.records.size === 0)
      return `${path}: no records here. Give a vault's folder (it holds records/) or that folder.`;
    copies.push(copy);
    if (isFile) upTo = Number(seq);
  }
  return { copies, upTo };
}

function describe(verdict: Verdict, { copies, upTo }: Input): string {
  const { records, findings, head } = verdict;
  const errors = findings.filter(({ severity }) => severity === "error");
  const notes = findings.filter(({ severity }) => severity === "note");
  const out: string[] = [];
  if (verdict.mode === "PRACTICE")
    out.push("PRACTICE: a rehearsal. It says nothing of a real vault.");
  out.push(headline(verdict, upTo), "");
  if (verdict.vaultId !== null) out.push(`  vault    ${verdict.vaultId}`);
  out.push(`  epoch    ${verdict.epoch ?? "none committed"}`);
  out.push(`  records  ${records.length}${copies.length > 1 ? ` in ${copies.length} copies` : ""}`);
  if (head !== null)
    out.push(
      `  head     ${head.sha256}`,
      `           ${pgpWords(fromHex(head.sha256).subarray(0, 8)).join(" ")}`,
      `           ${pgpWords(fromHex(head.sha256).subarray(0, 16)).slice(8).join(" ")}`,
    );
  const table = upTo === undefined ? shown(records) : records.slice(-1);
  out.push("", ...table.map((record) => (typeof record === "string" ? record : row(record))));
  if (errors.length > 0) out.push("", "What is wrong:", ...list(errors));
  if (notes.length > 0) out.push("", "To know:", ...list(notes));
  return `${out.join("\n")}\n`;
}

function headline({ verdict, records, mode }: Verdict, upTo: number | undefined): string {
  const what =
    upTo === undefined ? `${records.length} records` : `record ${upTo} and all before it`;
  switch (verdict) {
    case "VALID":
      return `VALID: ${what}, genuine and whole up to there, of this vault${mode === "PRACTICE" ? " (practice)" : ""}.`;
    case "UNANCHORED":
      return (
        `UNANCHORED: ${what}, genuine and whole among themselves, up to there.\n` +
        "Whose vault it is they cannot say: compare the id with a share card, or give --vault-id."
      );
    case "INVALID":
      return `NOT VALID: do not rely on ${upTo === undefined ? "these records" : "this record"} before you know why.`;
  }
}

/** All of a short chain; of a long one its ends and everything that is not good. */
function shown(records: readonly Judged[]): (Judged | string)[] {
  if (records.length <= 40) return [...records];
  const out: (Judged | string)[] = [];
  let left = 0;
  for (const [index, record] of records.entries()) {
    const shows = index < 10 || index >= records.length - 10 || !record.good;
    if (shows && left > 0) out.push(`    … ${left} good records`);
    left = shows ? 0 : left + 1;
    if (shows) out.push(record);
  }
  return out;
}

const row = ({ good, file, time, kind, principal, signer }: Judged): string =>
  [
    `  ${good ? "✓" : "✗"}`,
    file.slice(0, 6),
    (time ?? "?").padEnd(24),
    (kind ?? "unreadable").padEnd(14),
    good ? (principal ?? "") : `${signer ?? ""} (not established)`,
  ].join("  ");

function list(findings: readonly Finding[]): string[] {
  const codes = [...new Set(findings.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const same = findings.filter((finding) => finding.code === code);
    const lines = same.slice(0, LISTED).map(({ seq, copy, about }) => {
      const place = [copy, seq === undefined ? undefined : `record ${seq}`].filter(Boolean);
      const where = place.length === 0 ? "" : ` [${visible(place.join(", "))}]`;
      return `  ${code}: ${explain(code, about).what}${where}`;
    });
    const more = same.length > LISTED ? [`  … and ${same.length - LISTED} more of ${code}`] : [];
    return [...lines, ...more, `    ${explain(code, same[0]?.about).todo}`];
  });
}
