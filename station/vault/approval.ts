import type { ceremonyRequests } from "../../contract/ceremony.ts";
import type { Handlers } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { fromUtf8, hex } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { approvalEvidence, encodeRecord, NAMESPACES, RECORD_FORMAT } from "../../crypto/record.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { approve } from "../../ceremony/approve.ts";
import type { TouchRefused } from "../../ceremony/touch.ts";
import { outOfOrder, refuse } from "../errors.ts";
import { requireIsolation } from "../isolation.ts";
import { liveVault } from "../vault-file.ts";
import type { Touching } from "./touching.ts";

type Asked = Pick<Handlers<typeof vaultRequests>, "beginApproval" | "takeApproval">;
type People = Pick<Handlers<typeof ceremonyRequests>, "approve">;

/** A security key approves a record's hash: no share is read, nothing is opened; its PIN is typed all the same. */
export function approvalCeremony(touching: Touching): Asked & People {
  let begun: { vault: ParsedVault; body: (approver: string) => Uint8Array } | null = null;
  let signed: { record: string; signature: string } | null = null;
  return {
    beginApproval: async ({ dir, committed, approved, head, at }) => {
      const vault = parseVault(liveVault(dir, committed));
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
      return {
        mode: header.mode,
        vaultId: hex(epoch.vaultId),
        epoch: epoch.epoch,
        fileSha256: hex(fileHash),
        approvers: header.keys.filter(isCredential).map(({ label }) => label),
      };
    },
    approve: async ({ label, pin }) => {
      if (begun === null) return outOfOrder("approve", "beginApproval");
      const { vault, body } = begun;
      const { header } = vault;
      requireIsolation(header.mode);
      if (!header.keys.filter(isCredential).some((one) => one.label === label))
        return refuse("KEY_NOT_PRESENT", { label });
      const record = body(label);
      const asked = { namespace: NAMESPACES[header.mode], message: record, pin, wanted: label };
      const result = await touching.meant((key, asking) =>
        approve(key, header, { ...asked, asking }),
      );
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
