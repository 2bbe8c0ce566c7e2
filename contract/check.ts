import * as z from "zod";
import { ceremonyRequests } from "./ceremony.ts";
import { vaultRequests } from "./vault.ts";

/**
 * The check process: shares and security keys one by one, against what the vault's header says of
 * them. It holds no code that could combine shares or unwrap a key's secret. Main asks for the vault
 * and for what was found; people come to it on a lane of their own, as to the vault process.
 */

const about = z.record(z.string(), z.union([z.string(), z.number()]));

/** Public facts of one check, for the records. */
const found = z.union([
  z.object({
    kind: z.literal("share"),
    /** `card`: the carrier alone; `full`: with its passphrase, the share itself. */
    form: z.enum(["card", "full"]),
    good: z.literal(true),
    place: z.int(),
    who: z.string(),
  }),
  z.object({
    kind: z.literal("share"),
    form: z.enum(["card", "full"]),
    good: z.literal(false),
    /** As far as the card tells. */
    who: z.string().nullable(),
    why: z.string(),
    about,
  }),
  z.object({
    kind: z.literal("key"),
    good: z.literal(true),
    label: z.string(),
    /** `opens`, `slot`: the public half recomputed from its answer; `approves`: a signature verified. */
    form: z.enum(["opens", "slot", "approves"]),
    firmware: z.string().nullable(),
    pinSet: z.boolean().nullable(),
    pinRetries: z.int().nullable(),
  }),
  z.object({
    kind: z.literal("key"),
    good: z.literal(false),
    label: z.string().nullable(),
    why: z.string(),
    about,
  }),
]);
export type Found = z.infer<typeof found>;

export const checkRequests = {
  join: vaultRequests.join,
  /** Which vault is checked against: the one that the records call live. */
  beginCheck: {
    input: vaultRequests.beginUnseal.input,
    output: vaultRequests.beginUnseal.output,
  },
  /** What was checked since the last asking, in its order. */
  takeChecks: { input: z.null(), output: z.array(found) },
  memory: vaultRequests.memory,
} as const;

const verdict = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("good"), place: z.int(), who: z.string() }),
  z.object({
    kind: z.literal("rejected"),
    why: z.string(),
    who: z.string().nullable(),
    /** Numbers of the words that are probably wrong, from 1. */
    words: z.array(z.int()),
    about,
  }),
]);
export type CheckVerdict = z.infer<typeof verdict>;

const { card } = ceremonyRequests.reenter.input.shape;
const key = z.object({
  label: z.string(),
  firmware: z.string().nullable(),
  pinSet: z.boolean().nullable(),
  pinRetries: z.int().nullable(),
});

export const checkPeopleRequests = {
  /** This card is the one that the vault's header names; no passphrase is asked for. */
  checkCard: { input: z.object({ card }), output: verdict },
  /** The share itself, with its passphrase. */
  checkShare: { input: ceremonyRequests.reenter.input, output: verdict },
  /** One touch of any enrolled FIDO2 key: its answer must be the one of its enrolment. */
  checkKey: { input: ceremonyRequests.touch.input, output: key },
  /** One touch of the OTP slot that is enrolled as `label`. */
  checkSlot: { input: ceremonyRequests.touchSlot.input, output: key },
  keys: ceremonyRequests.keys,
  media: ceremonyRequests.media,
  cancel: ceremonyRequests.cancel,
} as const;
