import type { Subject } from "../ceremony/ports.ts";
import { commitRecord } from "../ceremony/seal-ceremony.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import type { RecordBody } from "../crypto/record.ts";
import type { RecordStore } from "./record-store.ts";
import {
  commitCandidate,
  discardCandidate,
  hasVault,
  readCandidate,
  readVault,
} from "./vault-file.ts";

/**
 * Takes up a sealing that a crash or power cut interrupted. The seal record is written only after
 * every share was re-entered, so: with it the candidate is finished, without it the candidate never
 * counted and is discarded. The old vault, if there is one, is touched only in the first case.
 */
export function recoverSealing(
  dir: string,
  chain: readonly RecordBody[],
  records: RecordStore,
  now: string,
): "finished" | "discarded" | "nothing" {
  const seal = chain.findLast(({ kind }) => kind === "sealed" || kind === "rotated");
  const isCommitted =
    seal !== undefined &&
    chain.some(
      ({ kind, evidence }) =>
        kind === "committed" && evidence["fileSha256"] === seal.evidence["fileSha256"],
    );
  if (seal !== undefined && !isCommitted) {
    const candidate = readCandidate(dir);
    const isSealed = (bytes: Uint8Array): boolean => hex(sha256(bytes)) === seal.vaultHash;
    if (candidate !== null && isSealed(candidate)) commitCandidate(dir);
    if (hasVault(dir) && isSealed(readVault(dir))) {
      commitRecord(records, subjectOf(seal), now);
      return "finished";
    }
  }
  if (readCandidate(dir) === null) return "nothing";
  discardCandidate(dir);
  return "discarded";
}

/** The vault that a record speaks of. */
export const subjectOf = ({ mode, vaultId, epoch, vaultHash }: RecordBody): Subject => ({
  mode,
  vaultId,
  epoch,
  fileSha256: vaultHash,
});
