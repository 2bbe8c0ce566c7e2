import type { AppView } from "../../contract/app.ts";
import { CUSTODIANS, isConnected, KEYS, view } from "./sample-base.ts";

/** Checks between emergencies, and new shares for old. */

const stick = {
  name: "IMPORT",
  keyFiles: ["111122223333-emergency.csv", "111122223333-activator.csv"],
  policy: true,
  runbook: false,
  mfa: false,
};

export const upkeepViews = {
  upkeep: view({ kind: "upkeep", pending: null }),
  "upkeep-pending": view({ kind: "upkeep", pending: { epoch: 5, done: 2, of: 5 } }),
  "upkeep-failed": view(
    { kind: "upkeep", pending: null },
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
  "isolate-check": view({ kind: "isolate", before: "check" }, isConnected),
  rotate: view({ kind: "rotate", epoch: 4, keys: KEYS, stick: null }),
  "rotate-stick": view({ kind: "rotate", epoch: 4, keys: KEYS, stick }),
  remains: view({
    kind: "remains",
    epoch: 5,
    cancelled: false,
    remains: [
      { code: "ROTATION_OLD_SET_OPENS", about: { epoch: 4, threshold: 3 } },
      { code: "ROTATION_OLD_KEYS_LIVE", about: { epoch: 4, accounts: "111122223333" } },
      { code: "ROTATION_KEY_REVOKED", about: { epoch: 4, labels: "Blue tag" } },
      { code: "ROTATION_KEY_CARRIED", about: { epoch: 4, labels: "Red tag" } },
    ],
  }),
  "remains-cancelled": view({
    kind: "remains",
    epoch: 5,
    cancelled: true,
    remains: [{ code: "ROTATION_CANCELLED_OPENS", about: { epoch: 5 } }],
  }),
} satisfies Readonly<Record<string, AppView>>;
