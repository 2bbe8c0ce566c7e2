import type { Subject } from "../ceremony/ports.ts";
import { cancelRecord, type Unproven } from "../ceremony/rotate-ceremony.ts";
import { commitRecord } from "../ceremony/seal-ceremony.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { parseSealEvidence, type RecordBody } from "../crypto/record.ts";
import { parseVault } from "../crypto/vault.ts";
import { refuse } from "./errors.ts";
import type { RecordStore } from "./record-store.ts";
import {
  commitCandidate,
  discardCandidate,
  hasVault,
  readCandidate,
  readVault,
  settleBeside,
} from "./vault-file.ts";

type Store = Pick<RecordStore, "append" | "accept" | "head" | "committed" | "stationKey">;

/**
 * Takes up a sealing or a rotation that a crash or power cut interrupted; the old vault, if there is
 * one, is touched only where every share of the new one was proven.
 * - A first seal's record is written only after every share was re-entered: with it the candidate is
 *   finished, without it the candidate never counted and is discarded.
 * - A rotation's record is written before its shares are proven: its candidate is `pending` until the
 *   proof is done or it is cancelled. One whose file has taken the old one's place is finished.
 */
export function recoverSealing(
  dir: string,
  chain: readonly RecordBody[],
  records: Store,
  now: string,
): "finished" | "discarded" | "pending" | "nothing" {
  const seal = openSeal(chain);
  if (seal !== null) {
    const { candidate: sealed, old, rotates } = seal;
    const isSealed = (bytes: Uint8Array): boolean => hex(sha256(bytes)) === sealed.fileSha256;
    const candidate = readCandidate(dir);
    const isThere = candidate !== null && isSealed(candidate);
    if (isThere && rotates) return "pending";
    if (isThere) commitCandidate(dir);
    if (hasVault(dir) && isSealed(readVault(dir))) {
      settleBeside(dir);
      const { custodians } = parseVault(readVault(dir)).header;
      // A first seal is recorded only after all of them: the record of it is what is left of their times.
      const entered = custodians.map(({ place, name }) => ({ place, custodian: name, at: null }));
      commitRecord(records, sealed, now, rotates ? undefined : entered);
      return "finished";
    }
    if (old !== null) {
      cancelRecord(records, old, sealed, now, "its file is gone");
      // What was to stand beside it goes with it: the old vault keeps its own runbook and policy.
      discardCandidate(dir);
      return "discarded";
    }
  }
  if (readCandidate(dir) !== null) {
    discardCandidate(dir);
    return "discarded";
  }
  settleBeside(dir);
  return "nothing";
}

/** A seal stands in the records that is neither committed nor cancelled. */
export const isSealingOpen = (chain: readonly RecordBody[]): boolean => openSeal(chain) !== null;

/** The rotation that waits for the proof of its shares, by the records and the disk; null: none does. */
export function pendingRotation(dir: string, chain: readonly RecordBody[]): Unproven | null {
  const seal = openSeal(chain);
  const bytes = seal?.rotates === true ? readCandidate(dir) : null;
  if (seal === null || bytes === null) return null;
  const { candidate } = seal;
  if (hex(sha256(bytes)) !== candidate.fileSha256) return null;
  const custodians = parseVault(bytes).header.custodians.map(({ name }) => name);
  const done = chain.flatMap(({ kind, vaultHash, evidence: { form, place } }) =>
    kind === "share-checked" &&
    vaultHash === candidate.fileSha256 &&
    form === "full" &&
    typeof place === "number"
      ? [place]
      : [],
  );
  return { dir, candidate, custodians, done: [...new Set(done)] };
}

/** Gives up the rotation that waits: first in the records, then on the disk. */
export function cancelRotation(
  dir: string,
  chain: readonly RecordBody[],
  records: Store,
  now: string,
): Unproven {
  const pending = pendingRotation(dir, chain);
  const old = openSeal(chain)?.old ?? null;
  if (pending === null || old === null) return refuse("ROTATION_NOT_PENDING");
  const why = "cancelled before its shares were proven; the old set stays valid";
  cancelRecord(records, old, pending.candidate, now, why);
  discardCandidate(dir);
  return pending;
}

/** The last seal that is neither committed nor cancelled, and the vault that it would replace. */
function openSeal(
  chain: readonly RecordBody[],
): { readonly candidate: Subject; readonly old: Subject | null; readonly rotates: boolean } | null {
  const seal = chain.findLast(({ kind }) => kind === "sealed" || kind === "rotated");
  if (seal === undefined) return null;
  const candidate = sealedBy(seal);
  const isOver = chain.some(
    ({ kind, evidence }) =>
      (kind === "committed" || kind === "cancelled") &&
      evidence["fileSha256"] === candidate.fileSha256,
  );
  if (isOver) return null;
  const rotates = seal.kind === "rotated";
  return { candidate, old: rotates ? subjectOf(seal) : null, rotates };
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
