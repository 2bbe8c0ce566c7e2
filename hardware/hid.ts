import type { FeaturePort, PacketPort } from "./packets.ts";

/** One HID interface of a plugged-in key. A key with FIDO2 and OTP is listed once for each. */
export interface HidDevice {
  readonly kind: "fido" | "otp";
  /** The operating system's name for it: what opens it. */
  readonly path: string;
  readonly product: string;
  readonly manufacturer: string;
  /** "" where the key doesn't tell. */
  readonly serial: string;
  readonly vendorId: number;
  readonly productId: number;
  /** bcdDevice. */
  readonly release: number;
}

/**
 * The way to plugged-in keys. `devices` lists them whether they can be opened or not; opening
 * rejects with KEY_NO_PERMISSION, KEY_UNPLUGGED, KEY_BUSY or KEY_NOT_OPENED.
 */
export interface Hid {
  devices(): Promise<readonly HidDevice[]>;
  openPackets(path: string): Promise<PacketPort>;
  openFeature(path: string): Promise<FeaturePort>;
}
