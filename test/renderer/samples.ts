import { RUNBOOK } from "./sample-runbook.ts";
import type { AppView, LineView, ScreenOf } from "../../contract/app.ts";
import {
  access,
  ACCOUNTS,
  at,
  CUSTODIANS,
  isConnected,
  isOpen,
  KEYS,
  LONG,
  MANY,
  manyVault,
  NIGHT,
  NOW,
  UNTIL,
  vault,
  view,
} from "./sample-base.ts";
import { reviewViews } from "./sample-review.ts";
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
  past: rows,
};

const glass: ScreenOf<"glass"> = {
  kind: "glass",
  purpose: "open",
  asking: false,
  step: "reason",
  times: {},
  incident: {
    id: "INC-2026-0618",
    reason: "",
    officer: "Rui Tan",
    responder: "Ivo Brandt",
    durationSeconds: 2700,
    maxDurationSeconds: 14_400,
    overrides: [],
  },
  seats: [],
  threshold: 3,
  others: CUSTODIANS,
  refused: null,
  keys: KEYS,
  lines: [],
  accounts: ACCOUNTS,
  untilMs: null,
  ticks: {},
  markdown: RUNBOOK,
  expired: false,
  dead: null,
};
const incident = { ...glass.incident, reason: "Sign-in through Identity Center is down" };
const seats = [
  { name: "Amara Obi", at: at("02:16:41") },
  { name: "Jon Weiss", at: at("02:17:28") },
];
const allSeats = [...seats, { name: "Sam Kjær", at: at("02:18:31") }];
const glassTimes = {
  reason: at("02:15:30"),
  custodians: at("02:18:31"),
  key: at("02:18:56"),
  connect: NIGHT,
  access: at("02:49:12"),
};

const line = (
  id: string,
  state: LineView["state"],
  time: string | null = null,
  about: Record<string, string> = {},
): LineView => ({ id, state, at: time === null ? null : at(time), about });

const connectLines = (linked: boolean): LineView[] => [
  line("wiped", "done", "02:19:24"),
  line("ended", "done", "02:19:24"),
  linked
    ? line("link", "done", "02:19:40", { links: "enp3s0", address: "192.0.2.14" })
    : line("link", "now"),
  line("identified", linked ? "now" : "later"),
  line("inspected", "later"),
  line("window-read-back", "later"),
  line("latch-lifted", "later"),
  line("active", "later"),
];
const closeLines = (done: boolean): LineView[] => [
  line("latched", "done", "02:49:14"),
  line("deny-proven", "done", "02:49:19"),
  line("keys-off", "done", "02:49:21"),
  done ? line("dead", "done", "02:49:30") : line("dead", "now"),
  done ? line("confirmed", "done", "02:54:12") : line("confirmed", "later"),
];
const practice = {
  mode: "PRACTICE" as const,
  vault: { ...vault, name: "Practice vault", epoch: 1 },
};

const openGlass: ScreenOf<"glass"> = {
  ...glass,
  step: "access",
  incident,
  times: glassTimes,
  seats: allSeats,
  untilMs: UNTIL,
  ticks: { "1": at("02:21:10"), "2": at("02:22:03") },
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

export const views = {
  first: view({ kind: "first", begun: false }, unsealed),
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
  "home-practice": view({ ...home, due: [] }, practice),
  "home-many": view(home, { vault: manyVault }),
  "home-busy": view(home, { busy: "practice.open" }),
  "home-open": view(home, isOpen),
  "home-open-practice": view(home, { ...isOpen, ...practice }),
  runbook: view({ kind: "runbook", markdown: RUNBOOK }),
  "runbook-none": view({ kind: "runbook", markdown: "" }),
  ...reviewViews,
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

  "glass-reason": view(glass),
  "glass-custodians": view({
    ...glass,
    step: "custodians",
    incident,
    times: { reason: glassTimes.reason },
    seats,
    others: ["Priya Nair", "Sam Kjær", "Lucía Ortiz"],
  }),
  "glass-overrides": view({
    ...glass,
    step: "custodians",
    incident: { ...incident, overrides: ["INC-2026-0511", "INC-2026-0602"] },
    seats,
    others: ["Priya Nair", "Sam Kjær", "Lucía Ortiz"],
  }),
  "glass-custodians-many": view(
    {
      ...glass,
      step: "custodians",
      incident,
      threshold: 8,
      seats: MANY.slice(0, 5).map((name) => ({ name, at: at("02:16:41") })),
      others: MANY.slice(5),
    },
    { vault: manyVault },
  ),
  "glass-custodians-long": view({
    ...glass,
    step: "custodians",
    incident: { ...incident, responder: LONG },
    seats: [{ name: LONG, at: at("02:16:41") }],
    others: CUSTODIANS,
  }),
  "glass-refused": view({
    ...glass,
    step: "custodians",
    incident,
    times: { reason: glassTimes.reason },
    seats,
    others: ["Priya Nair", "Sam Kjær", "Lucía Ortiz"],
    refused: { by: "Sam Kjær", failure: { code: "WORDS_SUSPECT", about: { words: "12" } } },
  }),
  "glass-key": view({
    ...glass,
    step: "key",
    incident,
    times: { reason: glassTimes.reason, custodians: glassTimes.custodians },
    seats: allSeats,
  }),
  "glass-connect": view({
    ...glass,
    step: "connect",
    incident,
    times: glassTimes,
    lines: connectLines(false),
  }),
  "glass-connect-rest": view({
    ...glass,
    purpose: "rest",
    step: "connect",
    incident,
    times: glassTimes,
    lines: connectLines(false).slice(0, 3),
  }),
  "glass-connected": view(
    { ...glass, step: "connect", incident, times: glassTimes, lines: connectLines(true) },
    isConnected,
  ),
  "glass-opening": view(
    {
      ...glass,
      asking: true,
      step: "connect",
      incident,
      times: glassTimes,
      lines: connectLines(true),
    },
    isConnected,
  ),
  "glass-access": view(openGlass, isOpen),
  "glass-access-practice": view(openGlass, { ...isOpen, ...practice }),
  "glass-access-over": view(
    { ...openGlass, untilMs: NOW - 60_000, expired: true },
    { ...isOpen, access: { ...access, untilMs: NOW - 60_000 } },
  ),
  "glass-access-refused": view(openGlass, {
    ...isOpen,
    notice: { code: "KEY_NOT_PRESENT", about: {} },
  }),
  "glass-closing": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(false) },
    isOpen,
  ),
  "glass-closing-offline": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(false) },
    { ...isOpen, notice: { code: "TIMED_OUT", about: {} } },
  ),
  "glass-dead": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(true), dead: true },
    isConnected,
  ),
  "glass-not-proven": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(false), dead: false },
    { ...isOpen },
  ),

  record: view(record),
  "record-approved": view({ ...record, approved: true }, practice),
  left: view(
    {
      kind: "left",
      incident: "INC-2026-0618",
      accounts: ACCOUNTS,
      untilMs: UNTIL,
      lines: [line("latched", "now")],
      latched: false,
    },
    { ...isOpen, busy: "left.close" },
  ),
  "left-latched": view(
    {
      kind: "left",
      incident: "INC-2026-0618",
      accounts: ACCOUNTS,
      untilMs: UNTIL,
      lines: [line("latched", "done", "02:23:30")],
      latched: true,
    },
    isConnected,
  ),
  away: view({ kind: "away", who: "Amara Obi", doing: "share" }),
  "away-key": view({ kind: "away", who: "", doing: "key" }, practice),
  "home-stand-in": view(home, { ...practice, standIn: true }),
  locked: view(openGlass, { ...isOpen, locked: true }),
  "home-notice": view(home, {
    notice: { code: "VAULT_NOT_COMMITTED", about: { dir: "/media/station/acme-prod" } },
  }),
} satisfies Readonly<Record<string, AppView>>;
