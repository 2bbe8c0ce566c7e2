import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { enrolSlot, type RespondingKey } from "../../ceremony/slot.ts";
import type { PlannedKey } from "../../ceremony/seal.ts";
import type { Mode } from "../../ceremony/subject.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { newChallenge, OtpKey } from "../../hardware/otp/key.ts";
import { systemTimers } from "../../hardware/timers.ts";
import { SoftwareKeyDevice } from "../../practice/key/device.ts";
import type { Press } from "../../practice/key/presence.ts";
import { memoryStore, newKeyState, type OtpSlot } from "../../practice/key/store.ts";
import { contents } from "./sealing.ts";

/** The software key's OTP slots, as a YubiKey would have them. */

/** A finger that takes a moment, so that the slot is seen to wait for it. */
export const finger: Press = () => pause(30);
export const nobody: Press = () => Promise.withResolvers<void>().promise;

export const programmed = (more: Partial<OtpSlot> = {}): OtpSlot => ({
  key: randomBytes(20).toString("base64url"),
  variable: true,
  touch: true,
  ...more,
});

/** A key with these slots; `press`: whose finger is on it. */
export function otpKey(
  label: string,
  otp: readonly [OtpSlot | null, OtpSlot | null] = [null, programmed()],
  press: Press = finger,
): OtpKey {
  const store = memoryStore({ ...newKeyState(label), otp });
  const device = new SoftwareKeyDevice({ store, press, touchTimeoutMs: 500 });
  return new OtpKey({ label, connect: async () => device.openFeature() }, systemTimers);
}

/** What a real YubiKey adds to the software key: a serial number. */
export const withSerial = (key: RespondingKey, serial: number): RespondingKey => ({
  label: key.label,
  facts: async () => ({ serial }),
  respond: (request) => key.respond(request),
});

export async function enrolledSlot(
  key: RespondingKey,
  label: string,
  { mode = "PRACTICE", slot = 2 }: { readonly mode?: Mode; readonly slot?: 1 | 2 } = {},
): Promise<Extract<PlannedKey, { slot: unknown }>> {
  const challenge = newChallenge(await systemEntropy());
  return { label, slot: await enrolSlot(key, mode, { slot, challenge }) };
}

/** Contents whose policy switches slots on. */
export const otpContents = { ...contents, policy: { ...contents.policy, otpKeys: true } };
