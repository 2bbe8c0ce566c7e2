/**
 * The SSH wire encoding (RFC 4251 §5) that keys and signatures are made of, as far as Ed25519
 * (RFC 8709) and `sk-ecdsa-sha2-nistp256@openssh.com` (OpenSSH PROTOCOL.u2f) need it.
 */
import { base64url, concat, fromBase64url, fromUtf8, sha256, u32be, utf8 } from "./bytes.ts";
import { fail } from "./errors.ts";

export const ED25519 = "ssh-ed25519";
export const SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com";
const CURVE = "nistp256";
export const POINT_BYTES = 65;

export const malformed = (what: string): never => fail("SSHSIG_MALFORMED", { what });

/** `string`: u32 length, then the bytes. */
export function sshString(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return concat(u32be(bytes.length), bytes);
}

/** Reads a blob to its exact end; every departure is `SSHSIG_MALFORMED`. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  raw(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) malformed("it ends too early");
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }

  u32(): number {
    return this.raw(4).reduce((value, byte) => value * 256 + byte, 0);
  }

  string(): Uint8Array {
    return this.raw(this.u32());
  }

  text(): string {
    const bytes = this.string();
    try {
      return fromUtf8(bytes);
    } catch {
      return malformed("text");
    }
  }

  end(): void {
    if (this.#at !== this.#bytes.length) malformed("bytes after its end");
  }
}

export type WireKey =
  | { readonly type: typeof ED25519; readonly publicKey: Uint8Array }
  | { readonly type: typeof SK_ECDSA; readonly point: Uint8Array; readonly application: string };

/** RFC 8709 §4: a 32-byte Ed25519 public key. */
export function ed25519WireKey(publicKey: Uint8Array): Uint8Array {
  if (publicKey.length !== 32) malformed("public key length");
  return concat(sshString(ED25519), sshString(publicKey));
}

/** PROTOCOL.u2f: an uncompressed P-256 point (65 bytes) and the relying party's id. */
export function skEcdsaWireKey(point: Uint8Array, application: string): Uint8Array {
  if (point.length !== POINT_BYTES || point[0] !== 4) malformed("public key point");
  return concat(sshString(SK_ECDSA), sshString(CURVE), sshString(point), sshString(application));
}

/** Reads a key of either type; others are `SSHSIG_MALFORMED`. */
export function readWireKey(wire: Uint8Array): WireKey {
  const reader = new WireReader(wire);
  const type = reader.text();
  let key: WireKey;
  if (type === ED25519) {
    key = { type, publicKey: reader.string() };
    if (key.publicKey.length !== 32) malformed("public key length");
  } else if (type === SK_ECDSA) {
    if (reader.text() !== CURVE) malformed("curve");
    key = { type, point: reader.string(), application: reader.text() };
    if (key.point.length !== POINT_BYTES || key.point[0] !== 4) malformed("public key point");
  } else return malformed("key type");
  reader.end();
  return key;
}

/** Standard base64 with padding (RFC 4648 §4), as OpenSSH's files have it. */
export function base64(bytes: Uint8Array): string {
  const text = base64url(bytes).replaceAll("-", "+").replaceAll("_", "/");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** Refuses what `base64` would not have written. */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) malformed("base64");
  const bare = text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
  try {
    return fromBase64url(bare);
  } catch {
    return malformed("base64");
  }
}

/** `SHA256:…` as `ssh-keygen -lf` prints it. */
export const fingerprint = (wire: Uint8Array): string =>
  `SHA256:${base64(sha256(wire)).replace(/=+$/, "")}`;

/** Key type and base64, as in a .pub file or after the options of an allowed_signers line. */
export const publicKeyText = (wire: Uint8Array): string =>
  `${readWireKey(wire).type} ${base64(wire)}`;
