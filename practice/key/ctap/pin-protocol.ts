import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  type ECDH,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { needed, type Params } from "./cbor.ts";
import { decline, STATUS } from "./status.ts";

export type PinProtocolVersion = 1 | 2;

const NO_IV = new Uint8Array(16);
const COSE = { kty: 1, alg: 3, crv: -1, x: -2, y: -3 } as const;

export const sha256 = (...parts: readonly (Uint8Array | string)[]): Uint8Array => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
export const hmacSha256 = (
  key: Uint8Array,
  ...parts: readonly (Uint8Array | string)[]
): Uint8Array => {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return new Uint8Array(mac.digest());
};

const cbc = (key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array => {
  const cipher = createCipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]));
};
const uncbc = (key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array => {
  const cipher = createDecipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
  return new Uint8Array(Buffer.concat([cipher.update(sealed), cipher.final()]));
};

/** What differs between the two PIN/UV auth protocols (CTAP 2.1 §6.5.6, §6.5.7). */
interface Suite {
  readonly tokenBytes: number;
  /** From the x coordinate of the shared point to the shared secret. */
  derive(x: Uint8Array): Uint8Array;
  encrypt(secret: Uint8Array, plain: Uint8Array): Uint8Array;
  decrypt(secret: Uint8Array, sealed: Uint8Array): Uint8Array;
  authenticate(key: Uint8Array, message: Uint8Array): Uint8Array;
}

const one: Suite = {
  tokenBytes: 16,
  derive: (x) => sha256(x),
  encrypt: (secret, plain) => cbc(secret, NO_IV, plain),
  decrypt: (secret, sealed) => uncbc(secret, NO_IV, sealed),
  authenticate: (key, message) => hmacSha256(key, message).slice(0, 16),
};

const two: Suite = {
  tokenBytes: 32,
  derive: (x) => {
    const half = (info: string): Uint8Array =>
      new Uint8Array(hkdfSync("sha256", x, new Uint8Array(32), info, 32));
    return new Uint8Array(Buffer.concat([half("CTAP2 HMAC key"), half("CTAP2 AES key")]));
  },
  encrypt: (secret, plain) => {
    const iv = new Uint8Array(randomBytes(16));
    return new Uint8Array(Buffer.concat([iv, cbc(secret.subarray(32), iv, plain)]));
  },
  decrypt: (secret, sealed) =>
    uncbc(secret.subarray(32), sealed.subarray(0, 16), sealed.subarray(16)),
  authenticate: (key, message) => hmacSha256(key.subarray(0, 32), message),
};

/** The authenticator's side of one PIN/UV auth protocol: its key agreement key lives in memory. */
export class PinProtocol {
  readonly version: PinProtocolVersion;
  readonly #suite: Suite;
  #key: ECDH;

  constructor(version: PinProtocolVersion) {
    this.version = version;
    this.#suite = version === 1 ? one : two;
    this.#key = createECDH("prime256v1");
    this.#key.generateKeys();
  }

  /** A fresh key agreement key: after each wrong PIN. */
  regenerate(): void {
    this.#key = createECDH("prime256v1");
    this.#key.generateKeys();
  }

  newToken(): Uint8Array {
    return new Uint8Array(randomBytes(this.#suite.tokenBytes));
  }

  publicKey(): Map<number, unknown> {
    const point = new Uint8Array(this.#key.getPublicKey());
    return new Map<number, unknown>([
      [COSE.kty, 2],
      [COSE.alg, -25],
      [COSE.crv, 1],
      [COSE.x, point.slice(1, 33)],
      [COSE.y, point.slice(33, 65)],
    ]);
  }

  decapsulate(peer: Params): Uint8Array {
    const [x, y] = [needed(peer.bytes(COSE.x)), needed(peer.bytes(COSE.y))];
    const suits =
      peer.integer(COSE.kty) === 2 &&
      peer.integer(COSE.crv) === 1 &&
      peer.integer(COSE.alg) === -25 &&
      x.length === 32 &&
      y.length === 32;
    if (!suits) return decline(STATUS.invalidParameter);
    try {
      const shared = this.#key.computeSecret(Buffer.concat([Buffer.of(4), x, y]));
      return this.#suite.derive(new Uint8Array(shared));
    } catch {
      // Not a point of the curve.
      return decline(STATUS.invalidParameter);
    }
  }

  encrypt(secret: Uint8Array, plain: Uint8Array): Uint8Array {
    return this.#suite.encrypt(secret, plain);
  }

  /** Whole blocks only; protocol 2 begins with its IV. */
  decrypt(secret: Uint8Array, sealed: Uint8Array): Uint8Array {
    const least = this.version === 1 ? 16 : 32;
    if (sealed.length < least || sealed.length % 16 !== 0) return decline(STATUS.invalidParameter);
    return this.#suite.decrypt(secret, sealed);
  }

  verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    const right = this.#suite.authenticate(key, message);
    return right.length === signature.length && timingSafeEqual(right, signature);
  }
}
