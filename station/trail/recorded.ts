import { accessOf, type RecordedAccess, recordedAccesses } from "../../ceremony/recorded-access.ts";
import { isWholeSinceRestored } from "../../ceremony/restore.ts";
import { type Copy, verifyAside } from "../../ceremony/verify.ts";
import { CodedError } from "../../crypto/errors.ts";
import { parseRecord, type RecordMode } from "../../crypto/record.ts";

/** Why records are not reviewed against. */
export type TrailRecordCode = "REVIEW_RECORDS_NOT_VALID";

export interface RecordedStory {
  readonly mode: RecordMode;
  readonly vaultId: string;
  /** The vault's id was compared with one from paper. */
  readonly anchored: boolean;
  readonly access: RecordedAccess;
  readonly others: readonly RecordedAccess[];
}

/**
 * The access that verified records tell of. `REVIEW_RECORDS_NOT_VALID`: they don't hold, and so are
 * not believed; `INCIDENT_NOT_RECORDED`.
 */
export async function recordedStory(
  copy: Copy,
  question: {
    readonly vaultId?: string | undefined;
    readonly upTo?: number | undefined;
    readonly incident?: string | undefined;
    readonly own?: boolean;
  },
): Promise<RecordedStory> {
  const verdict = await verifyAside([copy], { vaultId: question.vaultId, upTo: question.upTo });
  const { mode, vaultId } = verdict;
  const isWhole = question.own === true && isWholeSinceRestored(verdict);
  if ((verdict.verdict === "INVALID" && !isWhole) || mode === null || vaultId === null) {
    const wrong = verdict.findings.find(({ severity }) => severity === "error");
    throw new CodedError<TrailRecordCode>("REVIEW_RECORDS_NOT_VALID", {
      code: wrong?.code ?? "none",
    });
  }
  const stored = verdict.records.flatMap(({ file, sha256 }) => {
    const bytes = copy.records.get(file);
    return bytes === undefined ? [] : [{ body: parseRecord(bytes), sha256 }];
  });
  const accesses = recordedAccesses(stored);
  const access = accessOf(accesses, question.incident);
  return {
    mode,
    vaultId,
    anchored: question.vaultId !== undefined,
    access,
    others: accesses.filter((one) => one !== access),
  };
}
