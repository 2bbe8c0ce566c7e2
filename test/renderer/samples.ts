import { RUNBOOK } from "./sample-runbook.ts";
import type { AppView, ScreenOf } from "../../contract/app.ts";
import { ACCOUNTS, isConnected, isOpen, KEYS, manyVault, UNTIL, view } from "./sample-base.ts";
import { glassViews, line, openGlass, practice } from "./sample-glass.ts";
import { restoreViews } from "./sample-restore.ts";
import { reviewViews } from "./sample-review.ts";
import { drillViews } from "./sample-drill.ts";
import { upkeepViews } from "./sample-upkeep.ts";
import { sealViews } from "./sample-seal.ts";

export { CUSTODIANS, KEYS, NOW, UNTIL } from "./sample-base.ts";

/** One typed view for each screen and state. The people are invented, as in the mock. */

const unsealed = { vault: null };
const rows = [
  { seq: 8, kind: "committed", at: "2026-03-02T12:40:00Z", why: "every share was re-entered" },
  { seq: 9, kind: "share-checked", at: "2026-03-17T09:12:00Z", why: "share 4, Lucía Ortiz" },
  { seq: 10, kind: "share-checked", at: "2026-04-01T09:30:00Z", why: "share 1, Priya Nair" },
  { seq: 11, kind: "drill", at: "2026-05-12T14:22:00Z", why: "4 min 12 s" },
];

const home: ScreenOf<"home"> = {
  kind: "home",
  due: [
    { what: "card-check", by: "Lucía Ortiz", on: "2026-06-15", more: 4 },
    { what: "review", by: "INC-2026-0618", on: "2026-06-21", more: 0 },
    { what: "drill", by: null, on: "2026-08-12", more: 0 },
    { what: "kit-expiry", by: null, on: "2026-09-14", more: 0 },
  ],
  moreDue: 0,
  past: rows,
  spare: null,
};
/** A missed quarter, while what blocks the next opening waits too. */
const missed: ScreenOf<"home"> = {
  ...home,
  due: [
    { what: "kit-expiry", by: null, on: "2026-06-01", more: 0 },
    { what: "rotation", by: null, on: "2026-06-18", more: 0 },
    { what: "review", by: "INC-2026-0618", on: "2026-06-21", more: 1 },
  ],
  moreDue: 9,
};

const left: ScreenOf<"left"> = {
  kind: "left",
  incident: "INC-2026-0618",
  accounts: ACCOUNTS,
  untilMs: UNTIL,
  lines: [line("latched", "now")],
  latched: false,
  asking: null,
};

const record: ScreenOf<"record"> = {
  kind: "record",
  seq: 12,
  page: "record-page.html",
  verdict: "VALID",
  count: 14,
  folder: "/media/station/acme-prod",
  approved: false,
};

/** The names are kept, and of the views that they are views: spelt out, all of it is too long a type. */
const viewsOf = <K extends string>(all: Readonly<Record<K, AppView>>) => all;

export const views = viewsOf({
  first: view({ kind: "first", begun: false }, unsealed),
  stopped: view(
    { kind: "stopped" },
    { ...unsealed, notice: { code: "UNEXPECTED", about: { kind: "TypeError" } } },
  ),
  "first-busy": view({ kind: "first", begun: false }, { ...unsealed, busy: "practice.open" }),
  "first-notice": view(
    { kind: "first", begun: false },
    { ...unsealed, notice: { code: "STATION_NOT_READY", about: {} } },
  ),
  setup: view({ kind: "setup", done: ["officer", "witness", "keys", "paper"] }, unsealed),
  "setup-ready": view(
    {
      kind: "setup",
      done: "officer witness custodians responder keys printer paper sticks csv policy runbook isolation".split(
        " ",
      ),
    },
    unsealed,
  ),
  home: view(home),
  "home-spare": view({ ...home, spare: { since: "2026-05-12T14:22:00Z", upTo: 11 } }),
  "home-practice": view({ ...home, due: [] }, practice),
  "home-missed": view(missed),
  "home-missed-failed": view(missed, {
    notice: { code: "STEP_OUT_OF_ORDER", about: { step: "check", before: "beginCheck" } },
  }),
  "home-many": view(home, { vault: manyVault }),
  "home-busy": view(home, { busy: "practice.open" }),
  runbook: view({ kind: "runbook", markdown: RUNBOOK }),
  "runbook-none": view({ kind: "runbook", markdown: "" }),
  ...reviewViews,
  ...restoreViews,
  station: view({
    kind: "station",
    keys: [
      { label: "Red tag", present: true },
      { label: "Blue tag", present: false },
    ],
    policy: {
      defaultDurationSeconds: 2700,
      maxDurationSeconds: 14_400,
      regions: ["us-east-1", "eu-west-1"],
      profile: "restore",
      kitExpires: "2026-09-14T00:00:00Z",
    },
  }),
  "station-unknown": view({ kind: "station", keys: [{ label: "R", present: true }], policy: null }),
  "station-connected": view(
    {
      kind: "station",
      keys: KEYS.map((label) => ({ label, present: null })),
      policy: null,
    },
    { ...isConnected, vault: null },
  ),

  ...sealViews,
  ...upkeepViews,
  ...drillViews,

  ...glassViews,

  record: view(record),
  "record-approved": view({ ...record, approved: true }, practice),
  left: view({ ...left, asking: "asked" }, isOpen),
  "left-stopping": view(
    { ...left, asking: "stopping" },
    { ...isOpen, notice: { code: "STOP_HEARD", about: {} } },
  ),
  "left-silent": view({ ...left, asking: "silent" }, isOpen),
  "left-failed": view(
    { ...left, lines: [line("latched", "failed")] },
    { ...isOpen, notice: { code: "TIMED_OUT", about: {} } },
  ),
  "left-latched": view(
    { ...left, lines: [line("latched", "done", "02:23:30")], latched: true },
    isConnected,
  ),
  away: view({ kind: "away", who: "Amara Obi", doing: "share" }),
  "away-key": view({ kind: "away", who: "", doing: "key" }, practice),
  "home-stand-in": view(home, { ...practice, standIn: true }),
  locked: view(openGlass, { ...isOpen, locked: true }),
  "home-notice": view(home, {
    notice: { code: "VAULT_NOT_COMMITTED", about: { dir: "/media/station/acme-prod" } },
  }),
});
