import { z } from "zod";

/**
 * What people at a ceremony ask of the vault process: the far end is the one ceremony window (or
 * the rehearsal stage in a drill), joined straight to it. Main passes these messages on unread.
 * Passphrases, PINs and words cross only here.
 */

/** A card as it was typed (43 words) or read by machine (the BG1… payload). */
const card = z.union([
  z.object({ words: z.array(z.string().max(40)).max(64) }),
  z.object({ payload: z.string().max(200) }),
]);
export type CardInput = z.infer<typeof card>;

const share = z.object({ card, passphrase: z.string().max(1024) });

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

export const ceremonyRequests = {
  /** At sealing: a generated passphrase, shown once to the custodian at this place. */
  choosePassphrase: {
    input: z.object({ place: z.int().positive() }),
    output: z.object({ passphrase: z.string() }),
  },
  enrolKey: {
    input: z.object({ key: z.int().nonnegative(), label: z.string(), pin: z.string().max(63) }),
    output: z.object({ label: z.string(), aaguid: z.string(), uvBound: z.boolean() }),
  },
  /** At sealing, after S is gone: checks one share against the header's commitments. */
  reenter: { input: share, output: verdict },
  enterShare: { input: share, output: verdict },
  /** One touch of any enrolled key that is present. */
  touch: {
    input: z.object({ pin: z.string().max(63) }),
    output: z.object({ label: z.string() }),
  },
  approve: {
    input: z.object({ label: z.string(), pin: z.string().max(63) }),
    output: z.object({ label: z.string() }),
  },
} as const;

export const keyRequests = {
  list: { input: z.null(), output: z.array(z.object({ label: z.string() })) },
  info: {
    input: z.object({ key: z.int() }),
    output: z.object({
      label: z.string(),
      aaguid: z.string(),
      hmacSecret: z.boolean(),
      pinSet: z.boolean(),
      pinRetries: z.int(),
    }),
  },
  holds: {
    input: z.object({ key: z.int(), credentialId: z.string() }),
    output: z.boolean(),
  },
  enrol: {
    input: z.object({ key: z.int(), salt: z.string(), userName: z.string(), pin: z.string() }),
    output: z.object({
      credentialId: z.string(),
      publicKey: z.string(),
      aaguid: z.string(),
      output: z.string(),
      uvBound: z.boolean(),
    }),
  },
  touch: {
    input: z.object({ key: z.int(), credentialId: z.string(), salt: z.string(), pin: z.string() }),
    output: z.string(),
  },
  approve: {
    input: z.object({
      key: z.int(),
      credentialId: z.string(),
      digest: z.string(),
      pin: z.string(),
    }),
    output: z.object({ authenticatorData: z.string(), signature: z.string() }),
  },
} as const;
