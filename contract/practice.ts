import * as z from "zod";
import { DRILL_FAULTS } from "./drill.ts";

/** What main asks of the practice process: the rehearsal stage with its AWS, keys and people. */

const mistake = z.enum(["mistyped-word", "other-vault", "wrong-passphrase", "damaged-card"]);
export type Mistake = z.infer<typeof mistake>;

const verdict = z.object({
  /** Who is at the keyboard, by the list: a card that can't be read doesn't say it. */
  by: z.string(),
  kind: z.enum(["accepted", "rejected"]),
  who: z.string().nullable(),
  why: z.string().optional(),
  about: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  have: z.int(),
  need: z.int(),
});
export type StageVerdict = z.infer<typeof verdict>;

export const practiceRequests = {
  /** Opens the AWS that stands in `dir`, whatever became of the rest of its stage: to close there. */
  openAws: {
    input: z.object({ dir: z.string() }),
    output: z.object({ endpoint: z.string() }),
  },
  /** Sets the stage in `dir`, new or as it was left; answers where its AWS listens. */
  start: {
    input: z.object({
      dir: z.string(),
      fresh: z
        .object({
          custodians: z.int(),
          accounts: z.int(),
          /** The user's own accessKeys.csv files; empty: the stage makes its kit. */
          keyFiles: z.array(z.string()),
          runbookFile: z.string().nullable(),
          policyFile: z.string().nullable(),
          durationSeconds: z.int(),
        })
        .nullable(),
      latencyMs: z.number().nonnegative(),
    }),
    output: z.object({
      endpoint: z.string(),
      custodians: z.array(z.string()),
      keyFiles: z.array(z.string()),
      mfaFile: z.string(),
      policyFile: z.string(),
      runbookFile: z.string(),
      accounts: z.array(z.string()),
      people: z.object({ officer: z.string(), witness: z.string(), responder: z.string() }),
      /** Files whose key ids are not of the stage's own making. */
      foreignKeyFiles: z.array(z.string()),
      keyLabels: z.array(z.string()),
      /** Folders under which practice sticks are plugged in. */
      mediaRoots: z.array(z.string()),
    }),
  },
  /** A fresh key of the stage's end of the lanes to the next vault process… */
  offer: { input: z.null(), output: z.object({ publicKey: z.string() }) },
  /**
   * …and the far end's: from here on the people speak with that process. Null: people play
   * themselves at ceremony windows, and the key's lane is a port of its own.
   */
  join: { input: z.object({ vault: z.string().nullable() }), output: z.null() },
  /** Whose finger touches the practice keys: at once by the stage, or when people say so. */
  fingers: { input: z.object({ by: z.enum(["stage", "people"]) }), output: z.null() },
  /** A person's finger on a practice key that waits: the one of that label; null: the first of them. */
  press: { input: z.object({ label: z.string().nullable() }), output: z.null() },
  choosePassphrase: { input: z.object({ place: z.int() }), output: z.null() },
  enrolKey: {
    input: z.object({ key: z.int() }),
    output: z.object({ label: z.string() }),
  },
  reenter: { input: z.object({ place: z.int() }), output: verdict },
  enterShare: {
    input: z.object({ place: z.int(), mistake: mistake.nullable() }),
    output: verdict,
  },
  touch: { input: z.null(), output: z.object({ label: z.string() }) },
  approve: { input: z.object({ label: z.string() }), output: z.object({ label: z.string() }) },
  /** Something goes wrong on the stage from now on; what people or main bring about is not for it. */
  strike: {
    input: z.object({
      fault: z.enum(DRILL_FAULTS),
      /** Whose card is damaged, where people enter the cards themselves. */
      place: z.int().positive().exactOptional(),
    }),
    output: z.null(),
  },
  /** All of it is right again, but AWS's clock, which stays as it is; actions whose answers were lost meanwhile. */
  mend: { input: z.null(), output: z.object({ lostAnswers: z.array(z.string()) }) },
  /** The calls that practice AWS answered since the last asking: evidence from AWS's side. */
  calls: {
    input: z.null(),
    output: z.array(
      z.object({
        at: z.string(),
        requestId: z.string(),
        service: z.string(),
        action: z.string(),
        region: z.string(),
        account: z.string(),
        principal: z.string(),
        outcome: z.string(),
      }),
    ),
  },
  /** How each account stands at AWS's side. */
  standing: {
    input: z.null(),
    output: z.array(
      z.object({
        account: z.string(),
        latched: z.boolean(),
        activeKeys: z.int(),
        inlinePolicies: z.array(z.string()),
      }),
    ),
  },
} as const;
