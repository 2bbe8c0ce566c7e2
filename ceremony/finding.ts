import type { RecordBody, RecordKind, Signer } from "../crypto/record.ts";
import type { Verified } from "../crypto/sshsig.ts";

/** What makes records not valid. */
export type ErrorCode =
  | "RECORD_UNREADABLE"
  | "RECORD_MISPLACED"
  | "RECORD_MISSING"
  | "SIGNATURE_MISSING"
  | "SIGNATURE_REFUSED"
  | "SIGNER_WRONG"
  | "STATION_UNCERTIFIED"
  | "CHAIN_BROKEN"
  | "MODE_MIXED"
  | "VAULT_ID_MIXED"
  | "VAULT_ID_NOT_ITS_KEY"
  | "ANCHOR_DIFFERS"
  | "HEAD_DIFFERS"
  | "KIND_MISPLACED"
  | "EPOCH_WRONG"
  | "VAULT_HASH_WRONG"
  | "EVIDENCE_WRONG"
  | "COMMIT_UNPROVEN"
  | "FORK"
  | "VAULT_FILE_DIFFERS";

/** What a reader should know about records that are valid all the same. */
export type NoteCode =
  | "STATION_CERTIFIED_LATER"
  | "SEAL_NOT_COMMITTED"
  | "COPY_BEHIND"
  | "FILE_UNKNOWN"
  | "SIGNERS_FILE_DIFFERS";

export interface Finding {
  readonly code: ErrorCode | NoteCode;
  readonly severity: "error" | "note";
  /** The copy, when it is about one. */
  readonly copy?: string | undefined;
  readonly seq?: number | undefined;
  readonly about: Readonly<Record<string, string | number>>;
}

/** One record file and its signature, read on their own. */
export interface Entry {
  readonly seq: number;
  readonly sha256: string;
  /** Null when a finding says why it can't be read, or why the signature doesn't hold. */
  readonly body: RecordBody | null;
  readonly signed: Verified | null;
}

export const error = (
  code: ErrorCode,
  about: Finding["about"] = {},
  place: Pick<Finding, "copy" | "seq"> = {},
): Finding => ({ code, severity: "error", about, ...place });

export const note = (
  code: NoteCode,
  about: Finding["about"] = {},
  place: Pick<Finding, "copy" | "seq"> = {},
): Finding => ({ code, severity: "note", about, ...place });

/** A record as the verdict shows it. */
export interface Judged {
  readonly seq: number;
  readonly file: string;
  readonly sha256: string;
  readonly kind: RecordKind | null;
  readonly epoch: number | null;
  readonly time: string | null;
  readonly signer: Signer | null;
  /** As allowed_signers names it: vault, station, approver:<label>. */
  readonly principal: string | null;
  readonly fingerprint: string | null;
  readonly good: boolean;
}
