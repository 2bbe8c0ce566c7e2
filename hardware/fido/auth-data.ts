import { concat, equal } from "../../crypto/bytes.ts";
import { malformed } from "../errors.ts";
import { bytesAt, type CborMap, decodeMap, endOfItem, wholeAt } from "./cbor.ts";
import { es256Key } from "./es256.ts";
import { ES256, uuid } from "./info.ts";

/** Authenticator data (WebAuthn §6.1). */
export const FLAG = { up: 0x01, uv: 0x04, attested: 0x40, extensions: 0x80 } as const;

const HEAD_BYTES = 37;
const AAGUID_BYTES = 16;
/** The most that a vault's header keeps, and CTAP's usual limit. */
const MAX_CREDENTIAL_ID = 1023;

export interface AttestedCredential {
  readonly aaguid: string;
  readonly id: Uint8Array;
  /** Uncompressed SEC1 P-256 point, 65 bytes, on the curve. */
  readonly publicKey: Uint8Array;
}

export interface AuthenticatorData {
  readonly flags: number;
  readonly counter: number;
  readonly credential: AttestedCredential | null;
  readonly extensions: CborMap | null;
}

/** Refuses data for another relying party and bytes left over. `rpIdHash`: SHA-256 of the rpId. */
export function readAuthenticatorData(bytes: Uint8Array, rpIdHash: Uint8Array): AuthenticatorData {
  if (bytes.length < HEAD_BYTES) return malformed("authenticator data that ends early");
  if (!equal(bytes.subarray(0, 32), rpIdHash)) malformed("another relying party");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint8(32);
  let rest = bytes.subarray(HEAD_BYTES);
  let credential: AttestedCredential | null = null;
  if ((flags & FLAG.attested) !== 0) [credential, rest] = attested(rest);
  let extensions: CborMap | null = null;
  if ((flags & FLAG.extensions) !== 0) {
    extensions = decodeMap(rest);
    rest = rest.subarray(rest.length);
  }
  if (rest.length > 0) malformed("bytes after the authenticator data");
  return { flags, counter: view.getUint32(33), credential, extensions };
}

function attested(bytes: Uint8Array): [AttestedCredential, Uint8Array] {
  if (bytes.length < AAGUID_BYTES + 2) return malformed("attested data that ends early");
  const at = AAGUID_BYTES + 2;
  const length = ((bytes[AAGUID_BYTES] ?? 0) << 8) | (bytes[AAGUID_BYTES + 1] ?? 0);
  if (length < 1 || length > MAX_CREDENTIAL_ID || at + length > bytes.length)
    return malformed("the credential id's length");
  const keyAt = at + length;
  const end = endOfItem(bytes, keyAt);
  const key = decodeMap(bytes.subarray(keyAt, end));
  if (wholeAt(key, 1) !== 2 || wholeAt(key, 3) !== ES256 || wholeAt(key, -1) !== 1)
    malformed("the credential's public key");
  const publicKey = concat(Uint8Array.of(4), bytesAt(key, -2, 32), bytesAt(key, -3, 32));
  es256Key(publicKey);
  return [
    {
      aaguid: uuid(bytes.subarray(0, AAGUID_BYTES)),
      id: bytes.slice(at, keyAt),
      publicKey,
    },
    bytes.subarray(end),
  ];
}
