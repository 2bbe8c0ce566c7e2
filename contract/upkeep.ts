import * as z from "zod";

/* What the main window shows of checks between emergencies, and of new shares for old. */

const about = z.record(z.string(), z.union([z.string(), z.number()]));
/** A failure by its code: the window finds the sentences in the catalogue (failures.ts). */
export const failure = z.object({ code: z.string(), about });
export type FailureView = z.infer<typeof failure>;

/** The stick with what is to be sealed, as its names tell; main opens none of these files. */
export const stick = z.object({
  name: z.string(),
  keyFiles: z.array(z.string()),
  policy: z.boolean(),
  runbook: z.boolean(),
  /** mfa.json, with the activators' seeds; without it codes are typed at use. */
  mfa: z.boolean(),
});
export type StickView = z.infer<typeof stick>;
/** What keeps the glass trustworthy between emergencies. */
export const upkeepScreen = z.object({
  kind: z.literal("upkeep"),
  /** A rotation whose new shares are not all proven: it is finished or given up first. */
  pending: z.object({ epoch: z.int(), done: z.int(), of: z.int() }).nullable(),
  /** Each thing that is due or soon will be, soonest first; `by` null: nobody is named. */
  due: z.array(z.object({ what: z.string(), by: z.string().nullable(), on: z.string() })),
});

/** What one person's check found, each line as it stands in the records now. */
export const checkedScreen = z.object({
  kind: z.literal("checked"),
  what: z.enum(["card", "full", "key"]),
  found: z.array(
    z.object({
      good: z.boolean(),
      /** The custodian, or the key's label; null: it doesn't say. */
      who: z.string().nullable(),
      failure: failure.nullable(),
      record: z.int(),
    }),
  ),
});

/** What the next epoch changes: nothing is opened by it. */
export const rotateScreen = z.object({
  kind: z.literal("rotate"),
  epoch: z.int(),
  keys: z.array(z.string()),
  stick: stick.nullable(),
  /** Accounts that the vault holds; null: no record names them. */
  accounts: z.array(z.string()).nullable(),
  /** What was said before, where it has to be said again: keys that stay, accounts that go. */
  carry: z.array(z.string()),
  without: z.array(z.string()),
});

/**
 * After a sealing or a rotation, or one that was given up or cut off: what stays true, and what must be
 * destroyed.
 */
export const remainsScreen = z.object({
  kind: z.literal("remains"),
  /** Of the record up to which it tells: another list is another screen. */
  seq: z.int(),
  epoch: z.int(),
  after: z.enum(["seal", "rotation", "cancelled", "cut-off"]),
  remains: z.array(failure),
  /** It was left behind earlier, and may be seen to later: an emergency doesn't wait for it. */
  later: z.boolean(),
});
