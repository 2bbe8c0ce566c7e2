import { DRILL_FAULTS, type DrillFault } from "../../contract/drill.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { dueAfter, isPast } from "../due-time.ts";
import type { StationEntry, Written } from "../ports.ts";
import type { RealProof } from "./real.ts";
import type { FaultTold } from "./seen.ts";

export interface DrillStep {
  readonly name: string;
  /** Whole milliseconds. */
  readonly ms: number;
}

/** The practice vault's own chain, when the drill's record stands in another. */
export interface PracticeChain {
  readonly vaultId: string;
  readonly head: Written;
}

/** Why people or a power cut ended a drill; an error has its own code. */
export type DrillEndCode = "DRILL_STOPPED" | "DRILL_LEFT" | "DRILL_CUT_OFF";

/** How a drill ended that did not come to its end, and why: a code. */
export interface Unfinished {
  /** `stopped`: by people, before the glass was broken; `left`: nobody finished it. */
  readonly how: "stopped" | "left" | "failed";
  /** The step at which it ended; `unknown`: it was cut off. */
  readonly at: "checks" | "glass" | "told" | "witness" | "unknown";
  readonly code: string;
}

/** A fresh laptop that was made a station of a stick's copy, as part of the drill. */
export interface RestoredFirst {
  /** Seq of the `restored` record. */
  readonly record: number;
  readonly ms: number;
}

/** What became of one drill. */
export interface DrillTold {
  /** Null: no share was asked for. */
  readonly incident: string | null;
  readonly passed: boolean;
  /** Whether an access was open at any time; null: it was cut short, and nobody looked. */
  readonly opened: boolean | null;
  readonly expiryProven: boolean | null;
  /** Nothing is open any more; null as above. */
  readonly dead: boolean | null;
  /** It was cut off and taken up again. */
  readonly resumed: boolean;
  /** Why it did not open: a code, and what is left to people. */
  readonly cannotOpen: { readonly code: string; readonly remains: readonly string[] } | null;
  readonly faults: readonly FaultTold[];
  /** With which faults were drawn; null: none was. */
  readonly seed: number | null;
  readonly steps: readonly DrillStep[];
  readonly refusals: readonly { readonly by: string; readonly code: string }[];
  /** Real shares and keys that were proven; null: the drill took in none. */
  readonly real: RealProof | null;
  /** Where the breaking of the glass is recorded; null: in this chain. */
  readonly practice: PracticeChain | null;
  /** Left out: the station was there before. */
  readonly restored?: RestoredFirst;
  /** In the witness's words. */
  readonly deviations: readonly string[];
  readonly followUps: readonly string[];
  /** Receipt code of the alarm, as on-call read it out; null: nobody did (practice AWS sends none). */
  readonly alarm: string | null;
  /** Null: it came to its end. */
  readonly unfinished: Unfinished | null;
}

/** A drill that did not come to its end: it did not pass, and says no more than what is known of it. */
export const cutShort = (
  told: DrillTold | null,
  {
    faults,
    seed,
    real,
    restored,
  }: {
    readonly faults: readonly DrillFault[];
    readonly seed: number | null;
    readonly real: RealProof | null;
    readonly restored?: RestoredFirst;
  },
  unfinished: Unfinished,
): DrillTold => ({
  ...(told ?? {
    incident: null,
    opened: null,
    expiryProven: null,
    dead: null,
    resumed: false,
    cannotOpen: null,
    faults: faults.map((fault) => ({ fault, struck: null, did: [] })),
    seed,
    steps: [],
    refusals: [],
    practice: null,
    deviations: [],
    followUps: [],
    alarm: null,
  }),
  ...(restored !== undefined && { restored }),
  real,
  passed: false,
  unfinished,
});

/** The drill's own record, signed by the station. */
export function drillEntry(
  told: DrillTold,
  people: Readonly<Record<string, string>>,
  time: string,
): StationEntry {
  const { faults, steps, refusals, real, unfinished } = told;
  const ended =
    unfinished === null
      ? told.passed
        ? "passed"
        : "did not pass"
      : unfinished.how === "failed"
        ? `failed (${unfinished.code})`
        : `was ${unfinished.how} before its end (${unfinished.code})`;
  return {
    kind: "drill",
    who: people,
    why: `a ${real === null ? "" : "full "}drill ${told.restored === undefined ? "" : "on a fresh laptop "}${ended}: ${
      faults.map(({ fault }) => fault).join(", ") || "no fault beside the usual mistakes"
    }`,
    at: { time, clock: "station" },
    evidence: {
      ...told,
      faults: faults.map((one) => ({ ...one, did: [...one.did] })),
      steps: steps.map(({ name, ms }) => ({ name, ms })),
      refusals: refusals.map(({ by, code }) => ({ by, code })),
    },
  };
}

/** A drill as a later one compares itself with it. */
export interface PastDrill extends Written {
  readonly at: string;
  readonly passed: boolean;
  readonly faults: readonly string[];
  readonly steps: readonly DrillStep[];
}

type Story = readonly (Pick<RecordBody, "kind" | "at" | "evidence"> & {
  readonly written: Written;
})[];

/** The drills that a chain tells of, oldest first; what is not in a drill's form is left out. */
export const pastDrills = (story: Story): readonly PastDrill[] =>
  story.flatMap(({ kind, at, evidence, written }) => {
    const { passed, faults, steps } = evidence;
    if (kind !== "drill" || typeof passed !== "boolean") return [];
    const names = listIn(faults).flatMap((one) => {
      const name = fieldOf(one, "fault");
      return DRILL_FAULTS.find((fault) => fault === name) ?? [];
    });
    return [
      { ...written, at: at.time, passed, faults: names, steps: listIn(steps).flatMap(stepIn) },
    ];
  });

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fieldOf = (value: unknown, name: string): unknown =>
  (Object(value) as Readonly<Record<string, unknown>>)[name];

function stepIn(value: unknown): readonly DrillStep[] {
  const name = fieldOf(value, "name");
  const ms = fieldOf(value, "ms");
  return typeof name === "string" && typeof ms === "number" && ms >= 0 ? [{ name, ms }] : [];
}

/** A quarter, in days. */
export const DRILL_DAYS = 91;

export interface DrillDue {
  /** When one last passed, RFC 3339; null: none has. */
  readonly last: string | null;
  readonly on: string;
  readonly overdue: boolean;
}

/**
 * When the next drill is due: a quarter after the last one that passed, else after the first commit.
 * Null: nothing was committed yet, so there is nothing to practise for.
 */
export function drillDue(
  story: readonly Pick<RecordBody, "kind" | "at" | "evidence">[],
  now: string,
  days = DRILL_DAYS,
): DrillDue | null {
  const passed = story.findLast(
    ({ kind, at, evidence }) =>
      kind === "drill" && evidence["passed"] === true && isPast(at.time, now),
  );
  const since = passed ?? story.find(({ kind }) => kind === "committed");
  if (since === undefined) return null;
  const on = dueAfter(since.at.time, days, now);
  return { last: passed?.at.time ?? null, on, overdue: Date.parse(on) < Date.parse(now) };
}
