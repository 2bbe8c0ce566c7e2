import { createHash, randomBytes } from "node:crypto";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { Fido2Key, type Means } from "../../hardware/fido/key.ts";
import { systemTimers } from "../../hardware/timers.ts";
import { type DeviceOptions, SoftwareKeyDevice } from "../../practice/key/device.ts";
import { pressedAtOnce } from "../../practice/key/presence.ts";
import { type KeyState, memoryStore, newKeyState, PIN_RETRIES } from "../../practice/key/store.ts";

export const PIN = "2468";
export const pinHashOf = (pin: string): string =>
  createHash("sha256").update(pin).digest().subarray(0, 16).toString("base64url");

export const means: Means = {
  draw: drawFrom((length) => new Uint8Array(randomBytes(length))),
  timers: systemTimers,
};

/** A software key with a PIN, plugged in, and the client's key for it. */
export function plugIn(
  state: Partial<KeyState> = {},
  options: Partial<DeviceOptions> = {},
): { device: SoftwareKeyDevice; key: Fido2Key } {
  const { label = "north" } = state;
  const device = new SoftwareKeyDevice({
    store: memoryStore({
      ...newKeyState(label),
      pinHash: pinHashOf(PIN),
      pinRetries: PIN_RETRIES,
      ...state,
    }),
    press: pressedAtOnce,
    ...options,
  });
  const key = new Fido2Key({ label, connect: async () => device.openPackets() }, means);
  return { device, key };
}
