import type { AppView, ScreenOf } from "../../contract/app.ts";
import { CUSTODIANS, isConnected, KEYS, MANY, view } from "./sample-base.ts";

/** Checks between emergencies, and new shares for old. */

const stick = {
  name: "IMPORT",
  keyFiles: ["111122223333-emergency.csv", "111122223333-activator.csv"],
  policy: true,
  runbook: false,
  mfa: false,
};

const copying: ScreenOf<"copy"> = {
  kind: "copy",
  sticks: [],
  custodians: CUSTODIANS,
  epoch: 4,
  last: null,
  done: null,
};

const ACCOUNTS = ["111122223333", "444455556666", "777788889999"];

const rotating: ScreenOf<"rotate"> = {
  kind: "rotate",
  epoch: 4,
  keys: KEYS,
  stick: null,
  accounts: null,
  carry: KEYS,
  without: [],
};

const left: ScreenOf<"remains"> = {
  kind: "remains",
  seq: 12,
  epoch: 5,
  after: "rotation",
  remains: [
    { code: "ROTATION_OLD_SET_OPENS", about: { epoch: 4, threshold: 3 } },
    { code: "ROTATION_OLD_KEYS_LIVE", about: { epoch: 4, accounts: "111122223333" } },
    { code: "ROTATION_KEY_REVOKED", about: { epoch: 4, labels: "Blue tag" } },
    { code: "ROTATION_KEY_CARRIED", about: { epoch: 4, labels: "Red tag" } },
  ],
  later: false,
};
const leftOvers = ["LEFT_IN_SPOOL", "LEFT_MISPRINTS", "LEFT_IMPORT"].map((code) => ({
  code,
  about: {},
}));
type DueRows = ScreenOf<"upkeep">["due"];
const dueOf = (what: string, names: readonly string[], on: string): DueRows =>
  names.map((by) => ({ what, by, on }));
const one = (what: string, on: string): DueRows => [{ what, by: null, on }];
/** A missed quarter: all five are late with their cards. */
const missed: DueRows = [
  ...dueOf("card-check", CUSTODIANS, "2026-05-31"),
  ...["drill", "copy", "alarm"].flatMap((what) => one(what, "2026-06-01")),
  ...dueOf("key-check", KEYS.slice(0, 1), "2026-06-02"),
  ...dueOf("key-check", KEYS.slice(1), "2026-07-01"),
  ...dueOf("custody", CUSTODIANS, "2026-06-03"),
];
const many: DueRows = ["card-check", "full-check", "key-check"].flatMap((what) =>
  dueOf(what, [...MANY, ...CUSTODIANS], "2026-05-31"),
);

export const upkeepViews = {
  upkeep: view({ kind: "upkeep", pending: null, due: [] }),
  "upkeep-missed": view({ kind: "upkeep", pending: null, due: missed }),
  "upkeep-many": view({ kind: "upkeep", pending: null, due: [...many, ...missed] }),
  "upkeep-pending": view({ kind: "upkeep", pending: { epoch: 5, done: 2, of: 5 }, due: missed }),
  "upkeep-failed": view(
    { kind: "upkeep", pending: null, due: [] },
    { notice: { code: "STEP_OUT_OF_ORDER", about: { step: "check", before: "beginCheck" } } },
  ),
  "checked-card": view({
    kind: "checked",
    what: "card",
    found: [{ good: true, who: CUSTODIANS[1] ?? null, failure: null, record: 14 }],
  }),
  "checked-share-bad": view({
    kind: "checked",
    what: "full",
    found: [
      {
        good: false,
        who: CUSTODIANS[1] ?? null,
        failure: { code: "WRONG_PASSPHRASE", about: {} },
        record: 15,
      },
      {
        good: false,
        who: null,
        failure: { code: "WORDS_SUSPECT", about: { words: "12" } },
        record: 16,
      },
    ],
  }),
  "checked-key": view({
    kind: "checked",
    what: "key",
    found: [{ good: true, who: KEYS[0] ?? null, failure: null, record: 17 }],
  }),
  copy: view(copying),
  "copy-ready": view({ ...copying, sticks: ["AMARA"], last: "2026-03-02T09:00:00Z" }),
  "copy-several": view({ ...copying, sticks: ["AMARA", "SAM"] }),
  "copy-refused": view(
    { ...copying, sticks: ["AMARA"] },
    { notice: { code: "STICK_HOLDS_SHARE", about: { stick: "AMARA" } } },
  ),
  "copy-done": view({
    ...copying,
    sticks: ["AMARA"],
    last: "2026-06-18T01:58:00Z",
    done: {
      stick: "AMARA",
      folder: "pullstation-7f3a9c21",
      epoch: 4,
      fileSha256: "ab".repeat(32),
      upTo: { seq: 17, sha256: "cd".repeat(32) },
      holder: CUSTODIANS[1] ?? "",
      record: 18,
    },
  }),
  "isolate-check": view({ kind: "isolate", before: "check" }, isConnected),
  rotate: view(rotating),
  "rotate-stick": view({ ...rotating, stick }),
  "rotate-accounts": view({ ...rotating, stick, accounts: ACCOUNTS.slice(0, 2) }),
  "rotate-dropped": view({
    ...rotating,
    accounts: ACCOUNTS,
    carry: KEYS.slice(0, 1),
    without: ACCOUNTS.slice(1, 2),
  }),
  "rotate-refused": view(
    { ...rotating, without: ["999999999999"] },
    {
      notice: {
        code: "ROTATION_CHANGES_NOTHING_THERE",
        about: { what: "account", name: "999999999999", known: ACCOUNTS.join(", ") },
      },
    },
  ),
  remains: view(left),
  "remains-later": view({ ...left, later: true, remains: [...left.remains, ...leftOvers] }),
  "remains-copy": view({
    ...left,
    later: true,
    remains: [{ code: "COPY_FIRST", about: {} }, ...left.remains, ...leftOvers],
  }),
  "remains-seal": view({ ...left, epoch: 1, after: "seal", remains: leftOvers }),
  "remains-cancelled": view({
    ...left,
    after: "cancelled",
    remains: [{ code: "ROTATION_CANCELLED_OPENS", about: { epoch: 5 } }],
  }),
  "remains-cut-off": view(
    {
      ...left,
      epoch: 1,
      after: "cut-off",
      remains: [{ code: "SEALING_CUT_OFF", about: {} }, ...leftOvers],
    },
    { vault: null },
  ),
} satisfies Readonly<Record<string, AppView>>;
