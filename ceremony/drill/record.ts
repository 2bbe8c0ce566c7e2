import { DRILL_FAULTS } from "../../contract/drill.ts";
import type { RecordBody } from "../../crypto/record.ts";
import type { StationEntry, Written } from "../ports.ts";
import type { FaultTold } from "./seen.ts";

export interface DrillStep {
  readonly name: string;
  /** Whole milliseconds. */
  readonly ms: number;
}

/** What became of one drill. */
export interface DrillTold {
  /** Null: no share was asked for. */
  readonly incident: string | null;
  readonly passed: boolean;
  /** Whether an access was open at any time. */
  readonly opened: boolean;
  readonly expiryProven: boolean | null;
  /** Nothing is open any more. */
  readonly dead: boolean;
  /** It was cut off and taken up again. */
  readonly resumed: boolean;
  /** Why it did not open: a code, and what is left to people. */
  readonly cannotOpen: { readonly code: string; readonly remains: readonly string[] } | null;
  readonly faults: readonly FaultTold[];
  /** With which faults were drawn; null: none was. */
  readonly seed: number | null;
  readonly steps: readonly DrillStep[];
  readonly refusals: readonly { readonly by: string; readonly code: string }[];
  /** In the witness's words. */
  readonly deviations: readonly string[];
  readonly followUps: readonly string[];
  /** Receipt code of the alarm, as on-call read it out; null: nobody did (practice AWS sends none). */
  readonly alarm: string | null;
}

/** The drill's own record, signed by the station. */
export function drillEntry(
  told: DrillTold,
  people: Readonly<Record<string, string>>,
  time: string,
): StationEntry {
  const { faults, steps, refusals } = told;
  return {
    kind: "drill",
    who: people,
    why: `a drill ${told.passed ? "passed" : "did not pass"}: ${
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
const DAY_MS = 86_400_000;

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
    ({ kind, evidence }) => kind === "drill" && evidence["passed"] === true,
  );
  const since = passed ?? story.find(({ kind }) => kind === "committed");
  if (since === undefined) return null;
  const on = new Date(Date.parse(since.at.time) + days * DAY_MS).toISOString();
  return { last: passed?.at.time ?? null, on, overdue: Date.parse(on) < Date.parse(now) };
}
