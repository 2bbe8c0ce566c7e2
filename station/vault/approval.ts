import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Handlers } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { fromUtf8, hex } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { approvalEvidence, encodeRecord, NAMESPACES, RECORD_FORMAT } from "../../crypto/record.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { approve } from "../../ceremony/approve.ts";
import type { TouchRefused } from "../../ceremony/touch.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { outOfOrder, refuse } from "../errors.ts";
import { readVault } from "../vault-file.ts";

type Asked = Pick<Handlers<typeof vaultRequests>, "beginApproval" | "takeApproval">;
type People = Pick<Handlers<typeof ceremonyRequests>, "approve">;

/** The key of this credential. The PIN may be another key's: only if none has it, that is said. */
async function holder(
  keys: readonly SecurityKey[],
  credentialId: Uint8Array,
  pin: string,
): Promise<SecurityKey | undefined> {
  let wrong: CodedError | undefined;
  for (const key of keys) {
    try {
      if (await key.holds(credentialId, pin)) return key;
    } catch (error) {
      if (!(error instanceof CodedError && error.code === "PIN_WRONG")) throw error;
      wrong = error;
    }
  }
  if (wrong !== undefined) throw wrong;
  return undefined;
}

/** A security key approves a record's hash: no share is read, nothing is opened. */
export function approvalCeremony(present: () => Promise<readonly SecurityKey[]>): Asked & People {
  let begun: { vault: ParsedVault; body: (approver: string) => Uint8Array } | null = null;
  let signed: { record: string; signature: string } | null = null;
  return {
    beginApproval: async ({ dir, approved, head, at }) => {
      const vault = parseVault(readVault(dir));
      const { header, epoch, fileHash } = vault;
      begun = {
        vault,
        body: (approver) =>
          encodeRecord({
            format: RECORD_FORMAT,
            mode: header.mode,
            vaultId: hex(epoch.vaultId),
            ...head,
            vaultHash: hex(fileHash),
            epoch: epoch.epoch,
            kind: "approval",
            who: { approver },
            why: `approves the record ${approved.seq} (${approved.kind}) by touch`,
            at: { time: at, clock: "station" },
            evidence: approvalEvidence({ ...approved, approver }),
          }),
      };
      return { approvers: header.keys.map(({ label }) => label) };
    },
    approve: async ({ label, pin }) => {
      if (begun === null) return outOfOrder("approve", "beginApproval");
      const { vault, body } = begun;
      const { header } = vault;
      const entry = header.keys.find((one) => one.label === label);
      const key = entry && (await holder(await present(), entry.credentialId, pin));
      if (key === undefined) return refuse("KEY_NOT_PRESENT", { label });
      const record = body(label);
      const namespace = NAMESPACES[header.mode];
      const result = await approve(key, header, { namespace, message: record, pin });
      if (result.kind === "refused")
        throw new CodedError<TouchRefused["why"]>(result.why, result.about);
      signed = { record: fromUtf8(record), signature: result.signature };
      return { label };
    },
    takeApproval: () => {
      if (signed === null) return outOfOrder("takeApproval", "approve");
      return signed;
    },
  };
}
