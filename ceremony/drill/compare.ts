import type { DrillStep, PastDrill } from "./record.ts";

/** What a drill's steps are called where people read them; a step without a name here is not compared. */
const LABELS: Readonly<Record<string, string>> = {
  restore: "restore",
  "check.share": "share checks",
  "check.key": "key checks",
  "glass.quorum": "quorum",
  "glass.touch": "touch",
  "glass.unseal": "unseal",
  "glass.hand-over": "hand over",
  "online.accept": "load, connect",
  activate: "activate",
  expired: "expiry proven",
  close: "close",
  "resume.latch": "closer shuts",
  "resume.close": "drive to rest",
  approve: "approval",
};

export interface Compared {
  readonly name: string;
  readonly label: string;
  readonly ms: number;
  /** Median of the last drills that had this step; null: none had. */
  readonly usualMs: number | null;
  /** How many drills that is of. */
  readonly of: number;
}

/** How many drills back a step is compared. */
const BACK = 5;

/** Each step's time against the same step of the last drills; a step that came twice is added up. */
export function compareSteps(
  steps: readonly DrillStep[],
  past: readonly PastDrill[],
): readonly Compared[] {
  const now = totals(steps);
  const before = past.map((drill) => totals(drill.steps));
  return Object.entries(LABELS).flatMap(([name, label]) => {
    const ms = now.get(name);
    if (ms === undefined) return [];
    const times = before.flatMap((drill) => drill.get(name) ?? []).slice(-BACK);
    return [{ name, label, ms, usualMs: median(times), of: times.length }];
  });
}

function totals(steps: readonly DrillStep[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const { name, ms } of steps) sum.set(name, (sum.get(name) ?? 0) + ms);
  return sum;
}

function median(times: readonly number[]): number | null {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? upper) + upper) / 2);
}
