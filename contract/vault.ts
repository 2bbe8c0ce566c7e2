import * as z from "zod";
import { keyUse } from "./ceremony.ts";
import { orderSchema } from "./order.ts";

/** What main asks of the vault process: files, names and steps. No secret crosses here. */

const mode = z.enum(["PRACTICE", "REAL"]);
/** Where the next record goes in the chain. */
const head = z.object({ seq: z.int().positive(), previous: z.string().nullable() });
const signed = z.object({ record: z.string(), signature: z.string() });

/** What is sealed, by its files. */
const files = {
  keyFiles: z.array(z.string()),
  /** Whose the keys are in files that don't say it; null: such files are refused. */
  defaultAccount: z.string().nullable(),
  /** Account id to base32 seed; null: every code is typed. */
  mfaFile: z.string().nullable(),
  policyFile: z.string(),
  runbookFile: z.string(),
};
/** What a rotation brings; null or none: as the old epoch has it. */
const brought = {
  ...files,
  policyFile: z.string().nullable(),
  runbookFile: z.string().nullable(),
};

const kdf = z.object({ memoryKiB: z.int(), passes: z.int(), lanes: z.int() });

export const vaultRequests = {
  /**
   * Joins the people's lane (and in practice the key's): both ends exchange ephemeral keys. `people`
   * null: each lane is a port of its own that nobody carries, and is not sealed. Asked again for the
   * next person's end; the keys stay.
   */
  join: {
    input: z.object({
      people: z.string().nullable(),
      /** The far end of the key's lane, where it is another than the people's. */
      keys: z.string().exactOptional(),
      practiceKeys: z.boolean(),
      /** Folders under which sticks with share files appear. */
      mediaRoots: z.array(z.string()),
    }),
    output: z.object({ publicKey: z.string() }),
  },
  /**
   * Who sits at the keyboard from now on: their window is answered what belongs to the task, of their own
   * place (`at`; of a key that is enrolled, its number), and nothing else. Null, and before the first:
   * nobody is. Where the lane is sealed, its far end is the one that was named at `join`.
   */
  seat: {
    input: z
      .object({
        task: z.enum(["passphrase", "card", "enrol", "share", "touch", "approve"]),
        at: z.int().nullable(),
      })
      .nullable(),
    output: z.null(),
  },
  /** Reads and checks what is to be sealed, and keeps nothing of it. */
  readInputs: {
    input: z.object({ mode, ...files }),
    output: z.object({
      accounts: z.array(z.string()),
      /** Accounts without a sealed MFA seed: their codes are typed at use. */
      typedCodes: z.array(z.string()),
      regions: z.array(z.string()),
      profile: z.string(),
      defaultDurationSeconds: z.number(),
      maxDurationSeconds: z.number(),
      kitExpires: z.string(),
    }),
  },
  /** Reads what a rotation brings, before anybody opens the old epoch, and keeps nothing of it. */
  readRotation: {
    input: z.object({ mode, ...brought }),
    output: z.null(),
  },
  prepareSeal: {
    input: z.object({
      mode,
      dir: z.string(),
      name: z.string(),
      threshold: z.int(),
      custodians: z.array(z.string()),
      ...files,
      keyboardLayout: z.string(),
      kdf,
      /** RFC 3339, by the station's clock. */
      at: z.string(),
    }),
    output: z.object({
      accounts: z.array(z.string()),
      runbookSha256: z.string(),
      linksUp: z.array(z.string()),
    }),
  },
  /**
   * After `unseal`: reads and checks what the next epoch changes. Files that are null, and key files
   * that are none, leave what the old epoch holds. The keys of `carry` stay, on the table or not.
   */
  prepareRotation: {
    input: z.object({
      dir: z.string(),
      name: z.string(),
      threshold: z.int(),
      custodians: z.array(z.string()),
      carry: z.array(z.string()),
      ...brought,
      withoutAccounts: z.array(z.string()),
      keyboardLayout: z.string(),
      kdf,
    }),
    output: z.object({
      accounts: z.array(z.string()),
      /** Accounts whose access keys are new in this epoch; the others keep what old cards open. */
      newKeys: z.array(z.string()),
      /** Those of them that the old epoch does not hold at all. */
      added: z.array(z.string()),
      keptKeys: z.array(z.string()),
      dropped: z.array(z.string()),
      /** Labels of security keys that stay, and of those that the new epoch leaves out. */
      carried: z.array(z.string()),
      revoked: z.array(z.string()),
      runbookSha256: z.string(),
      linksUp: z.array(z.string()),
    }),
  },
  /**
   * Seals, writes the candidate, proves it and its cards, and signs the seal record: `sealed`, or
   * after `prepareRotation` `rotated`, by the old epoch's key.
   */
  seal: {
    input: z.object({ head, stationKey: z.string(), at: z.string() }),
    output: signed.extend({
      vaultId: z.string(),
      epoch: z.int(),
      fileSha256: z.string(),
      /** Files of a rehearsal's cards; a real one's are never on this laptop's disk. */
      cards: z.array(z.string()),
      trialOpenedWith: z.array(z.string()),
      /** What has to be said of its keys: codes of the catalogue. */
      warnings: z.array(z.string()),
    }),
  },
  /** The candidate of this process is discarded: its record could not be written. */
  abandon: { input: z.null(), output: z.null() },
  /** A fresh process goes on with the proof of a candidate's shares; `done`: places proven before. */
  resumeRotation: {
    input: z.object({
      dir: z.string(),
      /** SHA-256 (hex) of the candidate's file, by its `rotated` record. */
      candidate: z.string(),
      done: z.array(z.int()),
    }),
    output: z.object({
      mode,
      name: z.string(),
      epoch: z.int(),
      threshold: z.int(),
      custodians: z.array(z.string()),
      linksUp: z.array(z.string()),
    }),
  },
  /** Only after every custodian re-entered the share: the candidate becomes the vault. */
  commit: { input: z.null(), output: z.object({ reentered: z.int() }) },
  beginUnseal: {
    input: z.object({
      dir: z.string(),
      /** SHA-256 (hex) of the file that the chain of records says is live: no other is opened. */
      committed: z.string().nullable(),
    }),
    output: z.object({
      mode,
      name: z.string(),
      vaultId: z.string(),
      epoch: z.int(),
      fileSha256: z.string(),
      threshold: z.int(),
      custodians: z.array(z.object({ place: z.int(), name: z.string() })),
      keys: z.array(
        z.object({ label: z.string(), use: z.string(), kind: z.enum(["fido2", "otp"]) }),
      ),
      linksUp: z.array(z.string()),
    }),
  },
  /** Quorum and touch together open the vault; the shares are wiped before this returns. */
  unseal: { input: z.null(), output: z.object({ accounts: z.array(z.string()) }) },
  /** Signs the glass-broken record and seals the activation to the online process's key. */
  handOver: {
    input: z.object({
      publicKey: z.string(),
      incident: orderSchema.shape.incident,
      reason: z.string(),
      responder: z.string(),
      officer: z.string(),
      /** To open the access, or to bring what a crash left open to rest. */
      purpose: z.enum(["open", "rest"]),
      durationSeconds: z.int().positive(),
      /** Of the sealed accounts these and no other; null: all of them. */
      accounts: z.array(z.string()).min(1).nullable().default(null),
      /** Incidents whose review is not signed, and which this quorum overrides: all, or refused. */
      overrides: z.array(z.string()).default([]),
      stationKey: z.string(),
      head,
      at: z.string(),
      /** How long after `at` the deadline can stand at the latest, by the station's clock. */
      latestDeadline: z.string(),
    }),
    output: signed.extend({ box: z.string() }),
  },
  /** Names the record that a security key will approve; the touch comes on the people's lane. */
  beginApproval: {
    input: z.object({
      dir: z.string(),
      /** As for `beginUnseal`: its keys approve, and no other vault's. */
      committed: z.string().nullable(),
      approved: z.object({ seq: z.int(), sha256: z.string(), kind: z.string() }),
      head,
      at: z.string(),
    }),
    output: z.object({
      mode,
      vaultId: z.string(),
      epoch: z.int(),
      fileSha256: z.string(),
      approvers: z.array(z.string()),
    }),
  },
  takeApproval: { input: z.null(), output: signed },
  /**
   * The window at the keyboard is gone, and nobody is seated: a touch that it left waiting is given up.
   * Answered once whatever else was asked there is done, and told.
   */
  release: { input: z.null(), output: z.null() },
  /** Peak resident memory in bytes, for figures. */
  memory: { input: z.null(), output: z.object({ peakBytes: z.number() }) },
} as const;

/** What main hears of people's doings: that they were done, and the public part of verdicts. */
export const vaultView = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("passphrase"), place: z.int() }),
  z.object({ kind: z.literal("enrolled"), label: z.string(), use: keyUse }),
  z.object({
    kind: z.literal("share"),
    verdict: z.enum(["accepted", "rejected"]),
    who: z.string().nullable(),
    have: z.int(),
    need: z.int(),
    why: z.string().optional(),
    about: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  /** A key blinks, or works: `label` as it was enrolled, as far as that is known. */
  z.object({
    kind: z.literal("keepalive"),
    what: z.enum(["touch", "working"]),
    label: z.string().nullable(),
  }),
  z.object({ kind: z.literal("touched"), label: z.string() }),
  /** Somebody's touch, to open or to approve, that was refused. */
  z.object({
    kind: z.literal("touch-refused"),
    why: z.string(),
    about: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  z.object({ kind: z.literal("approved"), label: z.string() }),
]);
export type VaultView = z.infer<typeof vaultView>;
