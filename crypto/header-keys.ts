import { base64url } from "./bytes.ts";
import type { Json } from "./canonical.ts";
import { fail } from "./errors.ts";
import { fieldReaders } from "./fields.ts";
import {
  BOX_ENCAPSULATION_BYTES,
  BOX_PUBLIC_KEY_BYTES,
  SEC1_POINT_BYTES,
  SECRET_BYTES,
  WRAP_BYTES,
} from "./sizes.ts";
import type { Wrap } from "./wrap.ts";

/** The security keys that a header names. */

/** AAGUID of the software key: required in a practice vault, refused in a real one. */
export const PRACTICE_AAGUID = "50524143-5449-4345-4b45-590000000001";

interface CredentialEntry {
  readonly kind: "fido2";
  /** Letters, digits, dot, dash and underscore: it becomes the principal approver:<label>. */
  readonly label: string;
  readonly credentialId: Uint8Array;
  readonly aaguid: string;
  /** ES256 public key, SEC1 point. */
  readonly publicKey: Uint8Array;
}

/** What H is wrapped to: the X-Wing public key that the key's answer yields, and the wrap. */
interface Wrapped extends Wrap {
  readonly pk: Uint8Array;
}

/** A key whose touch opens. */
export interface OpenKey extends CredentialEntry, Wrapped {
  readonly use: "open";
  /** hmac-secret salt, 32 bytes. */
  readonly salt: Uint8Array;
}

/** A reviewer's key: signs approvals, opens nothing. */
export interface ApproveKey extends CredentialEntry {
  readonly use: "approve";
}

export type CredentialKey = OpenKey | ApproveKey;

/** A YubiKey's OTP slot that opens beside FIDO2 keys. It has no credential and can't approve. */
export interface SlotKey extends Wrapped {
  readonly kind: "otp";
  readonly use: "open";
  readonly label: string;
  readonly slot: 1 | 2;
  /** The YubiKey's serial number; null in practice, where no key has one. */
  readonly serial: number | null;
  /** The slot answers only to a finger: seen at its enrolment. */
  readonly touch: true;
  /** What is asked of the slot in this epoch, 32 bytes. */
  readonly challenge: Uint8Array;
}

export type HeaderKey = CredentialKey | SlotKey;

export const isCredential = (key: HeaderKey): key is CredentialKey => key.kind === "fido2";
export const isSlot = (key: HeaderKey): key is SlotKey => key.kind === "otp";

/** Fewer FIDO2 keys that open stand in no real vault, and beside no OTP slot. */
export const FIDO2_LEAST = 2;

const read = fieldReaders((field, why) => fail("HEADER_INVALID", { field, why }));
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of a security key: it becomes part of a principal's name. */
export const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

const wrappedJson = ({ pk, enc, wrap }: Wrapped): { readonly [key: string]: Json } => ({
  pk: base64url(pk),
  enc: base64url(enc),
  wrap: base64url(wrap),
});

export function keyJson(key: HeaderKey): Json {
  if (key.kind === "otp") {
    const { kind, use, label, slot, serial, touch, challenge } = key;
    const entry = { kind, use, label, slot, serial, touch, challenge: base64url(challenge) };
    return { ...entry, ...wrappedJson(key) };
  }
  const { kind, use, label, aaguid } = key;
  const entry = {
    kind,
    use,
    label,
    aaguid,
    credentialId: base64url(key.credentialId),
    publicKey: base64url(key.publicKey),
  };
  if (key.use === "approve") return entry;
  return { ...entry, salt: base64url(key.salt), ...wrappedJson(key) };
}

const WRAPPED = ["pk", "enc", "wrap"];
const CREDENTIAL_FIELDS = ["kind", "use", "label", "aaguid", "credentialId", "publicKey"];
const OPEN_FIELDS = [...CREDENTIAL_FIELDS, "salt", ...WRAPPED];
const SLOT_FIELDS = ["kind", "use", "label", "slot", "serial", "touch", "challenge", ...WRAPPED];

type Entry = { readonly [key: string]: Json };

const readWrapped = (entry: Entry, at: string): Wrapped => ({
  pk: read.bytes(entry["pk"], `${at}.pk`, BOX_PUBLIC_KEY_BYTES),
  enc: read.bytes(entry["enc"], `${at}.enc`, BOX_ENCAPSULATION_BYTES),
  wrap: read.bytes(entry["wrap"], `${at}.wrap`, WRAP_BYTES),
});

const readLabel = (entry: Entry, at: string): string =>
  read.match(entry["label"], `${at}.label`, LABEL);

function readSlot(json: Json, at: string): SlotKey {
  const entry = read.record(json, at, SLOT_FIELDS);
  const challenge = read.bytes(entry["challenge"], `${at}.challenge`, SECRET_BYTES);
  // A slot set to shorten challenges (HMAC_LT64) would drop such an end as padding.
  const last = challenge.at(-1);
  if (last === 0 || last === challenge.at(-2))
    fail("HEADER_INVALID", { field: `${at}.challenge`, why: "a slot may shorten it" });
  if (entry["touch"] !== true)
    fail("HEADER_INVALID", { field: `${at}.touch`, why: "a slot must ask for a touch" });
  return {
    kind: "otp",
    use: read.oneOf(entry["use"], `${at}.use`, ["open"]),
    label: readLabel(entry, at),
    slot: read.integer(entry["slot"], `${at}.slot`, 1, 2) === 1 ? 1 : 2,
    serial:
      entry["serial"] === null
        ? null
        : read.integer(entry["serial"], `${at}.serial`, 1, 0xffff_ffff),
    touch: true,
    challenge,
    ...readWrapped(entry, at),
  };
}

function readCredential(json: Json, at: string, use: CredentialKey["use"]): CredentialKey {
  const entry = read.record(json, at, use === "open" ? OPEN_FIELDS : CREDENTIAL_FIELDS);
  const common: CredentialEntry = {
    kind: "fido2",
    label: readLabel(entry, at),
    aaguid: read.match(entry["aaguid"], `${at}.aaguid`, UUID),
    credentialId: read.bytes(entry["credentialId"], `${at}.credentialId`, 16, 1023),
    publicKey: read.bytes(entry["publicKey"], `${at}.publicKey`, SEC1_POINT_BYTES),
  };
  if (common.publicKey[0] !== 4)
    fail("HEADER_INVALID", { field: `${at}.publicKey`, why: "not an uncompressed point" });
  if (use === "approve") return { ...common, use };
  const salt = read.bytes(entry["salt"], `${at}.salt`, SECRET_BYTES);
  return { ...common, use, salt, ...readWrapped(entry, at) };
}

/** One entry, strictly: HEADER_INVALID names the field. */
export function readKey(json: Json, at: string): HeaderKey {
  const entry = read.record(json, at, ["kind", "use"], [...OPEN_FIELDS, ...SLOT_FIELDS]);
  const kind = read.oneOf(entry["kind"], `${at}.kind`, ["fido2", "otp"]);
  if (kind === "otp") return readSlot(json, at);
  return readCredential(json, at, read.oneOf(entry["use"], `${at}.use`, ["open", "approve"]));
}

/** Rules between the keys: HEADER_INVALID, PRACTICE_AND_REAL_MIXED. */
export function checkKeys(mode: "PRACTICE" | "REAL", keys: readonly HeaderKey[]): void {
  const credentials = keys.filter(isCredential);
  const slots = keys.filter(isSlot);
  const opening = credentials.filter((key) => key.use === "open");
  const unique = (values: readonly Uint8Array[], at: string): void =>
    read.distinct(values.map(base64url), at);
  read.distinct(
    keys.map(({ label }) => label),
    "keys.label",
  );
  unique(
    credentials.map(({ credentialId }) => credentialId),
    "keys.credentialId",
  );
  unique(
    opening.map(({ salt }) => salt),
    "keys.salt",
  );
  unique(
    slots.map(({ challenge }) => challenge),
    "keys.challenge",
  );
  unique(
    [...opening, ...slots].map(({ pk }) => pk),
    "keys.pk",
  );
  if (slots.length > 0 && opening.length < FIDO2_LEAST)
    fail("HEADER_INVALID", { field: "keys", why: "too few FIDO2 keys beside an OTP slot" });
  if (opening.length < (mode === "REAL" ? FIDO2_LEAST : 1))
    fail("HEADER_INVALID", { field: "keys", why: "too few keys that open" });
  const practised = [
    ...credentials.map(({ aaguid }) => aaguid === PRACTICE_AAGUID),
    ...slots.map(({ serial }) => serial === null),
  ];
  if (practised.includes(mode === "REAL")) fail("PRACTICE_AND_REAL_MIXED", { mode });
}
