/**
 * Ed25519 (RFC 8032): signed by libsodium, verified by the platform, which is faster and needs no
 * WebAssembly to load. The platform checks S < L and compares R's encoding. What libsodium refuses
 * beyond that, and platforms differ in (OpenSSL refuses keys of small order, BoringSSL doesn't), is
 * refused here: keys and R of small order, encodings of y ≥ p.
 */
import { concat, fromHex } from "./bytes.ts";
import { fail } from "./errors.ts";
import { holds, type PlatformCheck } from "./public-key.ts";
import { sodium } from "./sodium.ts";

export interface Ed25519Signer {
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
  /** Zeroes the private key; signing is over. */
  wipe(): void;
}

/** The key pair of a 32-byte seed (RFC 8032 §5.1.5); the seed stays the caller's to wipe. */
export async function ed25519Signer(seed: Uint8Array): Promise<Ed25519Signer> {
  if (seed.length !== 32) fail("BAD_ENCODING", { what: "seed" });
  const library = await sodium();
  const { publicKey, privateKey } = library.crypto_sign_seed_keypair(seed);
  return {
    publicKey,
    sign: (message) => library.crypto_sign_detached(message, privateKey),
    wipe: () => library.memzero(privateKey),
  };
}

/** Public key of a 32-byte seed. */
export async function ed25519PublicKey(seed: Uint8Array): Promise<Uint8Array> {
  const { publicKey, wipe } = await ed25519Signer(seed);
  wipe();
  return publicKey;
}

/** 64 bytes, by the private key of a 32-byte seed. */
export async function ed25519Sign(seed: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
  const { sign, wipe } = await ed25519Signer(seed);
  try {
    return sign(message);
  } finally {
    wipe();
  }
}

/** The y coordinates of the eight points of small order, sign bit cleared. */
const SMALL_ORDER = new Set(
  [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  ].map((y) => fromHex(y).join()),
);

/** Canonical (y < 2^255 − 19) and not of small order; whether it is on the curve is not asked. */
export function isSoundPoint(point: Uint8Array): boolean {
  const y = point.slice();
  y[31] = (y[31] ?? 0) & 0x7f;
  const tooLarge =
    y[31] === 0x7f && (y[0] ?? 0) >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff);
  return !tooLarge && !SMALL_ORDER.has(y.join());
}

/** RFC 8410: SubjectPublicKeyInfo of an Ed25519 key before its 32 bytes. */
const SPKI_PREFIX = fromHex("302a300506032b6570032100");

/** What to ask the platform; null when it need not be asked: key or signature is not sound. */
export function ed25519Check(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): PlatformCheck | null {
  const sound =
    publicKey.length === 32 &&
    signature.length === 64 &&
    isSoundPoint(publicKey) &&
    isSoundPoint(signature.subarray(0, 32));
  return sound ? { hash: null, spki: concat(SPKI_PREFIX, publicKey), message, signature } : null;
}

/** Whether `signature` (64 bytes) is `publicKey`'s (32 bytes); anything malformed is no. */
export function ed25519Verify(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  const check = ed25519Check(publicKey, message, signature);
  return check !== null && holds(check);
}
