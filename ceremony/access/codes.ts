import { CodedError } from "../../crypto/errors.ts";

/** Codes of ceremony/access: why an access was refused before anything was written. */
export type AccessCode =
  | "ORDER_INVALID"
  | "DURATION_TOO_LONG"
  | "KIT_EXPIRED"
  | "LATEST_DEADLINE_PASSED"
  | "ACCOUNT_UNREACHABLE"
  | "IAM_DOWN"
  | "IAM_HALF_DOWN"
  | "IDENTITY_MISMATCH"
  | "JOURNAL_FAILED"
  | "OPENING_STOPPED"
  | "RESUME_MISMATCH";

export class AccessRefused extends CodedError<AccessCode> {}

export const refuse = (
  code: AccessCode,
  about?: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never => {
  throw new AccessRefused(code, about, cause === undefined ? undefined : { cause });
};
