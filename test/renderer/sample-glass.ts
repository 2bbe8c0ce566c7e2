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

/** The breaking of the glass, step by step, in earnest and in a drill. */

const glass: ScreenOf<"glass"> = {
  kind: "glass",
  purpose: "open",
  asking: false,
  silent: false,
  step: "reason",
  times: {},
  incident: {
    id: "INC-2026-0618",
    reason: "",
    officer: "Rui Tan",
    responder: "Ivo Brandt",
    durationSeconds: 2700,
    accounts: ACCOUNTS,
    maxDurationSeconds: 14_400,
    overrides: [],
  },
  sealed: ACCOUNTS,
  seats: [],
  threshold: 3,
  others: CUSTODIANS,
  refused: null,
  keys: KEYS,
  lines: [],
  accounts: ACCOUNTS,
  notOpened: [],
  untilMs: null,
  ticks: {},
  markdown: RUNBOOK,
  expired: false,
  onSticks: [],
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

export const line = (
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
export const practice = {
  mode: "PRACTICE" as const,
  vault: { ...vault, name: "Practice vault", epoch: 1 },
};

export const openGlass: ScreenOf<"glass"> = {
  ...glass,
  step: "access",
  incident,
  times: glassTimes,
  seats: allSeats,
  untilMs: UNTIL,
  ticks: { "1": at("02:21:10"), "2": at("02:22:03") },
};

export const glassViews = {
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
  "glass-reason-unknown": view(
    {
      ...glass,
      incident: { ...glass.incident, durationSeconds: 900, maxDurationSeconds: null },
    },
    { notice: { code: "POLICY_CHANGED", about: {} } },
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
  "glass-opening-silent": view(
    {
      ...glass,
      asking: true,
      silent: true,
      step: "connect",
      incident,
      times: glassTimes,
      lines: connectLines(true),
    },
    isConnected,
  ),
  "glass-access": view(openGlass, isOpen),
  "glass-access-on-stick": view(
    { ...openGlass, onSticks: ["RESPONDER/access-INC-2026-0618.txt"] },
    isOpen,
  ),
  "glass-access-partly": view(
    {
      ...openGlass,
      notOpened: [
        {
          account: "888899990000",
          why: "ACCESS_DENIED at window: iam:PutUserPolicy",
          atRest: true,
        },
        { account: "777788889999", why: "TIMED_OUT at proof by use", atRest: false },
      ],
    },
    isOpen,
  ),
  "glass-access-practice": view(openGlass, { ...isOpen, ...practice }),
  "drill-glass-custodians": view(
    { ...glass, step: "custodians", incident, seats, others: ["Priya Nair", "Sam Kjær"] },
    { ...practice, drill: { faults: ["missing-custodian", "damaged-share"] } },
  ),
  "drill-glass-key": view(
    { ...glass, step: "key", incident, seats: allSeats },
    { ...practice, drill: { faults: ["lost-key"] } },
  ),
  "drill-glass-opening": view(
    {
      ...glass,
      asking: true,
      step: "connect",
      incident,
      times: glassTimes,
      lines: connectLines(true),
    },
    { ...practice, drill: { faults: ["clock-wrong", "iam-down"] } },
  ),
  "drill-glass-access": view(openGlass, {
    ...isOpen,
    ...practice,
    drill: { faults: ["throttled", "network-gone"] },
  }),
  "drill-glass-closed": view(
    {
      ...glass,
      step: "close",
      incident,
      times: glassTimes,
      lines: closeLines(true),
      dead: true,
    },
    { ...practice, drill: { faults: ["foreign-key"] } },
  ),
  "glass-access-over": view(
    { ...openGlass, untilMs: NOW - 60_000, expired: true },
    { ...isOpen, access: { ...access, untilMs: NOW - 60_000 } },
  ),
  "glass-access-proving": view(
    { ...openGlass, untilMs: NOW - 60_000, asking: true },
    { ...isOpen, access: { ...access, untilMs: NOW - 60_000 } },
  ),
  "glass-access-silent": view(
    { ...openGlass, untilMs: NOW - 60_000, asking: true, silent: true },
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
  "glass-closing-silent": view(
    {
      ...glass,
      silent: true,
      step: "close",
      incident,
      times: glassTimes,
      lines: closeLines(false),
    },
    { ...isOpen, notice: { code: "STOP_HEARD", about: {} } },
  ),
  "glass-dead": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(true), dead: true },
    isConnected,
  ),
  "glass-dead-on-stick": view(
    {
      ...glass,
      step: "close",
      incident,
      times: glassTimes,
      lines: closeLines(true),
      dead: true,
      onSticks: ["RESPONDER/access-INC-2026-0618.txt"],
    },
    isConnected,
  ),
  "glass-not-proven": view(
    { ...glass, step: "close", incident, times: glassTimes, lines: closeLines(false), dead: false },
    { ...isOpen },
  ),
} satisfies Readonly<Record<string, AppView>>;
