import { checkKey } from "../../ceremony/key-check.ts";
import { type Present, proveSealing } from "../../ceremony/prove.ts";
import type { Candidate, PlannedKey } from "../../ceremony/seal.ts";
import type { TouchRefused } from "../../ceremony/touch.ts";
import { CodedError } from "../../crypto/errors.ts";
import type { OtpKey } from "../../hardware/otp/key.ts";
import type { AtTable } from "./rotation.ts";
import type { Asking, Touching } from "./touching.ts";

export interface EnrolledKey extends AtTable {
  readonly planned: Extract<PlannedKey, { enrolment: unknown }>;
}

export interface EnrolledOtp {
  readonly slot: OtpKey;
  readonly label: string;
  readonly planned: Extract<PlannedKey, { slot: unknown }>;
}

/** A key on the table: enrolled here, or the one that opened the epoch before. */
export type Here = AtTable | EnrolledKey | EnrolledOtp;

/** All but a reviewer's. */
export const opens = (one: Here): boolean =>
  "slot" in one || !("planned" in one) || one.planned.use === "open";

/** The keys as they are plugged in now: what was called so at its enrolment may be another. */
export async function stillThere(touching: Touching, keys: readonly Here[]): Promise<Here[]> {
  const fido2 = keys.filter((one): one is Exclude<Here, EnrolledOtp> => !("slot" in one));
  const again = await touching.again(
    fido2.map(({ key, label: name, ...held }) => ({ ...held, label: key.label, name })),
  );
  const now = new Map(fido2.map((one, index) => [one as Here, again[index] ?? one.key]));
  return keys.map((one) => {
    const key = now.get(one);
    return key === undefined ? one : { ...one, key };
  });
}

/**
 * One touch of each key against what the disk gave back: a key that opens opens the candidate, a
 * reviewer's signs. Answers the labels of those that opened; a key's refusal is thrown as its code.
 */
export const proveKeys = (
  touching: Touching,
  candidate: Candidate,
  here: readonly Here[],
  wordList: readonly string[],
): Promise<readonly string[]> =>
  touching.known(async (asks) => {
    const opening = here.filter(opens).map((one) => presentAs(one, asks));
    const proof = await proveSealing(candidate, opening, wordList);
    if (proof.kind === "refused") throw refused(proof);
    for (const one of here) {
      if (opens(one) || "slot" in one) continue;
      const signed = await checkKey(one.key, candidate.vault, one.pin, asks(one.label));
      if (signed.kind === "refused") throw refused(signed);
    }
    return proof.trialOpenedWith;
  });

const refused = ({ why, about }: TouchRefused): Error =>
  new CodedError<TouchRefused["why"]>(why, about);

const presentAs = (one: Here, asks: (label: string) => Asking): Present =>
  "slot" in one
    ? { slot: one.slot, label: one.label, asking: asks(one.label) }
    : { key: one.key, pin: one.pin, asking: asks(one.label) };
