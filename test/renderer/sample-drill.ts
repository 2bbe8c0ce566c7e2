import type { AppView, ScreenOf } from "../../contract/app.ts";
import { CUSTODIANS, KEYS, LONG, MANY, view } from "./sample-base.ts";

/** A drill, from its plan to the witness's words. */

type Drill = ScreenOf<"drill">;

const start: Drill = {
  kind: "drill",
  step: "form",
  times: {},
  form: "full",
  last: "2026-03-12T10:00:00Z",
  faults: [],
  clash: null,
  seed: 4711,
  checks: {
    threshold: 3,
    shares: CUSTODIANS.map((who) => ({ who, record: null })),
    keys: KEYS.map((label) => ({ label, opens: true, record: null })),
    proven: false,
  },
  told: null,
  witness: "",
  followUps: [],
};
const drill = (change: Partial<Drill>, more: Partial<AppView> = {}): AppView =>
  view({ ...start, ...change }, more);

const times = { form: "2026-06-18T01:50:00Z", faults: "2026-06-18T01:52:00Z" };
const proven: Drill["checks"] = {
  ...start.checks,
  shares: CUSTODIANS.map((who, index) => ({ who, record: index < 3 ? 21 + index : null })),
  keys: [...KEYS, "Review tag"].map((label, index) => ({
    label,
    opens: index < 2,
    record: index === 0 ? 24 : null,
  })),
  proven: true,
};
const TIMES: readonly (readonly [string, string, number, number | null])[] = [
  ["check.share", "share checks", 182_400, 201_000],
  ["check.key", "key checks", 24_100, 30_500],
  ["glass.quorum", "quorum", 141_200, 122_900],
  ["glass.touch", "touch", 14_800, 16_000],
  ["glass.unseal", "unseal", 21, 23],
  ["online.accept", "load, connect", 1_020, 990],
  ["activate", "activate", 2_480, 1_490],
  ["close", "close", 6_640, null],
];
const told: NonNullable<Drill["told"]> = {
  passed: true,
  opened: true,
  cannotOpen: null,
  faults: [
    {
      fault: "lost-key",
      struck: true,
      did: ["“north” was not there; “south” opened the vault"],
    },
  ],
  compared: TIMES.map(([name, label, ms, usualMs]) => ({
    name,
    label,
    ms,
    usualMs,
    of: usualMs === null ? 0 : 4,
  })),
};
const shut: NonNullable<Drill["told"]> = {
  ...told,
  opened: false,
  cannotOpen: {
    code: "ACCESS_NOT_OPENED",
    remains: [
      "The emergency user is at rest: nothing was written, or it was driven back, as the record says.",
      "Try again with a new quorum: an opening needs IAM's control plane.",
      "Sessions and roles that work already go on working.",
    ],
  },
  faults: [
    {
      fault: "iam-down",
      struck: true,
      did: ["IAM failed at 12 calls (GetUser)", "nothing was written in any account"],
    },
  ],
  compared: told.compared.slice(0, 5),
};
const practising = { mode: "PRACTICE" as const };

export const drillViews = {
  "drill-form": drill({}),
  "drill-form-practice": drill({ form: "practice", last: null }, practising),
  "drill-faults": drill({ step: "faults", times, faults: ["lost-key", "throttled"] }),
  "drill-faults-clash": drill({
    step: "faults",
    times,
    faults: ["laptop-killed", "network-gone"],
    clash: { one: "laptop-killed", other: "network-gone" },
  }),
  "drill-checks": drill({ step: "checks", times }),
  "drill-checks-refused": drill(
    { step: "checks", times },
    { notice: { code: "WRONG_PASSPHRASE", about: { who: "Amara Obi" } } },
  ),
  "drill-checks-proven": drill({ step: "checks", times, checks: proven }),
  "drill-checks-many": drill({
    step: "checks",
    times,
    checks: {
      ...proven,
      threshold: 8,
      shares: [...MANY, LONG].map((who) => ({ who, record: null })),
      proven: false,
    },
  }),
  "drill-told": drill({ step: "told", times, faults: ["lost-key"], told }),
  "drill-told-shut": drill({ step: "told", times, faults: ["iam-down"], told: shut }),
  "drill-told-failed": drill({
    step: "told",
    times,
    told: {
      ...told,
      passed: false,
      opened: false,
      cannotOpen: { code: "DRILL_STOPPED", remains: [] },
      faults: [{ fault: "lost-key", struck: false, did: [] }],
    },
  }),
  "drill-witness": drill({
    step: "witness",
    times,
    told,
    followUps: [
      "Revoke the lost key by a rotation, and enrol a new one: two must always be there.",
    ],
  }),
} satisfies Readonly<Record<string, AppView>>;
