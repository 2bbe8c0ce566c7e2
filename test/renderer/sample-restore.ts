import type { ScreenOf } from "../../contract/app.ts";
import type { RestoreFound } from "../../contract/restore.ts";
import { at, vault, view } from "./sample-base.ts";

/** A station made of a copy on a stick, and one that stands beside its primary. */

const unsealed = { vault: null };

const restore: ScreenOf<"restore"> = {
  kind: "restore",
  step: "stick",
  times: {},
  sticks: [],
  found: null,
  paper: { vaultId: "", head: "" },
  done: null,
};
const sticks = [
  { name: "USB-PRIYA/acme-prod", vault: true },
  { name: "USB-AMARA/acme-prod", vault: true },
];

const found: RestoreFound = {
  failure: null,
  take: "USB-PRIYA/acme-prod",
  copies: 1,
  mode: "REAL",
  vaultId: vault.vaultId,
  epoch: 4,
  head: { seq: 11, sha256: "36".repeat(32) },
  vault: {
    name: vault.name,
    sealedAt: vault.sealedAt,
    threshold: 3,
    custodians: 5,
    keys: 2,
    fileSha256: "7a".repeat(32),
  },
  certified: true,
  findings: [],
  maybeOpen: [],
  beside: null,
  anchoredBy: { vaultId: false, head: false },
};
const whole: ScreenOf<"restore"> = {
  ...restore,
  step: "found",
  times: { stick: at("09:12:00") },
  sticks: sticks.slice(0, 1),
  found,
};
const told: ScreenOf<"restore"> = {
  ...whole,
  sticks,
  found: {
    ...found,
    copies: 2,
    certified: false,
    maybeOpen: ["INC-2026-0618"],
    beside: { common: 9, own: 12 },
    findings: [
      {
        code: "STATION_UNCERTIFIED",
        severity: "note",
        about: { kind: "restored", signer: "station", key: "SHA256:47DEQpj8HBSa" },
        count: 1,
        seq: 10,
        copy: null,
      },
      {
        code: "COPY_BEHIND",
        severity: "note",
        about: { last: 9, end: 11 },
        count: 1,
        seq: null,
        copy: "USB-AMARA/acme-prod",
      },
    ],
  },
};
const role = { ...whole, step: "role", times: { ...whole.times, found: at("09:14:00") } } as const;
const done = {
  ...role,
  step: "done",
  times: { ...role.times, role: at("09:15:00") },
  done: { seq: 12, role: "primary" },
} as const;
const spare = { since: "2026-05-12T14:22:00Z", upTo: 11 };

export const restoreViews = {
  restore: view(restore, unsealed),
  "restore-stick": view({ ...restore, sticks }, unsealed),
  "restore-bare": view({ ...restore, sticks: [{ name: "USB-PRIYA", vault: false }] }, unsealed),
  "restore-reading": view({ ...restore, sticks }, { ...unsealed, busy: "restore.read" }),
  "restore-unreadable": view(
    { ...restore, sticks, paper: { vaultId: "7f3a", head: "" } },
    { ...unsealed, notice: { code: "VAULT_ID_UNREADABLE", about: { text: "7f3a" } } },
  ),
  "restore-found": view(whole, unsealed),
  "restore-compared": view(
    { ...whole, found: { ...found, anchoredBy: { vaultId: true, head: true } } },
    unsealed,
  ),
  "restore-told": view(told, unsealed),
  "restore-forked": view(
    {
      ...told,
      found: {
        ...found,
        failure: { code: "RESTORE_NOT_WHOLE", about: { codes: "FORK" } },
        take: null,
        vault: null,
        copies: 2,
        findings: [
          {
            code: "FORK",
            severity: "error",
            about: { at: "record 10", one: "USB-PRIYA/acme-prod", other: "USB-AMARA/acme-prod" },
            count: 1,
            seq: 10,
            copy: null,
          },
        ],
      },
    },
    unsealed,
  ),
  "restore-stale": view(
    {
      ...whole,
      found: {
        ...found,
        failure: { code: "RESTORE_STALE", about: { epoch: 4 } },
        take: null,
        vault: null,
        findings: [
          {
            code: "VAULT_FILE_DIFFERS",
            severity: "error",
            about: { fileSha256: "7a".repeat(32) },
            count: 1,
            seq: null,
            copy: "USB-PRIYA/acme-prod",
          },
        ],
      },
    },
    unsealed,
  ),
  "restore-role": view(role, unsealed),
  "restore-done": view(done, unsealed),
  "restore-done-spare": view(
    {
      ...done,
      found: { ...found, maybeOpen: ["INC-2026-0618"] },
      done: { seq: 12, role: "spare" },
    },
    unsealed,
  ),
  spare: view({ kind: "spare", before: "open", ...spare }),
  "spare-rotate": view({ kind: "spare", before: "rotate", ...spare }),
  "spare-refused": view(
    { kind: "spare", before: "open", ...spare },
    { notice: { code: "RECORD_REFUSED", about: { code: "FORK" } } },
  ),
};
