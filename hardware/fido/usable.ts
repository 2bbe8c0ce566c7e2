import type { PinRetries } from "./commands.ts";
import type { Info } from "./info.ts";

/** What keeps a key from sealing a vault, as far as it says so itself. */
export type Unusable =
  | "KEY_NO_HMAC_SECRET"
  | "KEY_PIN_NOT_SET"
  | "KEY_PIN_MUST_CHANGE"
  | "PIN_BLOCKED"
  | "PIN_PAUSED"
  | "UV_NOT_BOUND";

/**
 * `retries` null: no PIN is set. Whether the answer without UV is refused or another is proven only at enrolment. A key that knows
 * neither credProtect nor CTAP 2.1 can't do either.
 */
export function unusable(info: Info, retries: PinRetries | null): Unusable[] {
  const pinSet = retries !== null;
  const binds =
    info.extensions.includes("credProtect") ||
    info.versions.some((version) => version.startsWith("FIDO_2_") && version !== "FIDO_2_0");
  return [
    ...(info.extensions.includes("hmac-secret") ? [] : (["KEY_NO_HMAC_SECRET"] as const)),
    ...(pinSet ? [] : (["KEY_PIN_NOT_SET"] as const)),
    ...(retries?.left === 0 ? (["PIN_BLOCKED"] as const) : []),
    ...(retries?.paused === true && retries.left > 0 ? (["PIN_PAUSED"] as const) : []),
    ...(info.forcePinChange ? (["KEY_PIN_MUST_CHANGE"] as const) : []),
    ...(binds ? [] : (["UV_NOT_BOUND"] as const)),
  ];
}
