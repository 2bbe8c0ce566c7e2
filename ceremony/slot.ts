import { equal } from "../crypto/bytes.ts";
import { isSlot } from "../crypto/header-keys.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { slotId, slotKeyPair, unwrapHardwareSecret } from "../crypto/wrap.ts";
import { fail } from "./errors.ts";
import type { Mode, Policy } from "./subject.ts";
import { type Asking, expectedRefusal, Touch, type TouchRefused } from "./touch.ts";

/**
 * A YubiKey's OTP slot (HMAC-SHA1 challenge-response) as an additional way to the hardware secret.
 * It is weaker than a FIDO2 key: no PIN, and an answer that stays the same all epoch and crosses USB
 * in the clear. So the policy must switch it on, and two FIDO2 keys stand beside it.
 */

/** What a ceremony needs of a YubiKey with OTP slots. */
export interface RespondingKey {
  readonly label: string;
  facts(): Promise<{ readonly serial: number | null }>;
  /** HMAC-SHA1, 20 bytes. Secret. */
  respond(
    request: Asking & { readonly slot: 1 | 2; readonly challenge: Uint8Array },
  ): Promise<Uint8Array>;
}

/** What enrolling a slot yielded. */
export interface EnrolledSlot {
  readonly slot: 1 | 2;
  readonly serial: number | null;
  readonly challenge: Uint8Array;
  /** 20 bytes. Secret; the caller's to wipe. */
  readonly output: Uint8Array;
}

/** What a sealing says of a slot, for screens and the seal record. */
export type SealWarningCode = "OTP_STATIC";

/**
 * Asks the slot twice, a touch each: its answer must be the same and must wait for a finger. A slot
 * shows no AAGUID; a YubiKey has a serial number and the practice key none, and that tells them
 * apart. OTP_NO_SERIAL, PRACTICE_AND_REAL_MIXED, OTP_WITHOUT_TOUCH, OTP_NOT_STABLE.
 */
export async function enrolSlot(
  key: RespondingKey,
  mode: Mode,
  { slot, challenge, asking = {} }: Pick<EnrolledSlot, "slot" | "challenge"> & { asking?: Asking },
): Promise<EnrolledSlot> {
  const { label } = key;
  const { serial } = await key.facts();
  if (mode === "REAL" && serial === null) fail("OTP_NO_SERIAL", { label });
  if (mode === "PRACTICE" && serial !== null) fail("PRACTICE_AND_REAL_MIXED", { mode });
  const answer = async (): Promise<Uint8Array> => {
    let asked = false;
    const output = await key.respond({
      slot,
      challenge,
      ...(asking.signal !== undefined && { signal: asking.signal }),
      waiting: (what) => {
        asked ||= what === "touch";
        asking.waiting?.(what);
      },
    });
    if (!asked) {
      output.fill(0);
      fail("OTP_WITHOUT_TOUCH", { label, slot });
    }
    return output;
  };
  const output = await answer();
  let again: Uint8Array | null = null;
  try {
    again = await answer();
    if (!equal(output, again)) fail("OTP_NOT_STABLE", { label, slot });
    return { slot, serial, challenge, output };
  } catch (error) {
    output.fill(0);
    throw error;
  } finally {
    again?.fill(0);
  }
}

/**
 * One touch of the slot that is enrolled as `wanted`. Another YubiKey is told by its serial number
 * before a finger is asked for (KEY_HAS_NO_CREDENTIAL), a slot that was programmed anew by its answer
 * (KEY_OUTPUT_CHANGED).
 */
export async function touchSlot(
  key: RespondingKey,
  { header, epoch }: ParsedVault,
  wanted: string,
  asking: Asking = {},
): Promise<Touch | TouchRefused> {
  const slots = header.keys.filter(isSlot);
  const entry = slots.find(({ label }) => label === wanted);
  const enrolled = slots.map(({ label }) => label).join(", ");
  const stranger = (label: string): TouchRefused => ({
    kind: "refused",
    why: "KEY_HAS_NO_CREDENTIAL",
    about: { label, enrolled },
  });
  if (entry === undefined) return stranger(wanted);
  const { label, slot, challenge } = entry;
  let output: Uint8Array;
  try {
    if ((await key.facts()).serial !== entry.serial) return stranger(key.label);
    output = await key.respond({ slot, challenge, ...asking });
  } catch (error) {
    return expectedRefusal(error);
  }
  const pair = await slotKeyPair(output, challenge, slot, epoch);
  output.fill(0);
  try {
    if (!equal(pair.publicKey, entry.pk))
      return { kind: "refused", why: "KEY_OUTPUT_CHANGED", about: { label } };
    const id = slotId(slot, challenge);
    return new Touch(epoch, label, await unwrapHardwareSecret(pair.secretKey, entry, epoch, id));
  } finally {
    pair.secretKey.wipe();
  }
}

/** OTP_OFF_BY_POLICY unless the policy switches slots on. */
export function requireSlotsOn({ otpKeys }: Policy, label: string): void {
  if (otpKeys !== true) fail("OTP_OFF_BY_POLICY", { label });
}

/** What has to be said of a vault's keys, as codes of the catalogue. */
export const warningsOf = ({ header }: Pick<ParsedVault, "header">): readonly SealWarningCode[] =>
  header.keys.some(isSlot) ? ["OTP_STATIC"] : [];
