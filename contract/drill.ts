import * as z from "zod";

/** What may go wrong in a drill on purpose. The stage brings some about, main and the people others. */
export const DRILL_FAULTS = [
  "missing-custodian",
  "damaged-share",
  "lost-key",
  "iam-down",
  "throttled",
  "response-lost",
  "network-gone",
  "clock-wrong",
  "laptop-killed",
  "foreign-key",
  "slow-propagation",
] as const;
export type DrillFault = (typeof DRILL_FAULTS)[number];
const fault = z.enum(DRILL_FAULTS);

/** What is kept of a drill in the app from its beginning to its record. */
export const drillBegun = z.object({
  /** The head of the station's chain when it began. */
  after: z.int(),
  form: z.enum(["practice", "full"]),
  faults: z.array(fault),
  seed: z.int().nullable(),
});
export type DrillBegun = z.infer<typeof drillBegun>;

/* What the main window shows of a drill, and what people say there. */

export const drillSteps = ["form", "faults", "checks", "told", "witness"] as const;

export const drillScreen = z.object({
  kind: z.literal("drill"),
  step: z.enum(drillSteps),
  /** When each step was done, by its name. */
  times: z.record(z.string(), z.string()),
  /** Full: it takes in the real cards and keys, each checked alone. */
  form: z.enum(["practice", "full"]),
  /** The last drill that passed, RFC 3339. */
  last: z.string().nullable(),
  /** Chosen, until the drill has begun. */
  faults: z.array(fault),
  /** Two of those that were asked for can't come together; `one` "random": none fits the others. */
  clash: z.object({ one: z.string(), other: z.string() }).nullable(),
  /** With which one is drawn. */
  seed: z.int(),
  /** Checks of the vault itself. `record` null: not proven yet. */
  checks: z.object({
    threshold: z.int(),
    shares: z.array(z.object({ who: z.string(), record: z.int().nullable() })),
    keys: z.array(z.object({ label: z.string(), opens: z.boolean(), record: z.int().nullable() })),
    proven: z.boolean(),
  }),
  /** How it went, before people add to it. */
  told: z
    .object({
      passed: z.boolean(),
      opened: z.boolean(),
      cannotOpen: z.object({ code: z.string(), remains: z.array(z.string()) }).nullable(),
      faults: z.array(
        z.object({ fault, struck: z.boolean().nullable(), did: z.array(z.string()) }),
      ),
      /** `usualMs`: median of the last drills; `of`: how many they are. */
      compared: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          ms: z.number(),
          usualMs: z.number().nullable(),
          of: z.int(),
        }),
      ),
    })
    .nullable(),
  witness: z.string(),
  /** What has to follow if the faults were real. */
  followUps: z.array(z.string()),
});

/** One line of a record, in people's words. */
const words = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);

/** Faults that have come so far, while a practice vault's glass is broken for a drill. */
export const drillNow = z.object({ faults: z.array(fault) });

export const drillActions = [
  z.strictObject({ do: z.literal("drillForm"), form: z.enum(["practice", "full"]) }),
  /** `draw`: one more, by lot. */
  z.strictObject({
    do: z.literal("drillFaults"),
    faults: z.array(fault).max(DRILL_FAULTS.length),
    draw: z.boolean(),
    seed: z.int().min(0).max(4_294_967_295),
  }),
  /** The witness's words; the record is signed with them. */
  z.strictObject({
    do: z.literal("drillRecord"),
    witness: z.string().trim().min(1).max(80),
    deviations: z.array(words).max(20),
    followUps: z.array(words).max(20),
    /** The alarm's receipt, as on-call read it out; null: there was none. */
    alarm: words.nullable(),
  }),
] as const;
