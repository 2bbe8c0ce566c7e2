import { CodedError } from "../crypto/errors.ts";
import { readBounded } from "./bounded-read.ts";

export type RestoreCode =
  | "COPY_MISSING"
  | "COPIES_SEVERAL"
  | "COPIES_OF_SEVERAL_VAULTS"
  | "RESTORE_NOT_WHOLE"
  | "RESTORE_STALE"
  | "RESTORE_NO_VAULT"
  | "RESTORE_FOLDER_USED"
  | "RESTORE_FORKS"
  | "RESTORE_REVIEW_DUE";

export const refuse = (code: RestoreCode, about: CodedError["about"]): never => {
  throw new CodedError<RestoreCode>(code, about);
};

/** Where a station is laid out before it stands under its name. */
export const asideOf = (dir: string): string => `${dir}.restoring`;

/** What is no part of a runbook or policy that somebody wrote. */
const TEXT_BYTES = 1024 * 1024;

export function textAt(path: string): Uint8Array | null {
  try {
    return readBounded(path, TEXT_BYTES);
  } catch {
    // It is for reading only; the vault opens without it, and says that it is not there.
    return null;
  }
}
