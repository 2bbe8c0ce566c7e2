import * as z from "zod";
import { orderSchema } from "./order.ts";

/**
 * What main asks of the online process. Secrets cross only inside boxes sealed to the far end's
 * ephemeral key; main forwards them unread. Times named `…Ms` are epoch milliseconds on AWS's clock.
 */

const call = z.object({
  account: z.string(),
  /** Whose credential: activator, activator+mfa, emergency, closer, closer-role. */
  as: z.string(),
  action: z.string(),
  region: z.string(),
  requestId: z.string().nullable(),
  ms: z.number(),
  /** Requests that were sent for it. */
  attempts: z.int(),
  /** OK, or the house's word for AWS's refusal. */
  verdict: z.string(),
  serverMs: z.number().nullable(),
  /** Public facts about a failure on the way. */
  about: z.record(z.string(), z.string()).exactOptional(),
  /** Told by the journal of a process that is gone; an earlier record may tell it, too. */
  fromJournal: z.literal(true).exactOptional(),
});
export type OnlineCall = z.infer<typeof call>;

const deadline = z.object({ fromMs: z.int(), notBeforeMs: z.int(), untilMs: z.int() });
const difference = z.object({ kind: z.string(), what: z.string() });

const closing = z.object({
  accountId: z.string(),
  verdict: z.enum(["CLOSED", "NOT_AT_REST"]),
  latched: z.boolean(),
  deny: z.enum(["PROVEN", "AFTER_DEADLINE", "UNPROVEN", "ALLOWED", "KEY_WAS_INACTIVE"]),
  denials: z.array(call).readonly(),
  rejections: z.object({ count: z.int(), overMs: z.number() }),
  confirmed: z.boolean().nullable(),
  foreign: z.array(difference).readonly(),
  remains: z.array(difference).readonly(),
  reopened: z.array(difference).readonly(),
  outage: z
    .object({
      code: z.enum(["IAM_DOWN", "IAM_HALF_DOWN"]),
      about: z.record(z.string(), z.union([z.string(), z.number()])),
    })
    .nullable(),
});
export type OnlineClosing = z.infer<typeof closing>;

const accountOpening = z.discriminatedUnion("state", [
  z.object({
    accountId: z.string(),
    state: z.literal("ACTIVE"),
    /** Inactive keys of the emergency user that are not the sealed one. */
    leftOvers: z.array(z.string()).readonly(),
    /** When AWS last saw the emergency key before this, RFC 3339. */
    lastUsed: z.string().nullable(),
  }),
  z.object({
    accountId: z.string(),
    state: z.literal("FAILED"),
    at: z.string(),
    why: z.string(),
    closing,
  }),
]);

/** What another station left open at AWS: its incident, and its own deadline. */
const leftBehind = z.object({ incident: z.string(), untilMs: z.int() });

const opening = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("OPENED"),
    deadline,
    accounts: z.array(accountOpening).readonly(),
    /** Brought to rest before, account by account; null: everything was at rest. */
    leftBehind: leftBehind.extend({ accounts: z.array(closing).readonly() }).nullable(),
  }),
  z.object({
    kind: z.literal("TAMPERED"),
    accounts: z
      .array(z.object({ accountId: z.string(), differences: z.array(difference).readonly() }))
      .readonly(),
  }),
  z.object({
    kind: z.literal("REFUSED"),
    code: z.string(),
    about: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
]);
export type OnlineOpening = z.infer<typeof opening>;

const resumption = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("REOPENED"), deadline, accounts: z.array(accountOpening).readonly() }),
  z.object({
    kind: z.literal("CLOSED"),
    why: z.string().nullable(),
    /** What a crash interrupted the closing of: at rest now, too. */
    leftBehind: leftBehind.nullable(),
    accounts: z.array(closing).readonly(),
  }),
]);
export type OnlineResumption = z.infer<typeof resumption>;

/** http://127.0.0.1:PORT of practice AWS; null for the real one. */
const practiceEndpoint = z.string().nullable();
/** The folder that holds journal/ and open/, and perhaps proxy.txt. */
const dir = z.string();

export const onlineRequests = {
  /** The ephemeral X-Wing public key, base64url, that the vault process seals the order to. */
  offer: { input: z.null(), output: z.object({ publicKey: z.string() }) },
  /**
   * Hands the sealed order over. Only after the vault process's exit was observed: main says so
   * here, and only then is the SDK loaded.
   */
  accept: {
    input: z.object({
      box: z.string(),
      vaultProcessExited: z.literal(true),
      practiceEndpoint,
      dir,
      /** Folders under which sticks appear; none: the access is written to no stick. */
      mediaRoots: z.array(z.string()).readonly().exactOptional(),
    }),
    output: z.object({
      mode: z.enum(["PRACTICE", "REAL"]),
      vaultId: z.string(),
      epoch: z.int(),
      incident: orderSchema.shape.incident,
      accounts: z.array(z.string()).readonly(),
      /** The one CONNECT proxy that people chose; null: none. */
      proxy: z.string().nullable(),
      /** The day of the list of roots that TLS trusts; null in practice, which has none. */
      rootsAsOf: z.string().nullable(),
      /** Names of environment variables that were taken away. */
      scrubbed: z.array(z.string()).readonly(),
    }),
  },
  /** Joins the responder's lane where main carries it, for each task anew: both ends exchange ephemeral keys. */
  joinAccess: {
    input: z.object({ responder: z.string() }),
    output: z.object({ publicKey: z.string() }),
  },
  open: { input: z.null(), output: opening },
  /** Answers the view `codeWanted`. */
  mfaCode: {
    input: z.object({ account: z.string(), code: z.string().regex(/^\d{6}$/) }),
    output: z.null(),
  },
  /** The emergency keys, once, as JSON in a box sealed to this public key. */
  handOver: {
    input: z.object({ publicKey: z.string() }),
    output: z.object({ box: z.string() }),
  },
  /** AWS's clock lies between these now. */
  awsTime: {
    input: z.null(),
    output: z.object({ earliestMs: z.number(), latestMs: z.number() }),
  },
  /** Answers when AWS's clock has surely passed the deadline, or at `stop`. */
  waitDeadline: {
    input: z.null(),
    output: z.object({ serverMs: z.number(), passed: z.boolean() }),
  },
  proveExpired: {
    input: z.null(),
    output: z.array(
      z.object({
        accountId: z.string(),
        keyAccepted: z.boolean(),
        refusals: z.array(call).readonly(),
        proven: z.boolean(),
      }),
    ),
  },
  /** Calls to AWS since the last asking, in the order of their answers. */
  calls: {
    input: z.null(),
    output: z.object({
      proxy: z.string().nullable(),
      calls: z.array(call).readonly(),
      /** How many more there were: too many to keep. */
      leftOut: z.int(),
    }),
  },
  close: { input: z.object({ why: z.string() }), output: z.array(closing).readonly() },
  /** Without an order: attaches the latch with the sessions in open/INCIDENT.close. */
  closeWithCloser: {
    input: z.object({ dir, incident: orderSchema.shape.incident, practiceEndpoint }),
    output: z.object({
      /** False: the journal shows that nothing was begun at AWS, and says so now. */
      begun: z.boolean(),
      accounts: z.array(z.object({ accountId: z.string(), verdict: z.string() })),
      /** Accounts that may be open and have no session: quorum, or the deadline. */
      without: z.array(z.string()).readonly(),
    }),
  },
  /** After `accept` of a new order for the same incident. */
  resume: {
    input: z.object({ choice: z.enum(["reopen", "close"]) }),
    output: resumption,
  },
  /** Ends waiting and closing loops at their next step, with what they have. */
  stop: { input: z.null(), output: z.null() },
} as const;

export const onlineView = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("call"), call }),
  z.object({ kind: z.literal("step"), account: z.string(), step: z.string() }),
  z.object({ kind: z.literal("deadline"), untilMs: z.number() }),
  /** Nothing will be said of this account for so long: it is waited on purpose. */
  z.object({ kind: z.literal("waits"), account: z.string(), ms: z.number() }),
  /** The responder had the access written to this file: `stick/file`. */
  z.object({ kind: z.literal("onStick"), file: z.string() }),
  z.object({ kind: z.literal("codeWanted"), account: z.string() }),
  /** Brought to rest before anything is opened. */
  leftBehind.extend({ kind: z.literal("left-behind") }),
]);
export type OnlineView = z.infer<typeof onlineView>;

/** What the box of `handOver` holds. Secret. */
export const handedAccess = z.object({
  mode: z.enum(["PRACTICE", "REAL"]),
  incident: orderSchema.shape.incident,
  untilMs: z.number(),
  accounts: z.array(
    z.object({
      accountId: z.string(),
      partition: z.string(),
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
    }),
  ),
});
