import * as z from "zod";

/**
 * Lines of `journal/<incident>.jsonl`: what is about to be done at AWS, and what came of it. It is
 * recovery, not evidence: never signed, and without a secret. Times named `…Ms` are epoch
 * milliseconds on AWS's clock.
 */

const account = z.object({
  accountId: z.string(),
  partition: z.enum(["aws", "aws-cn", "aws-us-gov"]),
  emergencyUserArn: z.string(),
  latchArn: z.string(),
  /** The emergency access key's id: public at AWS, and what the closing must turn off. */
  emergencyKeyId: z.string(),
});
export type JournalAccount = z.infer<typeof account>;

const opened = z.object({
  kind: z.literal("opened"),
  format: z.literal("pullstation-journal-1"),
  mode: z.enum(["PRACTICE", "REAL"]),
  vaultId: z.string(),
  epoch: z.int(),
  incident: z.string(),
  durationSeconds: z.int(),
  regions: z.array(z.string()),
  accounts: z.array(account).min(1),
});
export type JournalHeader = z.infer<typeof opened>;

/** T0 on AWS's clock, the window's first instant and its literal end. */
const deadline = z.object({
  kind: z.literal("deadline"),
  fromMs: z.int(),
  notBeforeMs: z.int(),
  untilMs: z.int(),
});
export type Deadline = Omit<z.infer<typeof deadline>, "kind">;

const facts = z.record(z.string(), z.string());

/** What was found at AWS after it had been closed. */
const reopened = z.array(z.string()).exactOptional();

export const journalLine = z.discriminatedUnion("kind", [
  opened,
  deadline,
  /** Before an outside effect. */
  z.object({
    kind: z.literal("intent"),
    id: z.int(),
    account: z.string(),
    action: z.string(),
    about: facts,
  }),
  /** After it: AWS's verdict in our words, and what a record tells of a call. */
  z.object({
    kind: z.literal("done"),
    id: z.int(),
    verdict: z.string(),
    requestId: z.string().nullable(),
    ms: z.number(),
    by: z
      .object({
        as: z.string(),
        region: z.string(),
        attempts: z.int(),
        serverMs: z.number().nullable(),
      })
      .exactOptional(),
  }),
  /** What another station left open, about to be brought to rest before anything is opened. */
  z.object({ kind: z.literal("left-behind"), incident: z.string(), untilMs: z.int() }),
  /** The access was proven to work. */
  z.object({ kind: z.literal("active"), account: z.string() }),
  /** The access keys are about to be written to a stick: `stick/file`. */
  z.object({ kind: z.literal("to-stick"), file: z.string() }),
  /** The closer attached the latch; nothing else was touched. */
  z.object({ kind: z.literal("latched"), account: z.string() }),
  z.object({
    kind: z.literal("resumed"),
    choice: z.enum(["reopen", "close"]),
    outcome: z.string(),
  }),
  z.object({ kind: z.literal("closing"), account: z.string(), why: z.string(), reopened }),
  z.object({
    kind: z.literal("closed"),
    account: z.string(),
    rejections: z.int(),
    remains: z.array(z.string()),
    reopened,
  }),
  /** The key was refused once more, later. */
  z.object({ kind: z.literal("confirmed"), account: z.string() }),
  /** Given up before anything was written at AWS in any account. */
  z.object({ kind: z.literal("abandoned"), why: z.string() }),
]);
export type JournalLine = z.infer<typeof journalLine>;

/** How a line stands in the file: numbered, dated by the station's clock, and summed. */
export const journalEntry = z.object({
  seq: z.int(),
  at: z.string(),
  line: journalLine,
  sum: z.string(),
});
