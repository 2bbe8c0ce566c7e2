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

const wrapInfo = (epoch: Epoch, credentialId: Uint8Array): Uint8Array =>
  concat(label("BGV1 wrap"), contextOf(epoch), credentialId);

/** Wraps the hardware secret to one key's public half. */
export async function wrapHardwareSecret(
  publicKey: Uint8Array,
  hardwareSecret: SecretBytes,
  epoch: Epoch,
  credentialId: Uint8Array,
): Promise<Wrap> {
  const box = await sealTo(publicKey, hardwareSecret.expose(), wrapInfo(epoch, credentialId));
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
  credentialId: Uint8Array,
): Promise<SecretBytes> => openBox(secretKey, concat(enc, wrap), wrapInfo(epoch, credentialId));
