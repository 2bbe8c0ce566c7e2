import type { DrillFault } from "../../contract/drill.ts";

/** A call as main heard it from the online process. */
export interface HeardCall {
  readonly as: string;
  readonly action: string;
  readonly verdict: string;
  /** Laptop's clock minus AWS's, ms; null when no answer came. */
  readonly aheadMs: number | null;
}

/** A call as practice AWS answered it. */
export interface AnsweredCall {
  readonly action: string;
  readonly principal: string;
  readonly outcome: string;
}

/** All that a drill saw of itself, from main's side and from AWS's. */
export interface Seen {
  readonly refusals: readonly { readonly by: string; readonly code: string }[];
  /** Custodians whose shares opened it. */
  readonly quorum: readonly string[];
  readonly need: number;
  /** Who did not come; whose card was damaged. */
  readonly missing: string | null;
  readonly damaged: string | null;
  /** The key that was lost, and the one that was touched. */
  readonly lost: string | null;
  readonly touched: string | null;
  readonly heard: readonly HeardCall[];
  readonly answered: readonly AnsweredCall[];
  /** Actions that AWS did and whose answers were lost. */
  readonly lostAnswers: readonly string[];
  /** Keys that the closing found and that are not the sealed one. */
  readonly foreign: readonly string[];
  /** The network was back this long after the opening, ms. */
  readonly backAfterMs: number | null;
  /** The step after which the process died, and how long until the closer had shut it, ms. */
  readonly death: { readonly after: string; readonly shutMs: number } | null;
  readonly dead: boolean;
}

/** Whether a fault was felt at all, and what the app did about it, in sentences. */
export interface FaultTold {
  readonly fault: DrillFault;
  /** Null: the drill was cut off, and nobody knows. */
  readonly struck: boolean | null;
  readonly did: readonly string[];
}

const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

const listed = (names: readonly string[]): string => [...new Set(names)].join(", ");

const WRITES = /^(?:Put|Delete|Attach|Detach|Update|Create|Tag|Untag|Add|Remove)/;

const told = (
  fault: DrillFault,
  struck: boolean,
  ...did: readonly (string | false)[]
): FaultTold => ({ fault, struck, did: did.filter((one) => one !== false) });

/** What was seen of one fault. `struck` false: it was never felt, so nothing was practised. */
export function tellFault(fault: DrillFault, seen: Seen): FaultTold {
  const { quorum, need, answered, heard, dead } = seen;
  const others =
    quorum.length >= need
      ? `${listed(quorum)} opened it together`
      : `only ${quorum.length} of ${need} shares came together: the vault stays shut`;
  switch (fault) {
    case "missing-custodian": {
      // Nobody misses one for whom nobody waited, or who came after all.
      const came = [...quorum, ...seen.refusals.map(({ by }) => by)];
      const struck = seen.missing !== null && came.length > 0 && !came.includes(seen.missing);
      return told(fault, struck, `${seen.missing ?? "?"} did not come; ${others}`);
    }
    case "damaged-share": {
      const struck = seen.refusals.some(
        ({ by, code }) => by === seen.damaged && code === "UNREADABLE",
      );
      return told(
        fault,
        struck,
        `the card of ${seen.damaged ?? "?"} was refused as unreadable, and not corrected; ${others}`,
      );
    }
    case "lost-key":
      return told(
        fault,
        seen.touched !== null && seen.touched !== seen.lost,
        `“${seen.lost ?? "?"}” was not there; “${seen.touched ?? "?"}” opened the vault`,
      );
    case "iam-down": {
      const failed = answered.filter(({ outcome }) => outcome === "ServiceFailure");
      const written = answered.filter(
        ({ action, outcome }) => outcome === "ok" && WRITES.test(action),
      );
      return told(
        fault,
        failed.length > 0,
        `IAM failed at ${count(failed.length, "call")} (${listed(failed.map(({ action }) => action))})`,
        written.length === 0
          ? "nothing was written in any account, and the record says why it did not open"
          : `WRITTEN all the same: ${listed(written.map(({ action }) => action))}`,
      );
    }
    case "throttled": {
      const slowed = answered.filter(({ outcome }) => outcome === "Throttling");
      return told(
        fault,
        slowed.length > 0,
        `AWS asked to slow down ${count(slowed.length, "time")} ` +
          `(${listed(slowed.map(({ action }) => action))}); each call was waited for and made again`,
      );
    }
    case "response-lost": {
      const again = seen.lostAnswers;
      return told(
        fault,
        again.length > 0,
        `AWS did ${listed(again)}, and its answers were lost; each was asked for again, and nothing ` +
          "was made twice",
      );
    }
    case "network-gone": {
      return told(
        fault,
        answered.some(({ outcome }) => outcome === "NotHeard"),
        `AWS was out of reach ${seen.backAfterMs === null ? "to the end" : `until ${seconds(seen.backAfterMs)} after the opening`}; the countdown ` +
          "went on by itself, and the deadline at AWS needs no network here",
        dead && "it was closed as soon as AWS answered again",
      );
    }
    case "clock-wrong": {
      const ahead = heard.flatMap(({ aheadMs }) => aheadMs ?? []);
      const most = ahead.reduce((far, one) => (Math.abs(one) > Math.abs(far) ? one : far), 0);
      return told(
        fault,
        Math.abs(most) > HOUR_MS,
        `the laptop is ${(Math.abs(most) / HOUR_MS).toFixed(1)} hours ${most > 0 ? "ahead of" : "behind"} ` +
          "AWS; signatures, codes and the deadline went by AWS's clock",
      );
    }
    case "laptop-killed":
      return told(
        fault,
        seen.death !== null,
        `the process that opened died after “${seen.death?.after ?? "?"}”`,
        `at the start after it the closer's session shut the access, before anything else: ${seconds(seen.death?.shutMs ?? 0)}`,
        dead && "quorum and touch drove it to rest, and the records say so",
      );
    case "foreign-key":
      return told(
        fault,
        seen.foreign.length > 0,
        `the closing found and turned off ${count(seen.foreign.length, "key")} that nobody here made: ${listed(seen.foreign)}`,
      );
    case "slow-propagation": {
      const early = heard.filter(
        ({ as, verdict }) =>
          as === "emergency" && (verdict === "KEY_NOT_ACCEPTED" || verdict === "ACCESS_DENIED"),
      );
      return told(
        fault,
        early.length > 0,
        `AWS did not know its own change yet ${count(early.length, "time")}; it was asked until it did`,
      );
    }
  }
}

const HOUR_MS = 3_600_000;
const UNHEARD: ReadonlySet<string> = new Set(["TIMED_OUT", "NO_CONNECTION", "NAME_NOT_RESOLVED"]);

/** A call that AWS did not answer: by this a network that is gone is felt. */
export const isUnheard = ({ verdict }: { readonly verdict: string }): boolean =>
  UNHEARD.has(verdict);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
