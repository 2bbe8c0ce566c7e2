import type { DrillFault } from "../../contract/drill.ts";
import { type Afflicted, canOpen, FAULT, remaining } from "./fault.ts";
import type { RealProof } from "./real.ts";
import type { DrillStep, DrillTold, PracticeChain, RestoredFirst } from "./record.ts";
import { type FaultTold, type Seen, tellFault } from "./seen.ts";

/** How a drill went, before it is judged. */
export interface Ended {
  readonly incident: string | null;
  readonly opened: boolean;
  readonly expiryProven: boolean | null;
  readonly dead: boolean;
  readonly resumed: boolean;
  /** The code that kept it shut. */
  readonly cannotOpen: string | null;
}

/** How each account stands at practice AWS. */
type Standing = readonly {
  readonly latched: boolean;
  readonly activeKeys: number;
  readonly inlinePolicies: readonly string[];
}[];

export const isAtRest = (standing: Standing): boolean =>
  standing.every(
    ({ latched, activeKeys, inlinePolicies }) =>
      latched && activeKeys === 0 && inlinePolicies.length === 0,
  );

/** All that is known of a drill when it is over. */
export interface Judged {
  readonly ended: Ended;
  /** The records of the practice vault verify. */
  readonly isWhole: boolean;
  readonly atRest: boolean;
  readonly asked: readonly DrillFault[];
  readonly faults: readonly FaultTold[];
  /** Of the practice vault. */
  readonly group: { readonly custodians: number; readonly threshold: number };
  readonly seed: number | null;
  readonly steps: readonly DrillStep[];
  readonly refusals: DrillTold["refusals"];
  /** Null: the drill took in nothing real. */
  readonly real: RealProof | null;
  readonly practice: PracticeChain | null;
  readonly restored?: RestoredFirst;
}

/**
 * A drill passed when AWS ended the access by itself or it was closed, nothing is open, each fault was
 * felt, and what was to be real was proven. What people say of it is not in it yet.
 */
export function judgeDrill(judged: Judged): DrillTold {
  const { ended, isWhole, atRest, asked, faults, group, seed, refusals, real, practice } = judged;
  const { restored } = judged;
  // The first of its steps, by which it is compared with other drills on a fresh laptop.
  const restoring = restored === undefined ? [] : [{ name: "restore", ms: restored.ms }];
  const { incident, opened, expiryProven, dead, resumed, cannotOpen: code } = ended;
  // After an interruption what was felt before it is not known any more.
  const felt = faults.every(({ struck }) => struck !== false);
  const asExpected = resumed || opened === canOpen(asked, group);
  const proven = real === null || real.proven;
  const sound = isWhole && atRest && dead && expiryProven !== false;
  return {
    incident,
    opened,
    expiryProven,
    dead,
    resumed,
    passed: sound && felt && asExpected && proven,
    cannotOpen: code === null ? null : { code, remains: remaining(code) },
    faults,
    seed,
    steps: [...restoring, ...judged.steps].map(({ name, ms }) => ({ name, ms: Math.round(ms) })),
    refusals,
    real,
    practice,
    ...(restored !== undefined && { restored }),
    deviations: [],
    followUps: [],
    alarm: null,
    unfinished: code === "DRILL_STOPPED" ? { how: "stopped", at: "glass", code } : null,
  };
}

/** What main and the stage noted of a drill, beside its records. */
export interface Noted extends Pick<
  Seen,
  "refusals" | "heard" | "answered" | "lostAnswers" | "backAfterMs" | "death" | "touched"
> {
  /** Custodians whose shares were accepted. */
  readonly present: readonly string[];
  readonly need: number;
  readonly afflicted: Afflicted;
  /** The closing's record, if there was one. */
  readonly closed: { readonly evidence: Readonly<Record<string, unknown>> } | undefined;
}

/** What was seen of each fault. */
export function tellFaults(
  asked: readonly DrillFault[],
  noted: Noted,
  resumed: boolean,
): readonly FaultTold[] {
  const { afflicted, closed, present, need, ...rest } = noted;
  const accounts = closed?.evidence["accounts"];
  const closings = Array.isArray(accounts) ? accounts.map((one) => Object(one)) : [];
  const seen: Seen = {
    ...rest,
    ...afflicted,
    quorum: present,
    need,
    foreign: closings.flatMap(({ foreign }) =>
      Array.isArray(foreign)
        ? foreign.flatMap((one) => (Object(one).kind === "KEY_ACTIVE" ? [String(one.what)] : []))
        : [],
    ),
    dead: closings.length > 0 && closings.every(({ verdict }) => verdict !== "NOT_AT_REST"),
  };
  const cut = ["the drill was cut off: what was felt before is not known"];
  return asked.map((fault) => {
    const told = tellFault(fault, seen);
    return resumed && told.struck === false ? { fault, struck: null, did: cut } : told;
  });
}

/** What has to follow if these faults were real. */
export const followUpsOf = (faults: readonly DrillFault[]): readonly string[] => [
  ...new Set(faults.flatMap((fault) => FAULT[fault].followUp ?? [])),
];
