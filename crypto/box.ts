import { concat } from "./bytes.ts";
import { fail } from "./errors.ts";
import { hkdf, label } from "./hkdf.ts";
import { SecretBytes } from "./secret.ts";
import {
  BOX_ENCAPSULATION_BYTES,
  BOX_PUBLIC_KEY_BYTES,
  BOX_SEED_BYTES,
  TAG_BYTES,
} from "./sizes.ts";
import { sodium } from "./sodium.ts";

/**
 * A box: bytes that only the holder of one X-Wing key can read (draft-connolly-cfrg-xwing-kem:
 * ML-KEM-768 + X25519, so a box recorded today stays shut for a quantum computer later).
 *
 *     box = enc (1120) | XChaCha20-Poly1305(plaintext) (+16)
 *     key | nonce = HKDF-SHA256(shared secret, enc, "BGV1 box\0" | info, 32 + 24)
 *
 * The key is fresh in every box, so the nonce may be derived. `info` names the use and its context:
 * a box opened with another `info` is `BOX_INVALID`.
 */
export interface BoxKeyPair {
  /** 1216 bytes. */
  readonly publicKey: Uint8Array;
  readonly secretKey: SecretBytes;
}

/** A fresh key pair, or the one that a 32-byte seed determines. */
export async function boxKeyPair(seed?: SecretBytes): Promise<BoxKeyPair> {
  const lib = await sodium();
  if (seed !== undefined && seed.length !== BOX_SEED_BYTES) fail("BOX_INVALID", { what: "seed" });
  const pair =
    seed === undefined
      ? lib.crypto_kem_xwing_keypair()
      : lib.crypto_kem_xwing_seed_keypair(seed.expose());
  return { publicKey: pair.publicKey, secretKey: new SecretBytes(pair.privateKey) };
}

function keyAndNonce(shared: Uint8Array, enc: Uint8Array, info: Uint8Array): Uint8Array {
  const derived = hkdf(shared, enc, concat(label("BGV1 box"), info), 56);
  shared.fill(0);
  return derived;
}

/** Seals `plaintext` to a 1216-byte public key; `BOX_INVALID` when it isn't one. */
export async function sealTo(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  info: Uint8Array,
): Promise<Uint8Array> {
  const lib = await sodium();
  if (publicKey.length !== BOX_PUBLIC_KEY_BYTES) fail("BOX_INVALID", { what: "public key" });
  let made: { ciphertext: Uint8Array; sharedSecret: Uint8Array };
  try {
    made = lib.crypto_kem_xwing_enc(publicKey);
  } catch (cause) {
    return fail("BOX_INVALID", { what: "public key" }, cause);
  }
  const derived = keyAndNonce(made.sharedSecret, made.ciphertext, info);
  try {
    const cipher = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
      plaintext,
      null,
      null,
      derived.subarray(32),
      derived.subarray(0, 32),
    );
    return concat(made.ciphertext, cipher);
  } finally {
    derived.fill(0);
  }
}

/** The plaintext; `BOX_INVALID` for another key, another `info`, or any changed byte. */
export async function openBox(
  secretKey: SecretBytes,
  box: Uint8Array,
  info: Uint8Array,
): Promise<SecretBytes> {
  const lib = await sodium();
  if (box.length < BOX_ENCAPSULATION_BYTES + TAG_BYTES) fail("BOX_INVALID", { what: "length" });
  const enc = box.subarray(0, BOX_ENCAPSULATION_BYTES);
  let shared: Uint8Array;
  try {
    shared = lib.crypto_kem_xwing_dec(enc, secretKey.expose());
  } catch (cause) {
    return fail("BOX_INVALID", { what: "encapsulation" }, cause);
  }
  const derived = keyAndNonce(shared, enc, info);
  try {
    return new SecretBytes(
      lib.crypto_aead_xchacha20poly1305_ietf_decrypt(
        null,
        box.subarray(BOX_ENCAPSULATION_BYTES),
        null,
        derived.subarray(32),
        derived.subarray(0, 32),
      ),
    );
  } catch (cause) {
    return fail("BOX_INVALID", { what: "content" }, cause);
  } finally {
    derived.fill(0);
  }
}
