import { concat } from "./bytes.ts";
import { contextOf, type Epoch } from "./epoch.ts";
import { fail } from "./errors.ts";
import { hkdf, label } from "./hkdf.ts";
import { SecretBytes } from "./secret.ts";
import { SECRET_BYTES, TAG_BYTES } from "./sizes.ts";
import { sodium } from "./sodium.ts";

const PAD_BYTES = 1024;

/**
 * The key that needs both secrets at once: quorum secret S and hardware secret H, 32 bytes each.
 * `check` is public and stands in the header: comparing it first makes the key committing, so one
 * file never opens to two contents.
 */
export function deriveKek(
  quorumSecret: SecretBytes,
  hardwareSecret: SecretBytes,
  salt: Uint8Array,
  epoch: Epoch,
): { readonly kek: SecretBytes; readonly check: Uint8Array } {
  const both = concat(quorumSecret.expose(), hardwareSecret.expose());
  const derived = hkdf(both, salt, concat(label("BGV1 kek"), contextOf(epoch)), 64);
  both.fill(0);
  const kek = new SecretBytes(derived.slice(0, 32));
  const check = derived.slice(32);
  derived.fill(0);
  return { kek, check };
}

const payloadKey = (kek: SecretBytes, epoch: Epoch): Uint8Array =>
  hkdf(
    kek.expose(),
    new Uint8Array(0),
    concat(label("BGV1 payload"), contextOf(epoch)),
    SECRET_BYTES,
  );

/** Ciphertext length for a plaintext length: 0x80, zeros to a multiple of 1024, and the tag. */
export const cipherLength = (plain: number): number =>
  (Math.floor(plain / PAD_BYTES) + 1) * PAD_BYTES + TAG_BYTES;

/** Seals the payload, padded so that its length says little (ISO/IEC 7816-4 padding). */
export async function sealPayload(
  kek: SecretBytes,
  epoch: Epoch,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<Uint8Array> {
  const lib = await sodium();
  const padded = new Uint8Array(cipherLength(plaintext.length) - TAG_BYTES);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  const key = payloadKey(kek, epoch);
  try {
    return lib.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, aad, null, nonce, key);
  } finally {
    key.fill(0);
    padded.fill(0);
  }
}

/** The payload; `VAULT_CORRUPT` for a wrong key or any changed byte of it, its nonce or `aad`. */
export async function openPayload(
  kek: SecretBytes,
  epoch: Epoch,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
): Promise<SecretBytes> {
  const lib = await sodium();
  const key = payloadKey(kek, epoch);
  let padded: Uint8Array;
  try {
    padded = lib.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, aad, nonce, key);
  } catch (cause) {
    return fail("VAULT_CORRUPT", { what: "payload" }, cause);
  } finally {
    key.fill(0);
  }
  let end = padded.length - 1;
  while (end > 0 && padded[end] === 0) end--;
  const wellPadded = padded[end] === 0x80 && padded.length - end <= PAD_BYTES;
  const plaintext = new SecretBytes(padded.slice(0, end));
  padded.fill(0);
  return wellPadded ? plaintext : fail("VAULT_CORRUPT", { what: "padding" });
}
