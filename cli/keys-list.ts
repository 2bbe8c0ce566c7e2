import { explain, visible } from "../contract/failures.ts";
import type { Fido2Facts } from "../hardware/fido/key.ts";
import { type Found, type Inspected, inspect } from "../hardware/keys.ts";
import type { OtpFacts } from "../hardware/otp/key.ts";
import { type HardwareCode, PRACTICE_AAGUID } from "../hardware/security-key.ts";

/** Codes of this command beside those of hardware/. */
export type KeysCode = "KEY_AMBIGUOUS" | "KEY_UNKNOWN" | "OTP_NEVER_ALONE";

/** One listed key, as --json prints it. Absent facts are null. */
export interface Described {
  readonly kind: "fido2" | "otp";
  readonly label: string;
  readonly product: string;
  readonly manufacturer: string;
  readonly serial: string | null;
  readonly path: string;
  readonly usb: string;
  readonly firmware: string | null;
  readonly aaguid: string | null;
  readonly versions: readonly string[];
  readonly pin: { readonly set: boolean; readonly retries: number } | null;
  readonly programmed: readonly number[] | null;
  /** Can it seal a vault? A practice key seals practice vaults only. */
  readonly usable: boolean;
  readonly practice: boolean;
  readonly why: readonly { readonly code: string; readonly what: string; readonly todo: string }[];
}

const YUBICO = 0x1050;

export async function describe(found: Found): Promise<Described> {
  return found.kind === "fido2"
    ? fido2(found, await inspect(found.key))
    : otp(found, await inspect(found.key));
}

const reason = (
  code: KeysCode | HardwareCode,
  about: Readonly<Record<string, string | number>>,
): Described["why"][number] => ({ code, ...explain(code, about) });

function common({ kind, device, key }: Found, failed: Inspected<unknown>) {
  const { product, manufacturer, serial, path, vendorId, productId } = device;
  const usb = [vendorId, productId].map((id) => id.toString(16).padStart(4, "0")).join(":");
  const { label } = key;
  return {
    kind,
    label,
    product,
    manufacturer,
    serial: serial === "" ? null : serial,
    path,
    usb,
    firmware: null,
    aaguid: null,
    versions: [],
    pin: null,
    programmed: null,
    usable: false,
    practice: false,
    why:
      failed.kind === "failed"
        ? [reason(failed.error.code, { label, path, ...failed.error.about })]
        : [],
  };
}

function fido2(found: Found, inspected: Inspected<Fido2Facts>): Described {
  const base = common(found, inspected);
  if (inspected.kind === "failed") return base;
  const { aaguid, firmware, versions, pinSet, pinRetries, why } = inspected.facts;
  return {
    ...base,
    aaguid,
    firmware: firmware === null ? null : version(firmware, found.device.vendorId),
    versions,
    pin: { set: pinSet, retries: pinRetries },
    usable: why.length === 0,
    practice: aaguid === PRACTICE_AAGUID,
    why: why.map((code) => reason(code, { label: base.label })),
  };
}

function otp(found: Found, inspected: Inspected<OtpFacts>): Described {
  const base = common(found, inspected);
  if (inspected.kind === "failed") return base;
  const { firmware, serial, programmed } = inspected.facts;
  return {
    ...base,
    firmware,
    serial: serial === null ? base.serial : String(serial),
    programmed,
    why: [reason("OTP_NEVER_ALONE", {})],
  };
}

/** Yubico packs major, minor and patch into three bytes; others count as they like. */
const version = (firmware: number, vendorId: number): string =>
  vendorId === YUBICO
    ? [firmware >>> 16, (firmware >>> 8) & 0xff, firmware & 0xff].join(".")
    : String(firmware);

export function textOf(key: Described): string {
  const facts = [
    ["serial", key.serial],
    ["firmware", key.firmware],
    ["speaks", key.versions.length === 0 ? null : key.versions.join(", ")],
    ["aaguid", key.aaguid],
    ["PIN", key.pin === null ? null : pinText(key.pin)],
    ["slots", key.programmed === null ? null : slotText(key.programmed)],
    ["device", `${key.path}, USB ${key.usb}`],
  ] as const;
  const kind = key.kind === "fido2" ? "FIDO2" : "OTP slots";
  const verdict = key.usable
    ? [`  ✓ can seal a ${key.practice ? "practice vault; a real one refuses it" : "vault"}`]
    : key.why.flatMap(({ what, todo }) => [`  ✗ ${what}`, `    ${todo}`]);
  return [
    // What a device says of itself is shown, never obeyed.
    `${visible(key.label)}  (${kind})`,
    ...facts.flatMap(([name, value]) =>
      value === null ? [] : [`  ${name.padEnd(9)}${visible(value)}`],
    ),
    ...verdict,
    "",
  ].join("\n");
}

const pinText = ({ set, retries }: { set: boolean; retries: number }): string =>
  set ? `set, ${retries} ${retries === 1 ? "try" : "tries"} left` : "not set";

const slotText = (programmed: readonly number[]): string =>
  programmed.length === 0 ? "none programmed" : `${programmed.join(" and ")} programmed`;
