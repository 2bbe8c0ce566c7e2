/**
 * OpenSSH signatures of files (PROTOCOL.sshsig), so that a stranger checks records with
 * `ssh-keygen -Y verify`. The subset is: version 1, hash sha512, nothing reserved, keys
 * `ssh-ed25519` and `sk-ecdsa-sha2-nistp256@openssh.com`, armored as ssh-keygen writes it (70
 * columns). Exactly that is read: a signature has one spelling.
 */
import { createHash } from "node:crypto";
import { concat, equal, fromHex, sha256, utf8 } from "./bytes.ts";
import { ed25519Check, ed25519Signer } from "./ed25519.ts";
import { fail } from "./errors.ts";
import { holds, holdsAside, type PlatformCheck } from "./public-key.ts";
import {
  base64,
  ED25519,
  ed25519WireKey,
  fromBase64,
  malformed,
  publicKeyText,
  readWireKey,
  SK_ECDSA,
  skEcdsaWireKey,
  sshString,
  type WireKey,
  WireReader,
} from "./ssh-wire.ts";

const MAGIC = utf8("SSHSIG");
const VERSION = Uint8Array.of(0, 0, 0, 1);
const HASH = "sha512";
const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";
const COLUMNS = 70;
/** An armored signature of either type is under 700 characters. */
const MOST_CHARACTERS = 4096;

/** WebAuthn §6.1: user present, user verified. */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
/** rpIdHash(32) | flags(1) | signCount(4): an assertion without extensions. */
const AUTHENTICATOR_DATA_BYTES = 37;

/** The bytes that are signed: the namespace and the message's SHA-512 (PROTOCOL.sshsig §3). */
export function toBeSigned(namespace: string, message: Uint8Array): Uint8Array {
  if (namespace === "") malformed("namespace");
  const digest = createHash(HASH).update(message).digest();
  return concat(MAGIC, sshString(namespace), sshString(""), sshString(HASH), sshString(digest));
}

function armor(wireKey: Uint8Array, namespace: string, signature: Uint8Array): string {
  const blob = concat(
    MAGIC,
    VERSION,
    sshString(wireKey),
    sshString(namespace),
    sshString(""),
    sshString(HASH),
    sshString(signature),
  );
  const lines = base64(blob).match(new RegExp(`.{1,${COLUMNS}}`, "g")) ?? [];
  return [BEGIN, ...lines, END, ""].join("\n");
}

interface Sshsig {
  readonly wireKey: Uint8Array;
  readonly namespace: string;
  /** Type string, then the type's own fields. */
  readonly signature: Uint8Array;
}

function dearmor(armored: string): Sshsig {
  const lines = armored.length > MOST_CHARACTERS ? [] : armored.split("\n");
  if (lines.length < 4 || lines[0] !== BEGIN || lines.at(-2) !== END || lines.at(-1) !== "")
    malformed("armor");
  const body = lines.slice(1, -2);
  const even = body.slice(0, -1).every(({ length }) => length === COLUMNS);
  const last = body.at(-1)?.length ?? 0;
  if (!even || last < 1 || last > COLUMNS) malformed("armor");
  const reader = new WireReader(fromBase64(body.join("")));
  if (!equal(reader.raw(MAGIC.length), MAGIC)) malformed("magic");
  if (!equal(reader.raw(VERSION.length), VERSION)) malformed("version");
  const wireKey = reader.string();
  const namespace = reader.text();
  if (reader.string().length !== 0) malformed("reserved field");
  if (reader.text() !== HASH) malformed("hash algorithm");
  const signature = reader.string();
  reader.end();
  return { wireKey, namespace, signature };
}

/** An Ed25519 key that signs files: armored signatures. */
export interface SshSigner {
  readonly wireKey: Uint8Array;
  sign(namespace: string, message: Uint8Array): string;
  wipe(): void;
}

/** Of the 32-byte seed. */
export async function sshSigner(seed: Uint8Array): Promise<SshSigner> {
  const { publicKey, sign, wipe } = await ed25519Signer(seed);
  const wireKey = ed25519WireKey(publicKey);
  return {
    wireKey,
    sign: (namespace, message) => {
      const signature = sign(toBeSigned(namespace, message));
      return armor(wireKey, namespace, concat(sshString(ED25519), sshString(signature)));
    },
    wipe,
  };
}

/** Signs once with the 32-byte seed of an Ed25519 key; gives the armored signature. */
export async function signEd25519(request: {
  readonly seed: Uint8Array;
  readonly namespace: string;
  readonly message: Uint8Array;
}): Promise<string> {
  const signer = await sshSigner(request.seed);
  try {
    return signer.sign(request.namespace, request.message);
  } finally {
    signer.wipe();
  }
}

/** What a security key is asked to sign: the clientDataHash of PROTOCOL.u2f, 32 bytes. */
export const approvalDigest = (namespace: string, message: Uint8Array): Uint8Array =>
  sha256(toBeSigned(namespace, message));

/**
 * A security key's assertion over `approvalDigest` as an armored signature. `SSHSIG_MALFORMED`
 * when the assertion has extensions, is for another application, or lacks presence or verification.
 */
export function assembleSkEcdsa(request: {
  /** Uncompressed P-256 point, 65 bytes. */
  readonly point: Uint8Array;
  /** The relying party's id: `ssh:pullstation`. */
  readonly application: string;
  readonly namespace: string;
  readonly authenticatorData: Uint8Array;
  /** ASN.1 DER. */
  readonly signature: Uint8Array;
}): string {
  const { point, application, namespace, authenticatorData } = request;
  if (authenticatorData.length !== AUTHENTICATOR_DATA_BYTES) malformed("authenticator data");
  if (!equal(authenticatorData.subarray(0, 32), sha256(utf8(application))))
    malformed("application");
  requireUser(authenticatorData[32] ?? 0);
  const [r, s] = readDer(request.signature);
  const body = concat(
    sshString(SK_ECDSA),
    sshString(concat(sshString(r), sshString(s))),
    authenticatorData.subarray(32),
  );
  return armor(skEcdsaWireKey(point, application), namespace, body);
}

export interface Verified {
  readonly keyType: typeof ED25519 | typeof SK_ECDSA;
  readonly wireKey: Uint8Array;
}

export interface Signature {
  readonly armored: string;
  readonly namespace: string;
  readonly message: Uint8Array;
}

/**
 * The key whose signature this is; whether that key may sign is the caller's question. Throws
 * `SSHSIG_MALFORMED`, `SSHSIG_NAMESPACE` (signed for another purpose) or `SIGNATURE_INVALID`.
 */
export function verifySshsig(request: Signature): Verified {
  const { verified, check } = open(request);
  return check !== null && holds(check) ? verified : fail("SIGNATURE_INVALID");
}

/** The same on the platform's own threads: for many at once. */
export async function verifySshsigAside(request: Signature): Promise<Verified> {
  const { verified, check } = open(request);
  return check !== null && (await holdsAside(check)) ? verified : fail("SIGNATURE_INVALID");
}

/** Everything but the arithmetic, which `check` asks for; null when there is nothing to ask. */
function open(request: Signature): { verified: Verified; check: PlatformCheck | null } {
  const { wireKey, namespace, signature } = dearmor(request.armored);
  if (namespace !== request.namespace)
    fail("SSHSIG_NAMESPACE", { namespace: printable(namespace), expected: request.namespace });
  const key = readWireKey(wireKey);
  const reader = new WireReader(signature);
  if (reader.text() !== key.type) malformed("signature type");
  const signed = toBeSigned(namespace, request.message);
  return {
    verified: { keyType: key.type, wireKey },
    check:
      key.type === ED25519
        ? ed25519Check(key.publicKey, signed, readEd25519(reader))
        : skCheck(key, signed, reader),
  };
}

function readEd25519(reader: WireReader): Uint8Array {
  const signature = reader.string();
  reader.end();
  return signature;
}

/** RFC 5480: SubjectPublicKeyInfo of an uncompressed P-256 point before its 65 bytes. */
const P256_SPKI_PREFIX = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

/** PROTOCOL.u2f: the key signed SHA-256(application) | flags | counter | SHA-256(signed). */
function skCheck(
  key: Extract<WireKey, { type: typeof SK_ECDSA }>,
  signed: Uint8Array,
  reader: WireReader,
): PlatformCheck {
  const pair = new WireReader(reader.string());
  const flags = reader.raw(1);
  const counter = reader.raw(4);
  reader.end();
  requireUser(flags[0] ?? 0);
  const der = writeDer(mpint(pair.string()), mpint(pair.string()));
  pair.end();
  return {
    hash: "sha256",
    spki: concat(P256_SPKI_PREFIX, key.point),
    message: concat(sha256(utf8(key.application)), flags, counter, sha256(signed)),
    signature: der,
  };
}

function requireUser(flags: number): void {
  if ((flags & USER_PRESENT) === 0) malformed("no user presence");
  if ((flags & USER_VERIFIED) === 0) malformed("no user verification");
  if ((flags & 0xc0) !== 0) malformed("extensions");
}

/** A positive integer in its shortest two's-complement form; mpint and DER INTEGER agree on it. */
function mpint(bytes: Uint8Array): Uint8Array {
  const [first = 0x80, second = 0x80] = bytes;
  const short = first !== 0 || second >= 0x80;
  return bytes.length >= 1 && bytes.length <= 33 && first < 0x80 && short
    ? bytes
    : malformed("integer");
}

const writeDer = (r: Uint8Array, s: Uint8Array): Uint8Array =>
  concat(
    Uint8Array.of(0x30, r.length + s.length + 4, 0x02, r.length),
    r,
    Uint8Array.of(0x02, s.length),
    s,
  );

/** ECDSA-Sig-Value (RFC 3279): refused unless `writeDer` would give the same bytes. */
function readDer(der: Uint8Array): [Uint8Array, Uint8Array] {
  const length = der[3] ?? 0;
  const r = mpint(der.subarray(4, 4 + length));
  const s = mpint(der.subarray(6 + length));
  return equal(writeDer(r, s), der) ? [r, s] : malformed("DER signature");
}

const printable = (text: string): string => text.replaceAll(/[^ -~]/g, "?").slice(0, 64);

/** One line of allowed_signers. The namespaces stand on every line: without them any purpose fits. */
export function allowedSignersLine(
  principal: string,
  namespaces: readonly string[],
  wireKey: Uint8Array,
): string {
  if (!/^[!-~]+$/.test(principal) || /[",*?!#]/.test(principal)) malformed("principal");
  if (namespaces.length === 0 || !namespaces.every((name) => /^[a-z0-9@.-]+$/.test(name)))
    malformed("namespace");
  return `${principal} namespaces="${namespaces.join(",")}" ${publicKeyText(wireKey)}\n`;
}
