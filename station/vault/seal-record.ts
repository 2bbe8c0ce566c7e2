import type { Input } from "../../contract/serve.ts";
import type { vaultRequests } from "../../contract/vault.ts";
import { fromBase64url, fromUtf8, hex } from "../../crypto/bytes.ts";
import type { Json } from "../../crypto/canonical.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { encodeRecord, NAMESPACES, RECORD_FORMAT, sealEvidence } from "../../crypto/record.ts";
import type { SecretBytes } from "../../crypto/secret.ts";
import { ed25519WireKey } from "../../crypto/ssh-wire.ts";
import { signEd25519 } from "../../crypto/sshsig.ts";
import type { ParsedVault } from "../../crypto/vault.ts";
import { approverWireKey } from "../../ceremony/approve.ts";
import { warningsOf } from "../../ceremony/slot.ts";

/** Who says that the vault is sealed: itself, or the epoch before, opened by these people. */
interface Signing {
  readonly by: ParsedVault;
  /** 32-byte Ed25519 seed of `by`'s vault key. */
  readonly key: SecretBytes;
  readonly who: Readonly<Record<string, string>>;
  /** What else a rotation says of what it changed. */
  readonly about: { readonly [key: string]: Json };
  /** Labels of the keys whose trial opening was seen; others that open were not here. */
  readonly trialOpenedWith: readonly string[];
  /** Ids of the sealed accounts: no secret, and what an opening may choose from. */
  readonly accounts: readonly string[];
}

/**
 * The record of a sealing: `sealed` by the first epoch itself, `rotated` by the old epoch's key. It
 * names the new epoch's keys; the epoch is live only with the station's `committed` record.
 */
export async function sealRecord(
  vault: ParsedVault,
  { by, key, who, about, trialOpenedWith, accounts }: Signing,
  /** Of the policy's file beside the vault. */
  policySha256: string,
  { head, stationKey, at }: Input<typeof vaultRequests, "seal">,
): Promise<{ record: string; signature: string }> {
  const { header, epoch, fileHash } = vault;
  const rotates = by !== vault;
  const warnings = warningsOf(vault);
  const unseen = header.keys
    .filter(({ use, label }) => use === "open" && !trialOpenedWith.includes(label))
    .map(({ label }) => label);
  const record = encodeRecord({
    format: RECORD_FORMAT,
    mode: header.mode,
    vaultId: hex(epoch.vaultId),
    ...head,
    vaultHash: hex(by.fileHash),
    epoch: by.epoch.epoch,
    kind: rotates ? "rotated" : "sealed",
    who,
    why:
      `${rotates ? "sealed anew for the next epoch" : "sealed"}, proven by re-reading every card ` +
      `and by a trial opening with ${trialOpenedWith.join(", ")}` +
      (unseen.length === 0 ? "" : `; carried over and not tried: ${unseen.join(", ")}`),
    at: { time: at, clock: "station" },
    evidence: sealEvidence(
      {
        epoch: epoch.epoch,
        setId: epoch.setId,
        fileSha256: hex(fileHash),
        vaultKey: ed25519WireKey(header.vaultKey),
        stationKey: fromBase64url(stationKey),
        approvers: header.keys
          .filter(isCredential)
          .map((one) => ({ label: one.label, wireKey: approverWireKey(one) })),
      },
      {
        name: header.name,
        threshold: header.threshold,
        custodians: header.custodians.map(({ name }) => name),
        keys: header.keys.map(({ label, use, kind }) => ({ label, use, kind })),
        keyboard: header.keyboard,
        runbookSha256: header.runbookSha256,
        accounts: [...accounts],
        policySha256,
        trialOpenedWith: [...trialOpenedWith],
        ...(warnings.length > 0 && { warnings }),
        ...about,
      },
    ),
  });
  const signature = await signEd25519({
    seed: key.expose(),
    namespace: NAMESPACES[header.mode],
    message: record,
  });
  return { record: fromUtf8(record), signature };
}
