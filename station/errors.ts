import { CodedError } from "../crypto/errors.ts";

/** Codes of station/: this laptop's files, its isolation, and the order of a ceremony's steps. */
export type StationCode =
  | "CANDIDATE_EXISTS"
  | "CANDIDATE_MISSING"
  | "DISK_READ_BACK_DIFFERS"
  | "VAULT_MISSING"
  | "VAULT_NOT_COMMITTED"
  | "NOT_ISOLATED"
  | "STATION_BUSY"
  | "STEP_OUT_OF_ORDER"
  | "SENDER_REFUSED"
  | "CHECK_DONE"
  | "CHECK_OF_ANOTHER"
  | "QUORUM_INCOMPLETE"
  | "ACCOUNT_NOT_SEALED"
  | "DURATION_TOO_LONG"
  | "REVIEW_DUE"
  | "INCIDENT_KNOWN"
  | "STATION_IS_SPARE"
  | "KEY_NOT_PRESENT"
  | "NO_KEY_OPENS"
  | "KEY_LABEL_UNFIT"
  | "KEY_LABEL_TWICE"
  | "STICK_MISSING"
  | "STICKS_SEVERAL"
  | "STICK_NOT_MOUNTED"
  | "STICK_NOT_WRITTEN"
  | "STICK_HOLDS_SHARE"
  | "STICK_HOLDS_KEYS"
  | "STICK_OTHER_VAULT"
  | "STICK_NEWER_COPY"
  | "STICK_COPY_ELSEWHERE"
  | "STICK_FOLDER_TAKEN"
  | "ACCESS_NOT_WRITTEN"
  | "OTP_SEVERAL_PLUGGED"
  | "REENTRY_INCOMPLETE"
  | "INPUT_FILE_UNREADABLE"
  | "POLICY_INVALID"
  | "PRACTICE_KEY_IN_REAL_VAULT"
  | "KEY_SEALED_ALREADY"
  | "ROTATION_NEEDS_POLICY"
  | "ROTATION_NEEDS_KEY"
  | "ROTATION_DROPS_ALL"
  | "ROTATION_DROPS_BROUGHT"
  | "ROTATION_CHANGES_NOTHING_THERE"
  | "ROTATION_PENDING"
  | "ROTATION_NOT_PENDING"
  | "PROXY_INVALID"
  | "RUNBOOK_NOT_AS_SEALED";

export function refuse(
  code: StationCode,
  about?: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never {
  throw new CodedError<StationCode>(code, about, cause === undefined ? undefined : { cause });
}

export const outOfOrder = (step: string, before: string): never =>
  refuse("STEP_OUT_OF_ORDER", { step, before });
