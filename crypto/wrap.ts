import { type BoxKeyPair, boxKeyPair, openBox, sealTo } from "./box.ts";
import { concat } from "./bytes.ts";
import { contextOf, type Epoch } from "./epoch.ts";
import { hkdf, label } from "./hkdf.ts";
import { SecretBytes } from "./secret.ts";
import { BOX_ENCAPSULATION_BYTES } from "./sizes.ts";

/** What the header holds for one security key: both are public. */
export interface Wrap {
  /** X-Wing encapsulation, 1120 bytes. */
  readonly enc: Uint8Array;
  /** 48 bytes. */
  readonly wrap: Uint8Array;
}

/**
 * The X-Wing key pair that a touch yields: fixed by the key's 32-byte hmac-secret output, its salt,
 * the vault and the credential. Its public half stands in the header, so every epoch can wrap a
 * fresh hardware secret to a key that lies in a safe.
 */
export async function touchKeyPair(
  output: Uint8Array,
  salt: Uint8Array,
  vaultId: Uint8Array,
  credentialId: Uint8Array,
): Promise<BoxKeyPair> {
  const info = concat(label("BGV1 touch"), vaultId, credentialId);
  const seed = new SecretBytes(hkdf(output, salt, info, 32));
  try {
    return await boxKeyPair(seed);
  } finally {
    seed.wipe();
  }
}

/**
 * The X-Wing key pair that an OTP slot's touch yields: its 20-byte HMAC-SHA1 answer to the epoch's
 * challenge. The whole epoch is bound, so that the answer to a challenge is worth one sealing: a slot
 * can't be carried over, it is enrolled anew each time.
 */
export async function slotKeyPair(
  output: Uint8Array,
  challenge: Uint8Array,
  slot: number,
  epoch: Epoch,
): Promise<BoxKeyPair> {
  const info = concat(label("BGV1 otp touch"), contextOf(epoch), Uint8Array.of(slot));
  const seed = new SecretBytes(hkdf(output, challenge, info, 32));
  try {
    return await boxKeyPair(seed);
  } finally {
    seed.wipe();
  }
}

/** What stands for a slot where a credential id stands for a FIDO2 key. */
export const slotId = (slot: number, challenge: Uint8Array): Uint8Array =>
  concat(label("otp"), Uint8Array.of(slot), challenge);

const wrapInfo = (epoch: Epoch, keyId: Uint8Array): Uint8Array =>
  concat(label("BGV1 wrap"), contextOf(epoch), keyId);

/** Wraps the hardware secret to one key's public half; `keyId`: its credential id, or `slotId`. */
export async function wrapHardwareSecret(
  publicKey: Uint8Array,
  hardwareSecret: SecretBytes,
  epoch: Epoch,
  keyId: Uint8Array,
): Promise<Wrap> {
  const box = await sealTo(publicKey, hardwareSecret.expose(), wrapInfo(epoch, keyId));
  return {
    enc: box.slice(0, BOX_ENCAPSULATION_BYTES),
    wrap: box.slice(BOX_ENCAPSULATION_BYTES),
  };
}

/** The hardware secret; `BOX_INVALID` for another key, epoch or credential, or a changed byte. */
export const unwrapHardwareSecret = (
  secretKey: SecretBytes,
  { enc, wrap }: Wrap,
  epoch: Epoch,
  keyId: Uint8Array,
): Promise<SecretBytes> => openBox(secretKey, concat(enc, wrap), wrapInfo(epoch, keyId));
