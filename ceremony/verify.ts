import { fromUtf8, hex, sha256 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import {
  allowedSigners,
  NAMESPACES,
  parseRecord,
  type RecordMode,
  recordName,
} from "../crypto/record.ts";
import {
  type Signature,
  type Verified,
  verifySshsig,
  verifySshsigAside,
} from "../crypto/sshsig.ts";
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
  /** A record's place and SHA-256 (hex) from paper: the chain must reach it. */
  readonly head?: { readonly seq: number; readonly sha256: string } | undefined;
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
  return judge(copies, question, replay(copies, question.upTo));
}

/** The same verdict with signatures checked on the platform's own threads: for long chains. */
export async function verifyAside(
  copies: readonly Copy[],
  question: Question = {},
): Promise<Verdict> {
  const read = copies.map(async (copy) => {
    const { name, files, findings } = openCopy(copy, question.upTo);
    const checked = files.map(async (file) =>
      settle(file, file.signature && (await attemptAside(verifySshsigAside(file.signature)))),
    );
    return closeCopy(name, await Promise.all(checked), findings);
  });
  return judge(copies, question, told(await Promise.all(read)));
}

function judge(copies: readonly Copy[], question: Question, replayed: Replayed): Verdict {
  const { walk, ends } = replayed;
  const chain = walk.result();
  // The story is of the vault that was asked for, and of the files that lie beside it.
  const anchored = anchor(chain.vaultId, question.vaultId);
  const isWhole = question.upTo === undefined;
  const files = isWhole ? copies.flatMap((copy, index) => beside(copy, ends[index], chain)) : [];

  const reached = reaches(chain, question.head);
  const findings = [...replayed.findings, ...chain.findings, ...anchored, ...reached, ...files];
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

export interface Replayed {
  /** The chain that the copies tell together, ready to go on. */
  readonly walk: ChainWalk;
  /** The last seq of each copy. */
  readonly ends: readonly number[];
  readonly findings: readonly Finding[];
}

/** Reads copies and walks the chain that they tell together. */
export function replay(copies: readonly Copy[], upTo?: number): Replayed {
  // Every file is read, and its signature holds for what it says.
  const read = copies.map((copy) => {
    const { name, files, findings } = openCopy(copy, upTo);
    return closeCopy(name, files.map(check), findings);
  });
  return told(read);
}

function told(read: readonly ReadCopy[]): Replayed {
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

function openCopy(
  { name, records }: Copy,
  upTo = Infinity,
): { name: string; files: Opened[]; findings: Finding[] } {
  const files: Opened[] = [];
  const findings: Finding[] = [];
  for (const [file, bytes] of [...records].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [, digits, isSignature] = RECORD_FILE.exec(file) ?? [];
    const seq = Number(digits);
    const known = digits !== undefined && seq > 0;
    if (!known || (isSignature !== undefined && !records.has(recordName(seq))))
      findings.push(note("FILE_UNKNOWN", { file }, { copy: name }));
    else if (isSignature === undefined && seq <= upTo)
      files.push(openEntry(seq, bytes, records.get(`${file}.sig`)));
  }
  return { name, files, findings };
}

function closeCopy(name: string, read: readonly ReadEntry[], notes: readonly Finding[]): ReadCopy {
  const entries = new Map(read.map(({ entry }) => [entry.seq, entry]));
  const findings = read.flatMap((entry) => entry.findings.map((f) => ({ ...f, copy: name })));
  return { name, entries, last: read.at(-1)?.entry.seq ?? 0, findings: [...notes, ...findings] };
}

export interface ReadEntry {
  readonly entry: Entry;
  readonly findings: readonly Finding[];
}

/** A record that was read; its signature is still to be checked, if it has one. */
interface Opened extends ReadEntry {
  readonly signature: Signature | null;
}

/** Reads one record and checks that its signature holds for it. */
export const readEntry = (
  seq: number,
  bytes: Uint8Array,
  signature: Uint8Array | undefined,
): ReadEntry => check(openEntry(seq, bytes, signature));

function openEntry(seq: number, bytes: Uint8Array, signature: Uint8Array | undefined): Opened {
  const file = recordName(seq);
  const base = { seq, sha256: hex(sha256(bytes)), body: null, signed: null };
  const body = attempt(() => parseRecord(bytes));
  if (typeof body === "string") {
    const finding = error("RECORD_UNREADABLE", { file, why: body }, { seq });
    return { entry: base, findings: [finding], signature: null };
  }
  const findings: Finding[] = [];
  if (body.seq !== seq) findings.push(error("RECORD_MISPLACED", { file, says: body.seq }, { seq }));
  if (signature === undefined)
    findings.push(error("SIGNATURE_MISSING", { file: `${file}.sig` }, { seq }));
  const armored = signature === undefined ? null : attempt(() => ({ text: fromUtf8(signature) }));
  if (typeof armored === "string") findings.push(refused(seq, armored));
  return {
    entry: { ...base, body },
    findings,
    signature:
      armored === null || typeof armored === "string"
        ? null
        : { armored: armored.text, namespace: NAMESPACES[body.mode], message: bytes },
  };
}

const refused = (seq: number, why: string): Finding =>
  error("SIGNATURE_REFUSED", { file: `${recordName(seq)}.sig`, why }, { seq });

const check = (opened: Opened): ReadEntry => {
  const { signature } = opened;
  return settle(opened, signature && attempt(() => verifySshsig(signature)));
};

/** Adds what the signature's check gave: its key, or why it was refused. */
function settle({ entry, findings }: Opened, outcome: Verified | string | null): ReadEntry {
  return typeof outcome === "string"
    ? { entry, findings: [...findings, refused(entry.seq, outcome)] }
    : { entry: { ...entry, signed: outcome }, findings };
}

async function attemptAside(work: Promise<Verified>): Promise<Verified | string> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof CodedError) return cause.code;
    throw cause;
  }
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

/** A record that was printed once must be there: a chain can lose its end and be whole in itself. */
function reaches({ records }: Chain, head: Question["head"]): Finding[] {
  if (head === undefined) return [];
  const found = records.find(({ seq }) => seq === head.seq)?.sha256 ?? "none";
  return found === head.sha256 ? [] : [error("HEAD_DIFFERS", { seq: head.seq, found })];
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
