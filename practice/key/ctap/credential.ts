import {
  createECDH,
  createPrivateKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { toText } from "../store.ts";
import { hmacSha256, sha256 } from "./pin-protocol.ts";

/** credProtect: UV optional; optional with the credential's id; required (CTAP 2.1 §12.1). */
export type Protection = 1 | 2 | 3;

const FORMAT = 1;
const NONCE_BYTES = 30;
const TAG_BYTES = 16;
const ID_BYTES = 2 + NONCE_BYTES + TAG_BYTES;

/** One credential, rebuilt from its id whenever it is used: the key remembers none. */
export interface Credential {
  readonly id: Uint8Array;
  readonly protection: Protection;
  /** For ES256, on P-256. */
  readonly privateKey: KeyObject;
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  /** The two CredRandoms of hmac-secret (CTAP 2.1 §12.7), 32 bytes each. */
  readonly withUv: Uint8Array;
  readonly withoutUv: Uint8Array;
}

/**
 * Credentials of one master secret. An id is format(1) | protection(1) | nonce(30) | tag(16), the
 * tag an HMAC over the relying party and what goes before; everything secret is an HMAC of both.
 * Without the master secret an id says nothing, and no other key takes it for its own.
 */
export function newCredential(
  master: Uint8Array,
  relyingParty: string,
  protection: Protection,
): Credential {
  for (;;) {
    const head = Buffer.concat([Buffer.of(FORMAT, protection), randomBytes(NONCE_BYTES)]);
    const id = Buffer.concat([head, tagOf(master, relyingParty, head)]);
    const made = credentialOf(master, relyingParty, new Uint8Array(id));
    if (made !== null) return made;
  }
}

/** Null when this key did not make the credential, or not for this relying party. */
export function credentialOf(
  master: Uint8Array,
  relyingParty: string,
  id: Uint8Array,
): Credential | null {
  const protection = id[1];
  if (id.length !== ID_BYTES || id[0] !== FORMAT) return null;
  if (protection !== 1 && protection !== 2 && protection !== 3) return null;
  const head = id.subarray(0, 2 + NONCE_BYTES);
  if (!timingSafeEqual(tagOf(master, relyingParty, head), id.subarray(2 + NONCE_BYTES)))
    return null;
  const party = sha256(relyingParty);
  const secret = (what: string): Uint8Array => hmacSha256(master, what, party, id);
  const scalar = secret("signing key");
  const ecdh = createECDH("prime256v1");
  try {
    ecdh.setPrivateKey(scalar);
  } catch {
    // Zero or beyond the group's order, one in 2^32: this nonce gives no key.
    return null;
  }
  const point = new Uint8Array(ecdh.getPublicKey());
  const [x, y] = [point.slice(1, 33), point.slice(33, 65)];
  const privateKey = createPrivateKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", d: toText(scalar), x: toText(x), y: toText(y) },
  });
  return {
    id,
    protection,
    privateKey,
    x,
    y,
    withUv: secret("CredRandom with UV"),
    withoutUv: secret("CredRandom without UV"),
  };
}

const tagOf = (master: Uint8Array, relyingParty: string, head: Uint8Array): Uint8Array =>
  hmacSha256(master, "credential id", sha256(relyingParty), head).slice(0, TAG_BYTES);

/** The credential's public key in COSE form (RFC 9052): ES256 on P-256. */
export const cosePublicKey = ({ x, y }: Credential): Map<number, unknown> =>
  new Map<number, unknown>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, x],
    [-3, y],
  ]);
