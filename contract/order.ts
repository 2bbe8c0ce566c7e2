import * as z from "zod";
import { policySchema } from "./policy.ts";

/** The shape of what the vault process hands to the online process, sealed to its key. */

const accessKey = z.object({
  accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  secretAccessKey: z.string().min(1),
});

const account = z.object({
  accountId: z.string().regex(/^\d{12}$/),
  partition: z.enum(["aws", "aws-cn", "aws-us-gov"]),
  emergencyUserArn: z.string(),
  latchArn: z.string(),
  boundaryArn: z.string(),
  boundarySha256: z.string().regex(/^[0-9a-f]{64}$/),
  closerRoleArn: z.string(),
  activator: accessKey,
  closer: accessKey.exactOptional(),
  emergency: accessKey,
  mfaSerial: z.string(),
  totpSeed: z.string().nullable(),
});

export const orderSchema = z.object({
  mode: z.enum(["PRACTICE", "REAL"]),
  /** What quorum and touch were given for; "rest" opens nothing. */
  purpose: z.enum(["open", "rest"]),
  vaultId: z.string(),
  epoch: z.int(),
  /** Names files and tags. */
  incident: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  reason: z.string(),
  responder: z.string(),
  durationSeconds: z.int().positive(),
  /** How long after the hand-over it may still be opened: later, its end would be after the record's latest. */
  goodForMs: z.int().nonnegative(),
  recordSha256: z.string().regex(/^[0-9a-f]{64}$/),
  policy: policySchema,
  accounts: z.array(account).min(1),
  /** The runbook's secret pages, Markdown; "" when it has none, and at rest. Secret. */
  secretPages: z.string(),
  /** Which access of another station's may be brought to rest before this one opens. */
  leftBehind: z.object({
    /** "expired": only past its deadline. */
    close: z.enum(["none", "expired", "any"]),
    /** Incidents that it can't be: this station's own, or closed on the records. */
    notOf: z.array(z.string()).readonly(),
  }),
});
