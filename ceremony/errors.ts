import { CodedError } from "../crypto/errors.ts";

/** Codes of sealing, unsealing and approving that are no verdict on a share or a touch. */
export type CeremonyCode =
  | "PLAN_INVALID"
  | "CONTENTS_INVALID"
  | "UV_NOT_BOUND"
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
