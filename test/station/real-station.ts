import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seal } from "../../ceremony/seal.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { openRecords } from "../../station/records-folder.ts";
import { sealRecord } from "../../station/vault/seal-record.ts";
import { aKey, enrolled, planOf } from "../ceremony/sealing.ts";

/** Runbook and policy as they would lie beside it. */
export const RUNBOOK = "# Restore the shop\n\n1. Look at the incident channel.\n";
const POLICY = JSON.stringify({ a: "policy that nobody reads here" });

/** A real vault's folder without people, USB or a cable: sealed, committed, whole. */
export async function realStation(dir: string): Promise<RecordStore> {
  const keys = await Promise.all(
    ["key-a", "key-b"].map(async (label) => {
      const key = await enrolled(aKey(label), label);
      if (!("enrolment" in key)) throw new Error("a key of this test is enrolled");
      const aaguid = "11111111-2222-3333-4444-555555555555";
      return { ...key, enrolment: { ...key.enrolment, aaguid } };
    }),
  );
  const plan = planOf(keys, {
    mode: "REAL",
    kdf: KDF_REAL,
    count: 2,
    name: "Acme Prod",
    runbookSha256: hex(sha256(utf8(RUNBOOK))),
  });
  const { file, vault, vaultSigningKey } = await seal(plan, await systemEntropy());
  const records = await openRecords(dir, "REAL", () => sha256(utf8(dir)));
  const at = "2026-11-22T12:00:00Z";
  const signed = await sealRecord(
    vault,
    { by: vault, key: vaultSigningKey, who: {}, about: {}, trialOpenedWith: [], accounts: [] },
    hex(sha256(utf8(POLICY))),
    { head: records.head(), stationKey: records.stationKey, at },
  );
  await records.accept(signed);
  writeFileSync(join(dir, "vault.pullstation"), file);
  writeFileSync(join(dir, "runbook.md"), RUNBOOK);
  writeFileSync(join(dir, "policy.json"), POLICY);
  const fileSha256 = hex(vault.fileHash);
  records.append(
    { mode: "REAL", vaultId: hex(vault.epoch.vaultId), epoch: 1, fileSha256 },
    {
      kind: "committed",
      who: {},
      why: "every share was re-entered",
      at: { time: at, clock: "station" },
      evidence: {
        fileSha256,
        reentered: vault.header.custodians.map(({ place, name }) => ({
          place,
          custodian: name,
          at,
        })),
      },
    },
  );
  return records;
}
