import * as z from "zod";
import { paper } from "./paper.ts";

/**
 * A ceremony window: short-lived, for one person and one task, with the keyboard. What that person
 * types or reads goes by a MessagePort straight to the vault process (ceremony.ts) or comes from the
 * online process (access.ts); main hears only that the task is done or left.
 */

export const CEREMONY_LANES = ["people", "aid", "access", "check"] as const;
export type CeremonyLane = (typeof CEREMONY_LANES)[number];

const vault = z.object({ name: z.string(), epoch: z.int(), threshold: z.int(), of: z.int() });

const task = z.discriminatedUnion("kind", [
  /** At sealing: a passphrase for the custodian at this place. */
  z.object({ kind: z.literal("passphrase"), place: z.int(), who: z.string(), vault }),
  /** At sealing: the card is shown, printed, and typed back. `printed`: before; it can't be drawn again. */
  z.object({
    kind: z.literal("card"),
    place: z.int(),
    who: z.string(),
    printed: z.boolean(),
    vault,
  }),
  /** At sealing: security key number `key`, from 0, is enrolled. */
  z.object({ kind: z.literal("enrol"), key: z.int(), label: z.string(), vault }),
  /** A custodian enters a share. `seats`: who was there before; `others`: whose is not in yet. */
  z.object({
    kind: z.literal("share"),
    vault,
    seats: z.array(z.string()),
    others: z.array(z.object({ place: z.int(), name: z.string() })),
  }),
  z.object({ kind: z.literal("touch"), keys: z.array(z.string()), vault }),
  z.object({ kind: z.literal("approve"), label: z.string(), record: z.int(), vault }),
  /** A custodian's card or whole share is checked, alone: nothing is opened. */
  z.object({
    kind: z.literal("check"),
    what: z.enum(["card", "full"]),
    custodians: z.array(z.object({ place: z.int(), name: z.string() })),
    vault,
  }),
  /** A security key is checked. */
  z.object({ kind: z.literal("check-key"), keys: z.array(z.string()), vault }),
  /** The responder reads the access keys. `awsOffsetMs`: AWS's clock less the laptop's, once it was heard. */
  z.object({
    kind: z.literal("access"),
    incident: z.string(),
    untilMs: z.number(),
    awsOffsetMs: z.number().nullable(),
    vault,
  }),
  /** An MFA code is typed for this account; `again`: AWS did not take the last one. */
  z.object({ kind: z.literal("code"), account: z.string(), again: z.boolean(), vault }),
]);
export type CeremonyTask = z.infer<typeof task>;
export type TaskOf<K extends CeremonyTask["kind"]> = Extract<CeremonyTask, { kind: K }>;

export const ceremonyWindowRequests = {
  task: {
    input: z.null(),
    output: z.object({
      mode: z.enum(["PRACTICE", "REAL"]),
      task,
      links: z.array(z.string()),
      lanes: z.array(z.enum(CEREMONY_LANES)),
    }),
  },
  /** Interfaces that could carry a packet now: asked while the window is open. */
  links: { input: z.null(), output: z.object({ up: z.array(z.string()) }) },
  /** The person is done: the window and its process end. */
  finish: { input: z.null(), output: z.null() },
  /** The person leaves the task undone: nothing was changed by it. */
  leave: { input: z.null(), output: z.null() },
  /** Prints what the window shows: the card. */
  print: {
    input: z.strictObject({ paper }),
    output: z.object({ printed: z.boolean() }),
  },
} as const;

/** A practice window's helper on the stage: it knows what the people of a rehearsal know. */
export const aidRequests = {
  /**
   * What the custodian at this place would have in hand; `mistake`: with one slip of the eye. `set`
   * "next": of the cards that a rotation just made.
   */
  inHand: {
    input: z.strictObject({
      place: z.int().positive(),
      mistake: z.boolean(),
      set: z.enum(["live", "next"]).exactOptional(),
    }),
    output: z.object({ words: z.array(z.string()), payload: z.string(), passphrase: z.string() }),
  },
  /** The stage remembers the passphrase that the window showed. */
  remember: {
    input: z.strictObject({ place: z.int().positive(), passphrase: z.string().max(1024) }),
    output: z.null(),
  },
  /** The stick of that custodian goes in: its file lies where a real one would. */
  plugStick: {
    input: z.strictObject({
      place: z.int().positive(),
      set: z.enum(["live", "next"]).exactOptional(),
    }),
    output: z.null(),
  },
  /** The PIN of the practice keys: no secret. */
  pin: { input: z.null(), output: z.object({ pin: z.string() }) },
  /** Takes the practice keys out and plugs them in again. */
  replug: { input: z.null(), output: z.null() },
  /** Touches a practice key that is waiting: the one of that label; null: the first of them. */
  press: { input: z.strictObject({ label: z.string().max(80) }).nullable(), output: z.null() },
} as const;

/** A window to the online process: MFA codes go in, and what was opened comes out in the clear. */
export const accessRequests = {
  /** STEP_OUT_OF_ORDER when no code is waited for. */
  mfaCode: {
    input: z.strictObject({ account: z.string().max(12), code: z.string().regex(/^\d{6}$/) }),
    output: z.null(),
  },
  reveal: {
    input: z.null(),
    output: z.object({
      untilMs: z.number(),
      /** The runbook's secret pages, Markdown. */
      secretPages: z.string(),
      accounts: z.array(
        z.object({
          accountId: z.string(),
          accessKeyId: z.string(),
          secretAccessKey: z.string(),
        }),
      ),
    }),
  },
  /**
   * One account's keys as a code that a camera reads, asked for only while it is held in sight. `path`:
   * SVG of the dark modules, `size` of them on a side, without the quiet zone.
   */
  code: {
    input: z.strictObject({ account: z.string().max(12) }),
    output: z.object({ size: z.int(), path: z.string() }),
  },
  /** Writes what `reveal` tells of the keys to the one stick that is plugged in: `stick/file`. */
  toStick: { input: z.null(), output: z.object({ file: z.string() }) },
} as const;
