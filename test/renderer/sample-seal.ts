import type { AppView, ScreenOf } from "../../contract/app.ts";
import {
  at,
  CUSTODIANS,
  ACCOUNTS,
  isConnected,
  KEYS,
  LONG,
  MANY,
  vault,
  view,
} from "./sample-base.ts";

/** Isolation, the import stick, and the steps of sealing. */

const seal: ScreenOf<"seal"> = {
  kind: "seal",
  epoch: 1,
  step: "contents",
  times: {},
  name: "Acme Prod",
  keyboard: "US English",
  contents: {
    accounts: ACCOUNTS,
    regions: ["us-east-1", "eu-west-1"],
    profile: "restore",
    defaultDurationSeconds: 2700,
    maxDurationSeconds: 14_400,
    kitExpires: "2026-09-14T00:00:00Z",
    files: [
      "accessKeys-111122223333.csv",
      "accessKeys-444455556666.csv",
      "policy.json",
      "runbook.md",
    ],
    typedCodes: [ACCOUNTS[1] ?? ""],
  },
  custodians: CUSTODIANS,
  threshold: 3,
  ready: [],
  keys: KEYS.map((label) => ({ label, enrolled: false, use: "open" })),
  asked: null,
  sealed: null,
};
const unsealed = { vault: null };
const stick = {
  name: "IMPORT",
  keyFiles: ["111122223333-emergency_accessKeys.csv", "111122223333-activator_accessKeys.csv"],
  policy: true,
  runbook: true,
  mfa: true,
};
const sealTimes = {
  contents: at("10:05:00"),
  custodians: at("10:14:00"),
  passphrases: at("10:31:00"),
  keys: at("10:40:00"),
};
const WORDS =
  "ringbolt hurricane stapler megaton eyetooth barbecue goggles tobacco jawbone revenue kickoff proximate locale specialist ratchet universe".split(
    " ",
  );

export const sealViews = {
  isolate: view({ kind: "isolate", before: "seal" }, { ...isConnected, ...unsealed }),
  "isolate-glass": view({ kind: "isolate", before: "glass" }, isConnected),
  "isolate-out": view({ kind: "isolate", before: "glass" }),
  "isolate-refused": view(
    { kind: "isolate", before: "rest" },
    { ...isConnected, notice: { code: "NOT_ISOLATED", about: { links: "enp3s0" } } },
  ),
  "isolate-approve": view({ kind: "isolate", before: "approve" }, isConnected),
  "isolate-after": view({ kind: "isolate", before: "after" }, isConnected),
  import: view({ kind: "import", sticks: [], complete: null }, unsealed),
  "import-missing": view(
    {
      kind: "import",
      sticks: [{ ...stick, runbook: false, mfa: false }],
      complete: null,
    },
    {
      ...unsealed,
      notice: {
        code: "POLICY_INVALID",
        about: { file: "policy.json", field: "proof.overSeconds" },
      },
    },
  ),
  "import-found": view({ kind: "import", sticks: [stick], complete: stick.name }, unsealed),

  "seal-contents": view(seal, unsealed),
  "seal-contents-many": view(
    {
      ...seal,
      contents: {
        ...seal.contents,
        accounts: Array.from({ length: 50 }, (_, index) => `${100_000_000_001 + index}`),
      },
    },
    unsealed,
  ),
  "seal-contents-practice": view(seal, { ...unsealed, mode: "PRACTICE" }),
  "seal-custodians": view(
    { ...seal, step: "custodians", times: { contents: at("10:05:00") } },
    unsealed,
  ),
  "seal-custodians-many": view({ ...seal, step: "custodians", custodians: MANY }, unsealed),
  "seal-passphrases-many": view(
    { ...seal, step: "passphrases", custodians: MANY, ready: [1, 2, 3] },
    unsealed,
  ),
  "seal-passphrases-long": view(
    { ...seal, step: "passphrases", custodians: [LONG, ...CUSTODIANS], ready: [] },
    { vault: { ...vault, name: LONG } },
  ),
  "seal-passphrases": view(
    { ...seal, step: "passphrases", times: sealTimes, ready: [1, 2] },
    unsealed,
  ),
  "seal-keys": view(
    {
      ...seal,
      step: "keys",
      times: sealTimes,
      keys: [
        { label: "Red tag", enrolled: true, use: "open" },
        { label: "Blue tag", enrolled: false, use: "open" },
      ],
    },
    unsealed,
  ),
  "seal-keys-more": view(
    {
      ...seal,
      step: "keys",
      times: sealTimes,
      keys: ["red-1", "blue-2", "green-3", "review-4"].map((label) => ({
        label,
        enrolled: true,
        use: label.startsWith("review") ? ("approve" as const) : ("open" as const),
      })),
    },
    unsealed,
  ),
  "seal-keys-sealing": view(
    {
      ...seal,
      step: "keys",
      times: sealTimes,
      keys: KEYS.map((label) => ({ label, enrolled: true, use: "open" as const })),
      asked: KEYS[1] ?? null,
    },
    { ...unsealed, busy: "sealing" },
  ),
  "seal-cards": view({ ...seal, step: "cards", times: sealTimes, ready: [1] }, unsealed),
  "seal-record": view({
    ...seal,
    step: "record",
    times: { ...sealTimes, cards: at("11:20:00") },
    sealed: { vaultId: vault.vaultId, seq: 8, words: WORDS },
  }),
} satisfies Readonly<Record<string, AppView>>;
