import { fromUtf8, hex, sha256 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import {
  allowedSigners,
  NAMESPACES,
  parseRecord,
  type RecordMode,
  recordName,
} from "../crypto/record.ts";
import { verifySshsig } from "../crypto/sshsig.ts";
import { type Entry, error, type Finding, type Judged, note } from "./finding.ts";
import { type Chain, ChainWalk } from "./verify-chain.ts";

/** One folder of records, as it lies on one medium. */
export interface Copy {
  /** How findings call it: its path. */
  readonly name: string;
  /** The files of records/ by name. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  /** vault.pullstation beside them, if it is there. */
  readonly vault?: Uint8Array | undefined;
  readonly allowedSigners?: Uint8Array | undefined;
}

export interface Question {
  /** From a share card or another trusted paper; without it nothing says whose vault this is. */
  readonly vaultId?: string | undefined;
  /** Judges the chain up to this record only. */
  readonly upTo?: number | undefined;
}

export interface Verdict {
  /** UNANCHORED: whole and consistent, but of which vault it is the reader must know. */
  readonly verdict: "VALID" | "UNANCHORED" | "INVALID";
  readonly mode: RecordMode | null;
  readonly vaultId: string | null;
  /** The highest committed epoch. */
  readonly epoch: number | null;
  readonly head: { readonly seq: number; readonly sha256: string } | null;
  readonly records: readonly Judged[];
  readonly findings: readonly Finding[];
}

/**
 * Are these records genuine and whole? Pure: bytes in, verdict out; nothing thrown for bad input.
 * Keys come from the chain itself, never from allowed_signers.
 */
export function verify(copies: readonly Copy[], question: Question = {}): Verdict {
  const { walk, ends, findings: replayed } = replay(copies, question.upTo);
  const chain = walk.result();
  // The story is of the vault that was asked for, and of the files that lie beside it.
  const anchored = anchor(chain.vaultId, question.vaultId);
  const isWhole = question.upTo === undefined;
  const files = isWhole ? copies.flatMap((copy, index) => beside(copy, ends[index], chain)) : [];

  const findings = [...replayed, ...chain.findings, ...anchored, ...files];
  const wrong = findings.some(({ severity }) => severity === "error");
  return {
    verdict: wrong ? "INVALID" : question.vaultId === undefined ? "UNANCHORED" : "VALID",
    mode: chain.mode,
    vaultId: chain.vaultId,
    epoch: chain.live?.epoch ?? null,
    head: chain.head,
    records: chain.records,
    findings,
  };
}

/** The chain that copies tell together, ready to go on; `ends` is the last seq of each copy. */
export function replay(
  copies: readonly Copy[],
  upTo = Infinity,
): { walk: ChainWalk; ends: number[]; findings: Finding[] } {
  // Every file is read, and its signature holds for what it says.
  const read = copies.map((copy) => readCopy(copy, upTo));
  // All copies tell one story, some perhaps not to its end.
  const { entries, findings } = join(read);
  // Each record is in its place and signed by whom its kind demands, with a key that a seal certified.
  const walk = new ChainWalk();
  for (const entry of entries) walk.take(entry);
  return {
    walk,
    ends: read.map(({ last }) => last),
    findings: [...read.flatMap((copy) => copy.findings), ...findings],
  };
}

interface ReadCopy {
  readonly name: string;
  readonly entries: ReadonlyMap<number, Entry>;
  readonly last: number;
  readonly findings: readonly Finding[];
}

const RECORD_FILE = /^(\d{6})\.json(\.sig)?$/;

function readCopy({ name, records }: Copy, upTo: number): ReadCopy {
  const entries = new Map<number, Entry>();
  const findings: Finding[] = [];
  for (const [file, bytes] of [...records].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [, digits, isSignature] = RECORD_FILE.exec(file) ?? [];
    const seq = Number(digits);
    const known = digits !== undefined && seq > 0;
    if (!known || (isSignature !== undefined && !records.has(recordName(seq))))
      findings.push(note("FILE_UNKNOWN", { file }, { copy: name }));
    else if (isSignature === undefined && seq <= upTo) {
      const entry = readEntry(seq, bytes, records.get(`${file}.sig`));
      entries.set(seq, entry.entry);
      findings.push(...entry.findings.map((finding) => ({ ...finding, copy: name })));
    }
  }
  return { name, entries, last: [...entries.keys()].at(-1) ?? 0, findings };
}

/** Reads one record and checks that its signature holds for it. */
export function readEntry(
  seq: number,
  bytes: Uint8Array,
  signature: Uint8Array | undefined,
): { entry: Entry; findings: Finding[] } {
  const file = recordName(seq);
  const base = { seq, sha256: hex(sha256(bytes)), body: null, signed: null };
  const body = attempt(() => parseRecord(bytes));
  if (typeof body === "string")
    return { entry: base, findings: [error("RECORD_UNREADABLE", { file, why: body }, { seq })] };
  const findings: Finding[] = [];
  if (body.seq !== seq) findings.push(error("RECORD_MISPLACED", { file, says: body.seq }, { seq }));
  if (signature === undefined)
    findings.push(error("SIGNATURE_MISSING", { file: `${file}.sig` }, { seq }));
  const signed =
    signature === undefined
      ? null
      : attempt(() =>
          verifySshsig({
            armored: fromUtf8(signature),
            namespace: NAMESPACES[body.mode],
            message: bytes,
          }),
        );
  if (typeof signed === "string") {
    findings.push(error("SIGNATURE_REFUSED", { file: `${file}.sig`, why: signed }, { seq }));
    return { entry: { ...base, body }, findings };
  }
  return { entry: { ...base, body, signed }, findings };
}

/** The value, or the code of the coded error that refused it. */
function attempt<Value extends object>(work: () => Value): Value | string {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof CodedError) return cause.code;
    throw cause;
  }
}

/** One entry for each seq; copies that differ at one are a fork, copies that end early a note. */
function join(copies: readonly ReadCopy[]): { entries: Entry[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const first = new Map<number, { entry: Entry; copy: string }>();
  for (const { name, entries } of copies) {
    for (const [seq, entry] of entries) {
      const other = first.get(seq);
      if (other === undefined || (other.entry.signed === null && entry.signed !== null))
        first.set(seq, { entry, copy: name });
      if (other !== undefined && other.entry.sha256 !== entry.sha256)
        findings.push(
          error("FORK", { at: `record ${seq}`, one: other.copy, other: name }, { seq }),
        );
    }
  }
  const entries = [...first.values()].map(({ entry }) => entry).toSorted((a, b) => a.seq - b.seq);
  const end = entries.at(-1)?.seq ?? 0;
  for (const { name, last } of copies)
    if (last < end) findings.push(note("COPY_BEHIND", { last, end }, { copy: name }));
  return { entries, findings };
}

const anchor = (vaultId: string | null, wanted: string | undefined): Finding[] =>
  wanted === undefined || wanted === vaultId
    ? []
    : [error("ANCHOR_DIFFERS", { wanted, found: vaultId ?? "none" })];

/** The vault file and allowed_signers of a copy, against what the chain says of them. */
function beside(copy: Copy, end: number | undefined, chain: Chain): Finding[] {
  const findings: Finding[] = [];
  const { live, committed, first, mode } = chain;
  const newest = live ?? first;
  const behind = (end ?? 0) < (chain.head?.seq ?? 0);
  if (copy.vault !== undefined) {
    const fileSha256 = hex(sha256(copy.vault));
    const old = committed.some((seal) => seal.fileSha256 === fileSha256);
    if (fileSha256 !== newest?.fileSha256 && !(behind && old))
      findings.push(error("VAULT_FILE_DIFFERS", { fileSha256 }, { copy: copy.name }));
  }
  if (copy.allowedSigners !== undefined && mode !== null && newest !== null && !behind) {
    const text = allowedSigners(mode, committed.length > 0 ? committed : [newest]);
    const expected = new Set(text.split("\n"));
    const found = lines(copy.allowedSigners);
    const extra = found.findIndex((line) => !expected.delete(line));
    if (extra >= 0)
      findings.push(note("SIGNERS_FILE_DIFFERS", { line: extra + 1 }, { copy: copy.name }));
    else if ([...expected].some((line) => line !== ""))
      findings.push(note("SIGNERS_FILE_DIFFERS", { line: "missing" }, { copy: copy.name }));
  }
  return findings;
}

const lines = (bytes: Uint8Array): string[] =>
  Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join("")
    .split("\n");
