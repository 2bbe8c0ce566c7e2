import { equal } from "../crypto/bytes.ts";
import { fail } from "./errors.ts";
import { deriveKek, openPayload } from "../crypto/payload.ts";
import type { SecretBytes } from "../crypto/secret.ts";
import { type ParsedVault, vaultPublicKey } from "../crypto/vault.ts";
import { readPayload } from "./contents.ts";
import type { Quorum } from "./quorum.ts";
import type { Contents } from "./subject.ts";
import type { Touch } from "./touch.ts";

/** An open vault. Lives in the vault process only; `wipe` when the ceremony has what it needs. */
export interface Unsealed {
  readonly contents: Contents;
  /** 32-byte Ed25519 seed of the vault key: signs the records that imply quorum and touch. */
  readonly vaultSigningKey: SecretBytes;
  wipe(): void;
}

/**
 * Quorum and touch together open the vault. `VAULT_KEYS_WRONG` when they don't belong to this file,
 * `VAULT_CORRUPT` when the payload is not the one that was sealed with its header. The quorum and
 * the touch are wiped, whatever happens.
 */
export async function unseal(vault: ParsedVault, quorum: Quorum, touch: Touch): Promise<Unsealed> {
  const { header, epoch } = vault;
  const { kek, check } = deriveKek(quorum.secret, touch.secret, header.salt, epoch);
  quorum.wipe();
  touch.wipe();
  try {
    if (!equal(check, header.check)) fail("VAULT_KEYS_WRONG");
    const plaintext = await openPayload(kek, epoch, vault.nonce, vault.ciphertext, vault.aad);
    const { contents, vaultKeySeed } = readPayload(plaintext);
    plaintext.wipe();
    if (!equal(await vaultPublicKey(vaultKeySeed), header.vaultKey)) {
      vaultKeySeed.wipe();
      fail("VAULT_CORRUPT", { what: "vault key" });
    }
    return { contents, vaultSigningKey: vaultKeySeed, wipe: () => vaultKeySeed.wipe() };
  } finally {
    kek.wipe();
  }
}
