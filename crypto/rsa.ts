import { createHash } from "node:crypto";
import { concat, hex } from "./bytes.ts";
import { holds } from "./public-key.ts";

/** RFC 8017 A.1: rsaEncryption with NULL parameters. */
const RSA_ENCRYPTION = Uint8Array.from([
  0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
]);

/** DER: tag, shortest definite length, value. */
function der(tag: number, value: Uint8Array): Uint8Array {
  const { length } = value;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >>> 8, length & 0xff];
  return concat(Uint8Array.from(head), value);
}

/** No RSA public key in use is larger: 16,384 bits are some 2,070 bytes. */
const MOST_KEY_BYTES = 4096;

/** RSASSA-PKCS1-v1_5 with SHA-256. */
export interface RsaCheck {
  /** RSAPublicKey (PKCS #1), DER. */
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the signature holds; a key that is none is no. */
export function rsaHolds({ publicKey, message, signature }: RsaCheck): boolean {
  if (publicKey.length > MOST_KEY_BYTES) return false;
  const bits = der(0x03, concat(Uint8Array.of(0), publicKey));
  const spki = der(0x30, concat(RSA_ENCRYPTION, bits));
  return holds({ hash: "sha256", spki, message, signature });
}

/**
 * MD5 (hex) of an RSAPublicKey's DER: how CloudTrail names its keys, in list-public-keys and in
 * digests. A name to find a key by, and no proof of it: SHA-256 is what people compare.
 */
export const trailKeyName = (publicKey: Uint8Array): string =>
  hex(createHash("md5").update(publicKey).digest());
