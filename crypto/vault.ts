import { concat, sha256, u32be, utf8 } from "./bytes.ts";
import { ed25519PublicKey, ed25519Sign, ed25519Verify } from "./ed25519.ts";
import type { Epoch } from "./epoch.ts";
import { fail } from "./errors.ts";
import { type Header, headerBytes, parseHeader } from "./header.ts";
import { label } from "./hkdf.ts";
import type { SecretBytes } from "./secret.ts";
import { NONCE_BYTES } from "./sizes.ts";

/**
 * The vault file, format BGVAULT1:
 *
 *     "BGVAULT1" | u32be headerLength | u32be cipherLength | header | nonce24 | ciphertext | signature64
 *
 * The signature is Ed25519 by the header's own vault key over "BGV1 file\0" | SHA-256(all bytes
 * before it). It shows damage, not origin: who a vault key is, records and pins say.
 */
const MAGIC = "BGVAULT1";
const PREFIX_BYTES = 16;
const SIGNATURE_BYTES = 64;
const HEADER_MOST = 512 * 1024;
const CIPHER_MOST = 4 * 1024 * 1024 + 16;
/** No vault is larger: check a file's size before reading it into memory. */
export const VAULT_BYTES_MOST =
  PREFIX_BYTES + HEADER_MOST + NONCE_BYTES + CIPHER_MOST + SIGNATURE_BYTES;

/** A vault file that is whole and signed by its own key: nothing secret, nothing opened. */
export interface ParsedVault {
  readonly header: Header;
  readonly epoch: Epoch;
  /** SHA-256 of the file, 32 bytes: what pins and records name. */
  readonly fileHash: Uint8Array;
  /** What the payload's authentication covers besides itself: SHA-256(prefix | header). */
  readonly aad: Uint8Array;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const u32At = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

const signedPart = (body: Uint8Array): Uint8Array => concat(label("BGV1 file"), sha256(body));

/** Lengths of the parts, from the first 16 bytes and the file's length alone. */
function measure(bytes: Uint8Array): { readonly header: number; readonly cipher: number } {
  const start = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC) {
    if (MAGIC.startsWith(start)) fail("VAULT_TRUNCATED");
    const version = /^BGVAULT(?<version>[0-9A-Z])$/.exec(start)?.groups?.["version"];
    fail(version === undefined ? "NOT_A_VAULT" : "VAULT_VERSION_UNKNOWN", {
      ...(version !== undefined && { version }),
    });
  }
  if (bytes.length < PREFIX_BYTES) fail("VAULT_TRUNCATED");
  const header = u32At(bytes, 8);
  const cipher = u32At(bytes, 12);
  if (header > HEADER_MOST || cipher > CIPHER_MOST) fail("VAULT_TOO_LARGE");
  const length = PREFIX_BYTES + header + NONCE_BYTES + cipher + SIGNATURE_BYTES;
  if (bytes.length < length) fail("VAULT_TRUNCATED");
  if (bytes.length > length) fail("VAULT_TRAILING_BYTES");
  return { header, cipher };
}

/**
 * Reads a vault file: sizes first, then the strict header, then the signature over the stored
 * bytes. Every other file is refused with a code of this room; no memory beyond the file's size and
 * no KDF is spent on one.
 */
export function parseVault(bytes: Uint8Array): ParsedVault {
  const length = measure(bytes);
  const nonceAt = PREFIX_BYTES + length.header;
  const cipherAt = nonceAt + NONCE_BYTES;
  const end = cipherAt + length.cipher;
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, nonceAt));
  const signed = signedPart(bytes.subarray(0, end));
  if (!ed25519Verify(header.vaultKey, signed, bytes.subarray(end))) fail("VAULT_SIGNATURE_INVALID");
  return {
    header,
    epoch: header.epoch,
    fileHash: sha256(bytes),
    aad: sha256(bytes.subarray(0, nonceAt)),
    nonce: bytes.slice(nonceAt, cipherAt),
    ciphertext: bytes.slice(cipherAt, end),
  };
}

/** The bytes before the nonce, and their hash: what the payload is bound to. */
export function vaultStart(
  header: Header,
  cipherLength: number,
): { readonly start: Uint8Array; readonly aad: Uint8Array } {
  const json = headerBytes(header);
  if (json.length > HEADER_MOST || cipherLength > CIPHER_MOST) fail("VAULT_TOO_LARGE");
  const start = concat(utf8(MAGIC), u32be(json.length), u32be(cipherLength), json);
  return { start, aad: sha256(start) };
}

/** Joins the parts and signs them with the vault key's 32-byte seed. */
export async function vaultFile(
  start: Uint8Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  vaultKeySeed: SecretBytes,
): Promise<Uint8Array> {
  const body = concat(start, nonce, ciphertext);
  return concat(body, await ed25519Sign(vaultKeySeed.expose(), signedPart(body)));
}

/** The public half of a vault key's seed. */
export const vaultPublicKey = (vaultKeySeed: SecretBytes): Promise<Uint8Array> =>
  ed25519PublicKey(vaultKeySeed.expose());
