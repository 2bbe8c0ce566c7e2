import { CodedError } from "../../crypto/errors.ts";

/** Codes of aws/documents. */
export type DocumentsCode =
  | "ACCOUNT_ID_INVALID"
  | "REGION_INVALID"
  | "PROFILE_UNKNOWN"
  | "BUCKET_INVALID"
  | "INCIDENT_UNFIT"
  | "WINDOW_DATES_INVALID"
  | "POLICY_TOO_LARGE"
  // template
  | "ACCOUNT_TWICE"
  | "ALARM_REGION_SAME"
  | "REAPER_HOURS_INVALID"
  | "ROLE_NAME_INVALID"
  // accessKeys.csv
  | "KEY_FILE_NOT_CSV"
  | "KEY_FILE_COLUMNS"
  | "KEY_FILE_EMPTY"
  | "KEY_ID_INVALID"
  | "KEY_ID_TEMPORARY"
  | "KEY_SECRET_INVALID"
  | "KEY_ROLE_UNKNOWN"
  | "KEY_ACCOUNT_UNKNOWN"
  | "KEY_DUPLICATE"
  | "KEY_MISSING";

export function fail(
  code: DocumentsCode,
  about?: Readonly<Record<string, string | number>>,
): never {
  throw new CodedError<DocumentsCode>(code, about);
}
