import * as z from "zod";
import { foundOne, printedHead } from "./review.ts";

/**
 * A station made of copies on sticks: what the review process found in them, and what the main window
 * shows of it. Times are RFC 3339.
 */

const about = z.record(z.string(), z.union([z.string(), z.number()]));

export const restoreFound = z.object({
  /** Why no station can be made of them; null: one can. */
  failure: z.object({ code: z.string(), about }).nullable(),
  /** The copy that is taken, as its stick names it. */
  take: z.string().nullable(),
  copies: z.int(),
  mode: z.enum(["PRACTICE", "REAL"]).nullable(),
  vaultId: z.string().nullable(),
  epoch: z.int().nullable(),
  head: z.object({ seq: z.int(), sha256: z.string() }).nullable(),
  /** Of the vault file that is live; null: none is there. */
  vault: z
    .object({
      name: z.string(),
      sealedAt: z.string(),
      threshold: z.int(),
      custodians: z.int(),
      keys: z.int(),
      fileSha256: z.string(),
    })
    .nullable(),
  /** A seal names the key of every laptop that signed there. */
  certified: z.boolean(),
  findings: z.array(foundOne.extend({ seq: z.int().nullable(), copy: z.string().nullable() })),
  /** Accesses without a recorded end. */
  maybeOpen: z.array(z.string()),
  /** Compared with a share card, and with a record on paper. */
  anchoredBy: z.object({ vaultId: z.boolean(), head: z.boolean() }),
  /** A spare's own records: so many are the copy's, too, of so many; null: nothing was compared. */
  beside: z.object({ common: z.int(), own: z.int() }).nullable(),
});
export type RestoreFound = z.infer<typeof restoreFound>;

export const restoreRequests = {
  /** Judges copies together; with `into`, lays out beside it what makes a station of them. */
  restorable: {
    input: z.object({
      copies: z.array(z.object({ name: z.string(), folder: z.string() })),
      vaultId: z.string().nullable(),
      head: printedHead.nullable(),
      into: z.string().nullable(),
      /** The folder of the spare that is restored anew. */
      spare: z.string().nullable(),
    }),
    output: restoreFound,
  },
} as const;

export const restoreSteps = ["stick", "found", "role", "done"] as const;

export const restoreScreen = z.object({
  kind: z.literal("restore"),
  step: z.enum(restoreSteps),
  times: z.record(z.string(), z.string()),
  /** Copies on sticks, as their names tell. */
  sticks: z.array(z.object({ name: z.string(), vault: z.boolean() })),
  found: restoreFound.nullable(),
  /** What was typed from paper, as it was typed. */
  paper: z.object({ vaultId: z.string(), head: z.string() }),
  done: z.object({ seq: z.int(), role: z.enum(["primary", "spare"]) }).nullable(),
});

/** Since when this station is a spare, and up to which record it has the primary's. */
export const spareSince = z.object({ since: z.string(), upTo: z.int() });

/** A spare is asked to open, or to make a new epoch: what of the primary? */
export const spareScreen = z.object({
  kind: z.literal("spare"),
  before: z.enum(["open", "rotate"]),
  ...spareSince.shape,
});

const officer = z.string().trim().min(1).max(80);

export const restoreActions = [
  /** Makes this laptop a station, from a copy on a stick. */
  z.strictObject({ do: z.literal("restore") }),
  z.strictObject({ do: z.literal("restoreAs"), officer, oldStation: z.enum(["gone", "kept"]) }),
  /** What a spare's people say of the primary: recorded before anything opens. */
  z.strictObject({ do: z.literal("takeOver"), officer, primary: z.enum(["gone", "unreachable"]) }),
] as const;
