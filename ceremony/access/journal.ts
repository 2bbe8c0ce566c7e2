import {
  type Deadline,
  type JournalHeader,
  journalEntry,
  type JournalLine,
} from "../../contract/journal.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { canonical } from "../../crypto/canonical.ts";
import type { Call, Clock, CloudCode, JournalFile } from "./ports.ts";

/**
 * The journal: intent before effect, fsynced, never a secret. Each line carries a sum over itself
 * and the sum before it, so that a torn last line is told apart from a damaged file. View, record
 * and resume are renderings of `readJournal`.
 */

export type Phase =
  /** Journaled, not yet proven to work. */
  | "opening"
  /** Proven to work. */
  | "open"
  /** Being driven to rest. */
  | "closing"
  /** At rest by evidence, and refused once more later; or nothing was ever written. */
  | "closed";

/** One outside effect. "unknown": it may have happened; only AWS can tell. */
export interface Effect {
  readonly id: number;
  readonly account: string;
  readonly action: string;
  readonly about: Readonly<Record<string, string>>;
  readonly outcome: "done" | "refused" | "unknown";
}

export interface AccountJournal {
  readonly accountId: string;
  readonly phase: Phase;
  readonly effects: readonly Effect[];
  /** A change at AWS was at least intended; otherwise nothing but sessions can exist there. */
  readonly touched: boolean;
  /** The closer attached the latch, and nothing lifted it since as far as the journal knows. */
  readonly latchedByCloser: boolean;
  /** What the last closing found: refusals of the key, and what AWS did not let us remove. */
  readonly rejections: number;
  readonly remains: readonly string[];
  /** What remained when it was last closed; null when something was begun since, or it never was. */
  readonly rested: readonly string[] | null;
  /** What was found there after it had been closed. */
  readonly reopened: readonly string[];
  /** When its last second look ended it, by the station's clock; null: none did. */
  readonly closedAt: string | null;
}

export interface JournalState {
  readonly header: JournalHeader | null;
  readonly deadline: Deadline | null;
  readonly accounts: readonly AccountJournal[];
  /** What another station left, whose closing was begun here and nothing opened since. */
  readonly leftBehind: { readonly incident: string; readonly untilMs: number } | null;
  /** The least finished account's phase: what the station must act upon. */
  readonly phase: Phase;
  /** A line inside the file is not as it was written: close only. */
  readonly damaged: boolean;
  /** The last line was cut off; it is ignored. */
  readonly torn: boolean;
  /** Where the whole lines end, in UTF-8 bytes: the file is cut there before more is appended. */
  readonly validBytes: number;
  readonly seq: number;
  readonly sum: string;
  readonly lines: readonly JournalLine[];
  /** When each of them was written, by the station's clock. */
  readonly times: readonly string[];
}

/** Undamaged, and closed in every account that it names: only then is a closer's session useless. */
export const isSettled = ({ damaged, header, accounts }: JournalState): boolean =>
  !damaged && header !== null && accounts.every(({ phase }) => phase === "closed");

/** Given up before anything was written at AWS. */
export const isUnused = (state: JournalState): boolean =>
  isSettled(state) && !state.accounts.some(({ touched }) => touched);

/** Verdicts after which an effect may have happened although AWS did not say so. */
const UNKNOWN = new Set([
  "TIMED_OUT",
  "NO_CONNECTION",
  "SERVICE_FAILED",
  "UNEXPECTED_ANSWER",
  "CAPTIVE_PORTAL",
]);
const ORDER: readonly Phase[] = ["closing", "open", "opening", "closed"];

const sumOf = (before: string, seq: number, at: string, line: JournalLine): string =>
  hex(sha256(utf8(before), canonical({ seq, at, line }))).slice(0, 32);

function entries(
  text: string,
): Omit<JournalState, "header" | "deadline" | "accounts" | "leftBehind" | "phase"> {
  const lines: JournalLine[] = [];
  const times: string[] = [];
  let sum = "";
  let seq = 0;
  let valid = 0;
  const rows = text.split("\n");
  // What follows the last line feed is either nothing or a torn line.
  const torn = rows.pop() !== "";
  let bad = -1;
  for (const [index, row] of rows.entries()) {
    const entry = readEntry(row);
    if (
      entry === null ||
      entry.seq !== seq + 1 ||
      entry.sum !== sumOf(sum, entry.seq, entry.at, entry.line)
    ) {
      bad = index;
      break;
    }
    ({ seq, sum } = entry);
    valid += utf8(row).length + 1;
    lines.push(entry.line);
    times.push(entry.at);
  }
  // A crash can also leave a last line of the right length with wrong bytes in it.
  const lastOnly = bad !== -1 && bad === rows.length - 1 && !torn;
  return {
    lines,
    times,
    seq,
    sum,
    validBytes: valid,
    torn: torn || lastOnly,
    damaged: bad !== -1 && !lastOnly,
  };
}

function readEntry(row: string): ReturnType<typeof journalEntry.parse> | null {
  try {
    return journalEntry.parse(JSON.parse(row));
  } catch {
    return null;
  }
}

/**
 * `damagedBefore`: the file was cut at a damage once, and what stood behind it is lost. A damaged
 * journal never says that nothing was begun: lost lines may have said otherwise.
 */
export function readJournal(text: string, damagedBefore = false): JournalState {
  const whole = entries(text);
  const read = { ...whole, damaged: whole.damaged || damagedBefore };
  const header = read.lines.find((line) => line.kind === "opened") ?? null;
  const found = read.lines.find((line) => line.kind === "deadline");
  const deadline =
    found === undefined
      ? null
      : { fromMs: found.fromMs, notBeforeMs: found.notBeforeMs, untilMs: found.untilMs };
  const left = read.lines.find((line) => line.kind === "left-behind");
  const leftBehind =
    left === undefined || read.lines.some(({ kind }) => kind === "active")
      ? null
      : { incident: left.incident, untilMs: left.untilMs };
  const accounts = (header?.accounts ?? []).map(({ accountId }) => accountJournal(accountId, read));
  // Cut off before its first line: nothing was begun, and nobody has said so yet.
  const given = read.lines.some(({ kind }) => kind === "abandoned") ? "closed" : "opening";
  const least = read.damaged ? "open" : given;
  const phase = ORDER.find((item) => accounts.some((account) => account.phase === item));
  return { ...read, header, deadline, accounts, leftBehind, phase: phase ?? least };
}

function accountJournal(
  accountId: string,
  { lines, times, damaged }: Pick<JournalState, "lines" | "times" | "damaged">,
): AccountJournal {
  let phase: Phase = "opening";
  let latchedByCloser = false;
  let rejections = 0;
  let remains: readonly string[] = [];
  let rested: readonly string[] | null = null;
  let isClosing = false;
  let closedAt: string | null = null;
  const reopened = new Set<string>();
  const effects = new Map<number, Effect>();
  for (const [index, line] of lines.entries()) {
    if (line.kind === "intent" && line.account === accountId) {
      const { id, account, action, about } = line;
      effects.set(id, { id, account, action, about, outcome: "unknown" });
      if (action === "iam:DetachUserPolicy") latchedByCloser = false;
      // The closer's latch needs no closing before it, and opens nothing.
      if (!isClosing && action.startsWith("iam:") && action !== "iam:AttachUserPolicy")
        rested = null;
    } else if (line.kind === "done") {
      const effect = effects.get(line.id);
      if (effect !== undefined)
        effects.set(line.id, { ...effect, outcome: outcomeOf(line.verdict) });
    } else if (line.kind === "abandoned" && !damaged) phase = "closed";
    else if ("account" in line && line.account === accountId) {
      if (line.kind === "closing" || line.kind === "closed") {
        isClosing = line.kind === "closing";
        for (const name of line.reopened ?? []) reopened.add(name);
      }
      if (line.kind === "active") phase = "open";
      else if (line.kind === "closing") phase = "closing";
      else if (line.kind === "latched") latchedByCloser = true;
      else if (line.kind === "closed") {
        ({ rejections, remains } = line);
        rested = remains;
      }
      // Only the second look ends it: until then AWS, or somebody, may have opened it again.
      else if (line.kind === "confirmed") {
        phase = "closed";
        closedAt = times[index] ?? null;
      }
    }
  }
  return {
    accountId,
    phase,
    effects: [...effects.values()],
    touched: damaged || [...effects.values()].some(({ action }) => action.startsWith("iam:")),
    latchedByCloser,
    rejections,
    remains,
    rested,
    reopened: [...reopened],
    closedAt,
  };
}

const outcomeOf = (verdict: string): Effect["outcome"] =>
  verdict === "OK" ? "done" : UNKNOWN.has(verdict) ? "unknown" : "refused";

/** The line after an effect. */
export const doneLine = (id: number, call: Call): JournalLine => {
  const { verdict, requestId, ms, as, region, attempts, serverMs } = call;
  return { kind: "done", id, verdict, requestId, ms, by: { as, region, attempts, serverMs } };
};

/** The effects that AWS answered, as calls for a record: what a process that is gone can't tell. */
export function journaledCalls(lines: readonly JournalLine[]): readonly Call[] {
  const intents = new Map<number, { readonly account: string; readonly action: string }>();
  return lines.flatMap((line): Call[] => {
    if (line.kind === "intent") intents.set(line.id, line);
    if (line.kind !== "done" || line.by === undefined) return [];
    const intent = intents.get(line.id);
    if (intent === undefined) return [];
    const { account, action } = intent;
    const { verdict, requestId, ms, by } = line;
    return [{ ...by, account, action, verdict: verdict as "OK" | CloudCode, requestId, ms }];
  });
}

/**
 * The journal's pen. Lines asked for in the same moment go to the disk in one append and one fsync,
 * so that several accounts don't wait for each other's disk writes.
 */
export class Journal {
  readonly #file: JournalFile;
  readonly #clock: Clock;
  #seq: number;
  #sum: string;
  #lastId: number;
  #waiting: { line: JournalLine; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #busy = false;
  #broken: unknown = null;

  /** `from`: the state of a file that already holds lines (cut to its `validBytes`). */
  constructor(file: JournalFile, clock: Clock, from: JournalState = readJournal("")) {
    this.#file = file;
    this.#clock = clock;
    this.#seq = from.seq;
    this.#sum = from.sum;
    this.#lastId = Math.max(0, ...from.lines.map((line) => (line.kind === "intent" ? line.id : 0)));
  }

  /** The next effect's number. */
  nextId(): number {
    return ++this.#lastId;
  }

  /** Resolves when the line is on the disk; rejects for good once one append has failed. */
  write(line: JournalLine): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // Lets lines of the same moment gather.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        if (this.#broken !== null) throw this.#broken;
        await this.#file.append(batch.map(({ line }) => this.#render(line)).join(""));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        this.#broken = error;
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }

  #render(line: JournalLine): string {
    const seq = ++this.#seq;
    const at = this.#clock.now();
    this.#sum = sumOf(this.#sum, seq, at, line);
    return `${JSON.stringify({ seq, at, line, sum: this.#sum })}\n`;
  }
}
