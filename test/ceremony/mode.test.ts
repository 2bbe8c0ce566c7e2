import { expect, test } from "vitest";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { type PlannedKey, seal } from "../../ceremony/seal.ts";
import { base64url } from "../../crypto/bytes.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { PRACTICE_AAGUID } from "../../crypto/header-keys.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault, vaultPublicKey } from "../../crypto/vault.ts";
import { type Fields, fieldsOf, withFields } from "../crypto/forge.ts";
import { aKey, enrolled, passphrase, planOf, words } from "./sealing.ts";

const REAL_AAGUID = "11111111-2222-3333-4444-555555555555";

async function realKey(label: string): Promise<PlannedKey> {
  const key = await enrolled(aKey(label), label);
  if (!("enrolment" in key)) throw new Error("a key of this test is enrolled");
  return { ...key, enrolment: { ...key.enrolment, aaguid: REAL_AAGUID } };
}

// From epoch 2 on the vault's id says nothing of the key that signed the file: a stranger can sign a
// header that calls a real vault practice, where shares would be taken beside a network.
test("a real vault that a stranger's header calls practice takes none of its cards", async () => {
  const random = await systemEntropy();
  const keys = [await realKey("key-a"), await realKey("key-b")];
  const previous = { vaultId: random(16), epoch: 1 };
  const plan = planOf(keys, { mode: "REAL", kdf: KDF_REAL, count: 2, previous });
  const { file, cards, vault } = await seal(plan, random);

  const stranger = new SecretBytes(random(32));
  const fields = fieldsOf(file);
  fields["mode"] = "PRACTICE";
  fields["vaultKey"] = base64url(await vaultPublicKey(stranger));
  fields["keys"] = (fields["keys"] as Fields[]).map((key) => ({ ...key, aaguid: PRACTICE_AAGUID }));
  const forged = parseVault(await withFields(file, fields, stranger));
  expect(forged.header.mode).toBe("PRACTICE");
  expect(forged.epoch.vaultId).toEqual(vault.epoch.vaultId);

  const quorum = beginUnseal(forged, words);
  for (const { place, bytes } of cards)
    expect(await quorum.add({ bytes }, passphrase(place))).toMatchObject({
      kind: "rejected",
      why: "ALTERED_CARD",
      have: 0,
    });
  // The same cards under the header that was sealed, so that the refusal is the mode's.
  const genuine = beginUnseal(vault, words);
  expect(
    await genuine.add({ bytes: cards[0]?.bytes ?? new Uint8Array() }, passphrase(1)),
  ).toMatchObject({ kind: "accepted" });
}, 60_000);
