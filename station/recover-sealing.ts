import type { Subject } from "../ceremony/ports.ts";
import { commitRecord } from "../ceremony/seal-ceremony.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { parseSealEvidence, type RecordBody } from "../crypto/record.ts";
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
  const sealed = seal === undefined ? null : sealedBy(seal);
  const isCommitted = chain.some(
    ({ kind, evidence }) => kind === "committed" && evidence["fileSha256"] === sealed?.fileSha256,
  );
  if (sealed !== null && !isCommitted) {
    const candidate = readCandidate(dir);
    const isSealed = (bytes: Uint8Array): boolean => hex(sha256(bytes)) === sealed.fileSha256;
    if (candidate !== null && isSealed(candidate)) commitCandidate(dir);
    if (hasVault(dir) && isSealed(readVault(dir))) {
      commitRecord(records, sealed, now);
      return "finished";
    }
  }
  if (readCandidate(dir) === null) return "nothing";
  discardCandidate(dir);
  return "discarded";
}

/** The vault that a seal made; a rotation's record itself still speaks of the old one. */
function sealedBy({ mode, vaultId, evidence }: RecordBody): Subject {
  const { epoch, fileSha256 } = parseSealEvidence(evidence);
  return { mode, vaultId, epoch, fileSha256 };
}

/** The vault that a record speaks of. */
export const subjectOf = ({ mode, vaultId, epoch, vaultHash }: RecordBody): Subject => ({
  mode,
  vaultId,
  epoch,
  fileSha256: vaultHash,
});
