import type { Info } from "./info.ts";

/** What keeps a key from sealing a vault, as far as it says so itself. */
export type Unusable =
  | "KEY_NO_HMAC_SECRET"
  | "KEY_PIN_NOT_SET"
  | "KEY_PIN_MUST_CHANGE"
  | "PIN_BLOCKED"
  | "UV_NOT_BOUND";

/**
 * Whether the answer without UV is refused or another is proven only at enrolment. A key that knows
 * neither credProtect nor CTAP 2.1 can't do either.
 */
export function unusable(info: Info, retries: number): Unusable[] {
  const pinSet = info.options.get("clientPin") === true;
  const binds =
    info.extensions.includes("credProtect") ||
    info.versions.some((version) => version.startsWith("FIDO_2_") && version !== "FIDO_2_0");
  return [
    ...(info.extensions.includes("hmac-secret") ? [] : (["KEY_NO_HMAC_SECRET"] as const)),
    ...(pinSet ? [] : (["KEY_PIN_NOT_SET"] as const)),
    ...(pinSet && retries === 0 ? (["PIN_BLOCKED"] as const) : []),
    ...(info.forcePinChange ? (["KEY_PIN_MUST_CHANGE"] as const) : []),
    ...(binds ? [] : (["UV_NOT_BOUND"] as const)),
  ];
}
