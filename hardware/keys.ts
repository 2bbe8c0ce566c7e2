import { CodedError } from "../crypto/errors.ts";
import { Fido2Key, type Fido2Facts, type Means } from "./fido/key.ts";
import type { Hid, HidDevice } from "./hid.ts";
import { type OtpFacts, OtpKey } from "./otp/key.ts";
import type { HardwareCode } from "./security-key.ts";

/** The keys that are plugged in now, by both ways of speaking to them. */

export interface FoundFido2 {
  readonly kind: "fido2";
  readonly device: HidDevice;
  readonly key: Fido2Key;
}

export interface FoundOtp {
  readonly kind: "otp";
  readonly device: HidDevice;
  readonly key: OtpKey;
}

export type Found = FoundFido2 | FoundOtp;

/** What could be learnt without a touch; `failed`: the code that kept it from being asked. */
export type Inspected<Facts> =
  | { readonly kind: "facts"; readonly facts: Facts }
  | { readonly kind: "failed"; readonly error: CodedError<HardwareCode> };

export async function findKeys(hid: Hid, means: Means): Promise<readonly Found[]> {
  const devices = await hid.devices();
  return devices.map((device): Found => {
    const label = labelOf(device, devices);
    const { path } = device;
    return device.kind === "fido"
      ? {
          kind: "fido2",
          device,
          key: new Fido2Key({ label, connect: () => hid.openPackets(path) }, means),
        }
      : {
          kind: "otp",
          device,
          key: new OtpKey({ label, connect: () => hid.openFeature(path) }, means.timers),
        };
  });
}

/** Every FIDO2 key, as ceremonies take them. */
export async function fido2Keys(hid: Hid, means: Means): Promise<readonly Fido2Key[]> {
  const found = await findKeys(hid, means);
  return found.flatMap((one) => (one.kind === "fido2" ? [one.key] : []));
}

/** Every YubiKey with OTP slots: they take part in no selection. */
export async function otpKeys(hid: Hid, means: Means): Promise<readonly OtpKey[]> {
  const found = await findKeys(hid, means);
  return found.flatMap((one) => (one.kind === "otp" ? [one.key] : []));
}

/** Asks for facts; only a coded error is an answer too. */
export async function inspect<Facts extends Fido2Facts | OtpFacts>(key: {
  facts(): Promise<Facts>;
}): Promise<Inspected<Facts>> {
  try {
    return { kind: "facts", facts: await key.facts() };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { kind: "failed", error: error as CodedError<HardwareCode> };
  }
}

const nameOf = ({ product, manufacturer }: HidDevice): string =>
  product || manufacturer || "security key";

/** The product's name; its serial, or its path, where another key has the same name. */
function labelOf(device: HidDevice, all: readonly HidDevice[]): string {
  const name = nameOf(device);
  const { kind, serial, path } = device;
  const others = all.filter((one) => one.path !== path);
  if (!others.some((one) => one.kind === kind && nameOf(one) === name)) return name;
  const own = serial !== "" && others.every((one) => one.serial !== serial);
  return `${name} (${own ? serial : path})`;
}
