import * as z from "zod";
import { paper } from "./paper.ts";

/**
 * What people at a ceremony ask of the vault process: the far end is the one ceremony window (or
 * the rehearsal stage in a drill), joined straight to it. Main passes these messages on unread.
 * Passphrases, PINs and words cross only here.
 */

/** A card as it was typed (43 words) or read by machine (the BG1… payload). */
const card = z.union([
  z.strictObject({ words: z.array(z.string().max(40)).max(64) }),
  z.strictObject({ payload: z.string().max(200) }),
]);
export type CardInput = z.infer<typeof card>;

const share = z.strictObject({ card, passphrase: z.string().max(1024) });

/** The verdict on one share, given before its custodian leaves (VAULT.md's order of checks). */
const verdict = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("accepted"),
    place: z.int(),
    who: z.string(),
    have: z.int(),
    need: z.int(),
  }),
  z.object({
    kind: z.literal("rejected"),
    why: z.string(),
    /** Whose share it is, as far as the card tells. */
    who: z.string().nullable(),
    /** Numbers of the words that are probably wrong, from 1. */
    words: z.array(z.int()),
    /** Public facts for the sentence of `why`. */
    about: z.record(z.string(), z.union([z.string(), z.number()])),
    have: z.int(),
    need: z.int(),
  }),
]);
export type ShareVerdict = z.infer<typeof verdict>;

/** What an enrolled key may do: open the vault and approve records, or approve them only. */
export const keyUse = z.enum(["open", "approve"]);
export type KeyUse = z.infer<typeof keyUse>;

/** A key's label, as people type it. */
const label = z.string().max(80);

export const ceremonyRequests = {
  /** At sealing: a generated passphrase, shown once to the custodian at this place. */
  choosePassphrase: {
    input: z.strictObject({ place: z.int().positive() }),
    output: z.object({ passphrase: z.string() }),
  },
  /** At sealing, once the vault is written: the card of this place, to print (SVG) and to read. */
  card: {
    input: z.strictObject({ place: z.int().positive(), paper }),
    output: z.object({ svg: z.string(), payload: z.string() }),
  },
  /** At sealing: writes the card's payload to the one stick that is plugged in for it. */
  saveCard: {
    input: z.strictObject({ place: z.int().positive() }),
    output: z.object({ to: z.string() }),
  },
  /**
   * The security keys that are plugged in, and the PIN tries that each has left. `why`: the code
   * that kept it from being asked.
   */
  keys: {
    input: z.null(),
    output: z.object({
      keys: z.array(
        z.object({
          label: z.string(),
          pinSet: z.boolean().nullable(),
          pinRetries: z.int().nullable(),
          why: z.string().nullable(),
        }),
      ),
    }),
  },
  /**
   * Enrols a key as number `key` of the sealing, from 0. Here, at `touch` and at `approve`: with one
   * key plugged in it is that one; with several all blink, the one that is touched first is meant,
   * and only on it is the PIN tried. `use` "approve": a reviewer's, which never opens.
   */
  enrolKey: {
    input: z.strictObject({
      key: z.int().nonnegative(),
      label,
      use: keyUse,
      pin: z.string().max(63),
    }),
    output: z.object({ label: z.string(), use: keyUse, aaguid: z.string(), uvBound: z.boolean() }),
  },
  /**
   * Enrols an OTP slot as number `key`: of the one YubiKey with slots that is plugged in, touched
   * twice. Refused unless the policy switches slots on.
   */
  enrolSlot: {
    input: z.strictObject({
      key: z.int().nonnegative(),
      label,
      slot: z.union([z.literal(1), z.literal(2)]),
    }),
    output: z.object({ label: z.string(), serial: z.int().nullable() }),
  },
  /** At sealing, after S is gone: checks one share against the header's commitments. */
  reenter: { input: share, output: verdict },
  enterShare: { input: share, output: verdict },
  /** One touch of any enrolled key. */
  touch: {
    input: z.strictObject({ pin: z.string().max(63) }),
    output: z.object({ label: z.string() }),
  },
  /** One touch of the OTP slot that is enrolled as `label`: asked only when the person names it. */
  touchSlot: {
    input: z.strictObject({ label }),
    output: z.object({ label: z.string() }),
  },
  /** Share files on the sticks that are plugged in now; `from` names the stick and the file. */
  media: {
    input: z.null(),
    output: z.object({ cards: z.array(z.object({ from: z.string(), payload: z.string() })) }),
  },
  /** KEY_IS_ANOTHER when the key that was touched is enrolled under another label. */
  approve: {
    input: z.strictObject({ label, pin: z.string().max(63) }),
    output: z.object({ label: z.string() }),
  },
  /** Gives up the touch that is waited for: what asked for it ends in TOUCH_CANCELLED. */
  cancel: { input: z.null(), output: z.null() },
} as const;

/** What the person at the window sees meanwhile. `label` null: any of the keys that blink. */
export const ceremonyView = z.object({
  kind: z.literal("keepalive"),
  what: z.enum(["touch", "working"]),
  label: z.string().nullable(),
});
export type CeremonyView = z.infer<typeof ceremonyView>;

/**
 * The security keys of a rehearsal, at the far end of the vault process's own lane: which are
 * plugged in, and their CTAPHID reports both ways. A real ceremony speaks to USB instead.
 */
export const KEY_LANES = ["plugged", "packets"] as const;

export const keyRequests = {
  plugged: { input: z.null(), output: z.array(z.object({ label: z.string() })) },
} as const;

/** One report of 64 bytes, base64url, to or from the key of that number. */
export const keyPacket = z.object({
  key: z.int().nonnegative(),
  report: z.string().regex(/^[\w-]{86}$/),
});
