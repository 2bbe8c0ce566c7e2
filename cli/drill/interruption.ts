import { constants } from "node:os";
import { quoted } from "./report.ts";

/** The user, or the system, asked the drill to end while an access may have been open. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** Whether every account was seen to be closed since. */
  readonly closed: boolean;

  constructor(closed = false) {
    super("interrupted");
    this.closed = closed;
  }
}

export interface Interruption {
  /**
   * Runs `work`, in which an access may be open: a first signal aborts `asked` and leaves `work` a
   * bounded time to close; a second one, or the end of that time, ends the process.
   */
  whileOpen<T>(work: (asked: AbortSignal) => Promise<T>): Promise<T>;
  /** `last` is done, at once, when a signal ends the process while nothing is open; null: nothing is. */
  whenLeft(last: (() => void) | null): void;
  /** The exit status after `Interrupted`, once it is said what is open and what ends it. */
  leave(closed: boolean): number;
  /** Signals do again what they do by default. */
  end(): void;
}

/** SIGHUP: the terminal's window was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long a first signal may be held back while AWS is brought to rest. */
const CLOSING_MS = 20_000;

/**
 * What Ctrl-C and a polite kill do. While nothing is open, main goes at once and its processes with
 * it (the lock is taken over by the next start); while something may be, it is closed first.
 */
export function listenForSignals(
  dir: () => string,
  finishing = "pullstation drill --resume",
): Interruption {
  let asked = new AbortController();
  let open = false;
  let status = 0;
  let late: ReturnType<typeof setTimeout> | undefined;
  let last: (() => void) | null = null;
  const tell = (what: string): void => {
    process.stderr.write(`\nInterrupted. ${what}\n  ${finishing} ${quoted(dir())}\n`);
  };
  const NOT_CLOSED =
    "What is open ends at its deadline; this closes it now and finishes the drill:";
  const receive = (signal: NodeJS.Signals): void => {
    const again = asked.signal.aborted;
    // 128 + the signal's number, as shells count it.
    status = 128 + constants.signals[signal];
    const go = (): never => {
      tell(NOT_CLOSED);
      process.exit(status);
    };
    if (!open) last?.();
    if (!open || again) go();
    process.stderr.write(
      `\nInterrupted: the access is closed first, in ${CLOSING_MS / 1000} seconds at most. ` +
        "Interrupt again to leave at once.\n",
    );
    late = setTimeout(go, CLOSING_MS);
    asked.abort();
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return {
    whileOpen: async (work) => {
      asked = new AbortController();
      open = true;
      try {
        return await work(asked.signal);
      } finally {
        open = false;
        clearTimeout(late);
      }
    },
    whenLeft: (work) => {
      last = work;
    },
    leave: (closed) => {
      tell(closed ? "The access is closed; this finishes the drill:" : NOT_CLOSED);
      return status;
    },
    end: () => {
      for (const signal of SIGNALS) process.removeListener(signal, receive);
    },
  };
}
