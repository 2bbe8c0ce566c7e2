import { existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isWholeSinceRestored } from "../../ceremony/restore.ts";
import { replay, verifyAside } from "../../ceremony/verify.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { allowedSigners, parseRecord, recordName } from "../../crypto/record.ts";
import { readBounded } from "../bounded-read.ts";
import { recordHtml } from "../paper/record.ts";
import { readCopy } from "../record-store.ts";
import { reviewsIn } from "../review-files.ts";
import { makeFolder, syncFolder, writeNew } from "../vault-file.ts";
import { claimsOf, type Told } from "./claims.ts";
import { indexHtml } from "./page.ts";
import { readmeText } from "./readme.ts";
import { UNCERTIFIED_FILE, uncertifiedIn } from "./uncertified.ts";

export type EvidenceCode =
  | "EVIDENCE_RECORDS_NOT_VALID"
  | "EVIDENCE_NO_RECORDS"
  | "EVIDENCE_FOLDER_TAKEN"
  | "EVIDENCE_NOT_WRITTEN";

const refuse = (
  code: EvidenceCode,
  about: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never => {
  throw new CodedError<EvidenceCode>(code, about, cause === undefined ? undefined : { cause });
};

const RUNBOOK_BYTES_MOST = 1_000_000;

export interface Exported {
  readonly folder: string;
  readonly files: number;
  readonly records: number;
  readonly head: { readonly seq: number; readonly sha256: string };
  /** Records that a laptop signed which no seal names. */
  readonly uncertified: number;
}

/**
 * Writes one folder that an auditor can check alone: records and signatures, who may sign, reviews,
 * the public runbook, and pages whose every claim links to the file that proves it. The vault itself
 * and everything else of the station stay where they are. The folder appears whole or not at all.
 * What a restored laptop signed before a seal names its key is told apart, everywhere it stands.
 * `EVIDENCE_RECORDS_NOT_VALID`: evidence is not made of records that don't hold.
 */
export async function exportEvidence(asked: {
  readonly dir: string;
  readonly out: string;
  /** RFC 3339. */
  readonly now: string;
}): Promise<Exported> {
  const { dir, now } = asked;
  const out = resolve(asked.out);
  if (existsSync(out)) return refuse("EVIDENCE_FOLDER_TAKEN", { folder: out });
  const copy = readCopy(dir);
  if (copy === null || copy.records.size === 0) return refuse("EVIDENCE_NO_RECORDS", { dir });
  const found = await verifyAside([copy]);
  const { findings, mode, vaultId, head, records } = found;
  const wrong = findings.find(
    ({ severity, code }) => severity === "error" && code !== "STATION_UNCERTIFIED",
  );
  const isWhole = found.verdict !== "INVALID" || isWholeSinceRestored(found);
  if (!isWhole || mode === null || vaultId === null || head === null)
    return refuse("EVIDENCE_RECORDS_NOT_VALID", { code: wrong?.code ?? "STATION_UNCERTIFIED" });

  const files = new Map<string, Uint8Array>();
  const story: Told[] = [];
  for (const { seq, sha256: hash } of records) {
    const bytes = copy.records.get(recordName(seq)) ?? new Uint8Array();
    files.set(`records/${recordName(seq)}`, bytes);
    files.set(
      `records/${recordName(seq)}.sig`,
      copy.records.get(`${recordName(seq)}.sig`) ?? new Uint8Array(),
    );
    story.push({ ...parseRecord(bytes), written: { seq, sha256: hash } });
  }
  // Made anew from what the records certify: a file that lies beside them is believed by nobody.
  const { committed, live, first } = replay([copy]).walk.result();
  const seals = committed.length > 0 || first === null ? committed : [first];
  // By the seal that counts: what a rotation would change is not so before its commit.
  const { name } = (live ?? first)?.about ?? {};
  const vaultName = typeof name === "string" ? name : "";
  files.set("allowed_signers", utf8(allowedSigners(mode, seals)));
  const uncertified = uncertifiedIn(records, copy, mode);
  if (uncertified.length > 0)
    files.set(UNCERTIFIED_FILE, utf8(uncertified.map(({ line }) => line).join("")));
  const signers = new Map(records.map(({ seq, principal }) => [seq, principal ?? ""]));
  for (const { seqs, principal } of uncertified)
    for (const seq of seqs) signers.set(seq, principal);
  files.set(
    "signers.txt",
    utf8(
      records
        .map(({ seq, kind }) => `${digits(seq)} ${roleOf(signers.get(seq))} ${kind ?? "?"}\n`)
        .join(""),
    ),
  );
  for (const [file, bytes] of reviewsIn(dir, copy.records)) files.set(file, bytes);
  const runbook = bytesOf(join(dir, "runbook.md"), RUNBOOK_BYTES_MOST);
  const isSealed = runbook !== null && hex(sha256(runbook)) === live?.about["runbookSha256"];
  // Only as it was sealed: another text beside the vault is no evidence.
  if (isSealed) files.set("runbook.md", runbook);

  const claims = claimsOf(story, new Set(files.keys()));
  // From the breaking of the glass to its last record; what lay between is part of the story.
  for (const { page, first: from, last } of claims.uses)
    files.set(
      page,
      utf8(recordHtml({ vaultName, of: from, records: story.slice(from - 1, last) })),
    );
  const sealed = { live: live?.seq ?? null, runbook: isSealed ? "runbook.md" : null };
  const sources = { claims, story, ...sealed };
  files.set(
    "index.html",
    utf8(indexHtml({ vaultName, vaultId, mode, made: now, claims, sources, signers, uncertified })),
  );
  const reviews = [...files.keys()].filter((file) => file.startsWith("reviews/"));
  files.set(
    "README.txt",
    utf8(readmeText({ vaultName, vaultId, mode, made: now, head, reviews, uncertified })),
  );
  files.set("SHA256SUMS", utf8(sums(files)));
  write(out, files);
  const weak = uncertified.reduce((sum, { seqs }) => sum + seqs.length, 0);
  return { folder: out, files: files.size, records: records.length, head, uncertified: weak };
}

const digits = (seq: number): string => recordName(seq).slice(0, 6);

/** Which of an epoch's security keys approved, the approval itself says. */
const roleOf = (principal = "?"): string => principal.replace(/:.*/, "");

const sums = (files: ReadonlyMap<string, Uint8Array>): string =>
  [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${hex(sha256(bytes))}  ${name}\n`)
    .join("");

function bytesOf(path: string, most: number): Uint8Array | null {
  try {
    return readBounded(path, most);
  } catch {
    // Missing, or not to be read: the page says that it is not there.
    return null;
  }
}

/** Beside its place first, then renamed: a half of it never has the name that was asked for. */
function write(out: string, files: ReadonlyMap<string, Uint8Array>): void {
  const half = join(dirname(out), `.${basename(out)}.part`);
  try {
    rmSync(half, { recursive: true, force: true });
    for (const [name, bytes] of files) {
      makeFolder(dirname(join(half, name)));
      writeNew(join(half, name), bytes, 0o644);
    }
    renameSync(half, out);
    syncFolder(dirname(out));
  } catch (cause) {
    rmSync(half, { recursive: true, force: true });
    const why = (cause as { code?: string }).code ?? "unknown";
    refuse("EVIDENCE_NOT_WRITTEN", { folder: out, why }, cause);
  }
}
