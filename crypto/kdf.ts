import { fromUtf8, utf8 } from "./bytes.ts";
import { CodedError, fail } from "./errors.ts";
import { checkKdf, KDF_SALT_BYTES, type KdfParams } from "./kdf-bounds.ts";
import { SecretBytes } from "./secret.ts";
import { SECRET_BYTES } from "./sizes.ts";
import { sodium } from "./sodium.ts";

type Engine = (
  passphrase: Uint8Array,
  salt: Uint8Array,
  params: KdfParams,
  length: number,
) => Promise<Uint8Array>;

/** The addon `@node-rs/argon2`: RustCrypto, native speed, its memory is given back. */
export const nativeArgon2id: Engine = async (passphrase, salt, params, length) => {
  const { hashRaw } = await import("@node-rs/argon2");
  const raw: Uint8Array = await hashRaw(passphrase, {
    algorithm: 2,
    version: 1,
    memoryCost: params.memoryKiB,
    timeCost: params.passes,
    parallelism: params.lanes,
    outputLen: length,
    salt,
  });
  return Uint8Array.from(raw);
};

/** libsodium in WebAssembly: one lane, 16-byte salts; slower, and its heap never shrinks. */
export const sodiumArgon2id: Engine = async (passphrase, salt, params, length) => {
  if (params.lanes !== 1) fail("KDF_OUT_OF_BOUNDS", { parameter: "lanes" });
  const lib = await sodium();
  return lib.crypto_pwhash(
    length,
    passphrase,
    salt,
    params.passes,
    params.memoryKiB * 1024,
    lib.crypto_pwhash_ALG_ARGON2ID13,
  );
};

const nativeLoads = async (): Promise<boolean> => {
  try {
    await import("@node-rs/argon2");
    return true;
  } catch {
    return false;
  }
};

/**
 * Argon2id over UTF-8 bytes. The bounds are enforced before any memory is taken. The native addon
 * where it loads, else libsodium.
 */
export async function argon2id(
  passphrase: Uint8Array,
  salt: Uint8Array,
  params: KdfParams,
  length: number,
): Promise<SecretBytes> {
  checkKdf(params);
  if (salt.length !== KDF_SALT_BYTES) fail("KDF_OUT_OF_BOUNDS", { parameter: "salt" });
  if (!Number.isInteger(length) || length < 16 || length > 64)
    fail("KDF_OUT_OF_BOUNDS", { parameter: "length" });
  const engine = (await nativeLoads()) ? nativeArgon2id : sodiumArgon2id;
  try {
    return new SecretBytes(await engine(passphrase, salt, params, length));
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    return fail("KDF_FAILED", { memoryKiB: params.memoryKiB }, cause);
  }
}

/**
 * The one byte form of a passphrase: UTF-8 of its NFC, so that two keyboards that spell é
 * differently agree. ASCII, the default, passes untouched and leaves no copy.
 */
export function normalPassphrase(passphrase: SecretBytes): SecretBytes {
  const bytes = passphrase.expose();
  return new SecretBytes(
    bytes.some((byte) => byte >= 0x80)
      ? utf8(fromUtf8(bytes).normalize("NFC"))
      : Uint8Array.from(bytes),
  );
}

/** What a passphrase becomes under its salt: Argon2id of its normal form, 32 bytes. */
export async function stretch(
  passphrase: SecretBytes,
  salt: Uint8Array,
  params: KdfParams,
): Promise<SecretBytes> {
  const normal = normalPassphrase(passphrase);
  try {
    return await argon2id(normal.expose(), salt, params, SECRET_BYTES);
  } finally {
    normal.wipe();
  }
}
