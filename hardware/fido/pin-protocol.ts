import { createCipheriv, createDecipheriv, createECDH, createHmac, hkdfSync } from "node:crypto";
import { concat, sha256, utf8 } from "../../crypto/bytes.ts";
import type { Entropy } from "../../crypto/entropy.ts";
import { malformed } from "../errors.ts";
import { bytesAt, type CborMap, wholeAt } from "./cbor.ts";

/** PIN/UV auth protocols one and two, the platform's half (CTAP 2.1 §6.5.4, §6.5.6, §6.5.7). */
export type Protocol = 1 | 2;

/** What an exchange of secrets draws; tests and replays inject both. */
export interface Draw {
  readonly bytes: Entropy;
  /** A fresh P-256 private key, 32 bytes big-endian. Secret. */
  readonly scalar: () => Uint8Array;
}

const BLOCK = 16;
const KEY_BYTES = 32;
const ZERO_IV = new Uint8Array(BLOCK);
const SHORT_MAC = 16;

/** Draws until the number is in range: 1 in 2^32 draws is not. */
export const drawFrom = (bytes: Entropy): Draw => ({
  bytes,
  scalar: () => {
    for (;;) {
      const scalar = bytes(KEY_BYTES);
      try {
        createECDH("prime256v1").setPrivateKey(scalar);
        return scalar;
      } catch {
        scalar.fill(0);
      }
    }
  },
});

/** `authenticate` of the spec: with a shared secret's MAC key, or with a pinUvAuthToken as the key. */
export function authenticate(protocol: Protocol, key: Uint8Array, message: Uint8Array): Uint8Array {
  const mac = new Uint8Array(createHmac("sha256", key).update(message).digest());
  return protocol === 1 ? mac.subarray(0, SHORT_MAC) : mac;
}

/** A secret that this client and the key share, for one exchange: `wipe()` it afterwards. */
export class SharedSecret {
  readonly protocol: Protocol;
  /** Our half of the key agreement, as COSE, to send along. */
  readonly platformKey: CborMap;
  readonly #aesKey: Uint8Array;
  readonly #macKey: Uint8Array;
  readonly #entropy: Entropy;

  private constructor(
    protocol: Protocol,
    platformKey: CborMap,
    keys: { readonly aes: Uint8Array; readonly mac: Uint8Array },
    entropy: Entropy,
  ) {
    this.protocol = protocol;
    this.platformKey = platformKey;
    this.#aesKey = keys.aes;
    this.#macKey = keys.mac;
    this.#entropy = entropy;
  }

  /** `peer`: the COSE key of getKeyAgreement. A point off the curve is KEY_ANSWER_INVALID. */
  static agree(protocol: Protocol, peer: CborMap, draw: Draw): SharedSecret {
    if (wholeAt(peer, 1) !== 2 || wholeAt(peer, -1) !== 1) malformed("the key agreement's curve");
    const point = concat(Uint8Array.of(4), bytesAt(peer, -2, 32), bytesAt(peer, -3, 32));
    const pair = createECDH("prime256v1");
    const scalar = draw.scalar();
    pair.setPrivateKey(scalar);
    scalar.fill(0);
    const own = new Uint8Array(pair.getPublicKey());
    let z: Uint8Array;
    try {
      z = new Uint8Array(pair.computeSecret(point));
    } catch {
      return malformed("the key agreement's point");
    }
    const keys = protocol === 1 ? keysOfOne(z) : keysOfTwo(z);
    z.fill(0);
    const platformKey = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, own.subarray(1, 33)],
      [-3, own.subarray(33)],
    ]);
    return new SharedSecret(protocol, platformKey, keys, draw.bytes);
  }

  /** `plain`: whole blocks of 16 bytes. Protocol two puts a fresh IV in front. */
  encrypt(plain: Uint8Array): Uint8Array {
    const iv = this.protocol === 1 ? ZERO_IV : this.#entropy(BLOCK);
    const cipher = createCipheriv("aes-256-cbc", this.#aesKey, iv).setAutoPadding(false);
    const text = concat(cipher.update(plain), cipher.final());
    return this.protocol === 1 ? text : concat(iv, text);
  }

  /** Secret. Anything but whole blocks is KEY_ANSWER_INVALID. */
  decrypt(text: Uint8Array): Uint8Array {
    const skip = this.protocol === 1 ? 0 : BLOCK;
    if (text.length % BLOCK !== 0 || text.length <= skip) return malformed("an encrypted field");
    const iv = this.protocol === 1 ? ZERO_IV : text.subarray(0, BLOCK);
    const cipher = createDecipheriv("aes-256-cbc", this.#aesKey, iv).setAutoPadding(false);
    const first = cipher.update(text.subarray(skip));
    const plain = concat(first, cipher.final());
    first.fill(0);
    return plain;
  }

  authenticate(message: Uint8Array): Uint8Array {
    return authenticate(this.protocol, this.#macKey, message);
  }

  wipe(): void {
    this.#aesKey.fill(0);
    this.#macKey.fill(0);
  }
}

function keysOfOne(z: Uint8Array): { aes: Uint8Array; mac: Uint8Array } {
  const both = sha256(z);
  return { aes: both, mac: both };
}

function keysOfTwo(z: Uint8Array): { aes: Uint8Array; mac: Uint8Array } {
  const derived = (info: string): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", z, new Uint8Array(KEY_BYTES), utf8(info), KEY_BYTES));
  return { mac: derived("CTAP2 HMAC key"), aes: derived("CTAP2 AES key") };
}
