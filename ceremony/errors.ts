import { CodedError } from "../crypto/errors.ts";

/** Codes of sealing, unsealing and approving that are no verdict on a share or a touch. */
export type CeremonyCode =
  | "PLAN_INVALID"
  | "CONTENTS_INVALID"
  | "UV_NOT_BOUND"
  | "OTP_OFF_BY_POLICY"
  | "OTP_NEEDS_FIDO2"
  | "OTP_NO_SERIAL"
  | "OTP_WITHOUT_TOUCH"
  | "OTP_NOT_STABLE"
  | "PRACTICE_AND_REAL_MIXED"
  | "PROOF_FAILED"
  | "VAULT_KEYS_WRONG"
  | "VAULT_CORRUPT"
  | "APPROVAL_INVALID"
  | "REENTRY_REFUSED"
  | "ACCESS_NOT_OPENED";

export function fail(
  code: CeremonyCode,
  about?: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never {
  throw new CodedError<CeremonyCode>(code, about, cause === undefined ? undefined : { cause });
}
