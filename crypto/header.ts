import { base64url, equal } from "./bytes.ts";
import { canonical, type Json, parseCanonical } from "./canonical.ts";
import { type Epoch, vaultIdOf } from "./epoch.ts";
import { fail } from "./errors.ts";
import { fieldReaders } from "./fields.ts";
import { checkKdf, KDF_FLOOR, KDF_REAL, KDF_SALT_BYTES, type KdfParams } from "./kdf-bounds.ts";
import {
  BOX_ENCAPSULATION_BYTES,
  BOX_PUBLIC_KEY_BYTES,
  ID_BYTES,
  SEC1_POINT_BYTES,
  SECRET_BYTES,
  WRAP_BYTES,
} from "./sizes.ts";

/** AAGUID of the software key: required in a practice vault, refused in a real one. */
export const PRACTICE_AAGUID = "50524143-5449-4345-4b45-590000000001";

export interface Custodian {
  /** 1…n, what people say. */
  readonly place: number;
  readonly name: string;
  /** Where the share lies on the polynomial, 1…255; internal. */
  readonly x: number;
  /** Argon2id salt, 16 bytes. */
  readonly salt: Uint8Array;
  /** SHA-256 commitments: to the share, and to the card. */
  readonly commitment: Uint8Array;
  readonly cardHash: Uint8Array;
}

interface KeyEntry {
  readonly kind: "fido2";
  /** Letters, digits, dot, dash and underscore: it becomes the principal approver:<label>. */
  readonly label: string;
  readonly credentialId: Uint8Array;
  readonly aaguid: string;
  /** ES256 public key, SEC1 point. */
  readonly publicKey: Uint8Array;
}

/** A key whose touch opens: H is wrapped to the X-Wing public key `pk`. */
export interface OpenKey extends KeyEntry {
  readonly use: "open";
  /** hmac-secret salt, 32 bytes. */
  readonly salt: Uint8Array;
  readonly pk: Uint8Array;
  readonly enc: Uint8Array;
  readonly wrap: Uint8Array;
}

/** A reviewer's key: signs approvals, opens nothing. */
export interface ApproveKey extends KeyEntry {
  readonly use: "approve";
}

export type HeaderKey = OpenKey | ApproveKey;

/** Everything public about a vault: what `inspect` prints. */
export interface Header {
  readonly mode: "PRACTICE" | "REAL";
  readonly epoch: Epoch;
  readonly name: string;
  /** RFC 3339 UTC */
  readonly createdAt: string;
  /** k; n is the number of custodians. */
  readonly threshold: number;
  readonly custodians: readonly Custodian[];
  readonly keys: readonly HeaderKey[];
  readonly kdf: KdfParams;
  /** This epoch's Ed25519 public key. */
  readonly vaultKey: Uint8Array;
  /** Salt and committing check of the key that quorum and touch derive together, 32 bytes each. */
  readonly salt: Uint8Array;
  readonly check: Uint8Array;
  /** Keyboard layout on which the passphrases were typed. */
  readonly keyboard: string;
  /** SHA-256 of the runbook, hex as sha256sum prints it. */
  readonly runbookSha256: string;
}

const KEYS_MOST = 16;
const read = fieldReaders((field, why) => fail("HEADER_INVALID", { field, why }));
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

function keyJson(key: HeaderKey): Json {
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
  return {
    ...entry,
    salt: base64url(key.salt),
    pk: base64url(key.pk),
    enc: base64url(key.enc),
    wrap: base64url(key.wrap),
  };
}

/** The header as JSON: the one that the file holds. */
export function headerJson(header: Header): { readonly [key: string]: Json } {
  const { mode, name, createdAt, threshold, keyboard, runbookSha256, kdf } = header;
  return {
    mode,
    vaultId: base64url(header.epoch.vaultId),
    epoch: header.epoch.epoch,
    setId: base64url(header.epoch.setId),
    name,
    createdAt,
    threshold,
    custodians: header.custodians.map((custodian) => ({
      place: custodian.place,
      name: custodian.name,
      x: custodian.x,
      salt: base64url(custodian.salt),
      commitment: base64url(custodian.commitment),
      cardHash: base64url(custodian.cardHash),
    })),
    keys: header.keys.map(keyJson),
    kdf: {
      algorithm: "argon2id-13",
      memoryKiB: kdf.memoryKiB,
      passes: kdf.passes,
      lanes: kdf.lanes,
    },
    vaultKey: base64url(header.vaultKey),
    salt: base64url(header.salt),
    check: base64url(header.check),
    keyboard,
    runbookSha256,
  };
}

function readCustodian(json: Json, at: string): Custodian {
  const entry = read.record(json, at, ["place", "name", "x", "salt", "commitment", "cardHash"]);
  return {
    place: read.integer(entry["place"], `${at}.place`, 1, 255),
    name: read.name(entry["name"], `${at}.name`),
    x: read.integer(entry["x"], `${at}.x`, 1, 255),
    salt: read.bytes(entry["salt"], `${at}.salt`, KDF_SALT_BYTES),
    commitment: read.bytes(entry["commitment"], `${at}.commitment`, SECRET_BYTES),
    cardHash: read.bytes(entry["cardHash"], `${at}.cardHash`, SECRET_BYTES),
  };
}

const KEY_FIELDS = ["kind", "use", "label", "aaguid", "credentialId", "publicKey"];
const OPEN_FIELDS = ["salt", "pk", "enc", "wrap"];

function readKey(json: Json, at: string): HeaderKey {
  const anyKind = read.record(json, at, KEY_FIELDS, OPEN_FIELDS);
  const use = read.oneOf(anyKind["use"], `${at}.use`, ["open", "approve"]);
  const entry = read.record(
    json,
    at,
    use === "open" ? [...KEY_FIELDS, ...OPEN_FIELDS] : KEY_FIELDS,
  );
  const common: KeyEntry = {
    kind: read.oneOf(entry["kind"], `${at}.kind`, ["fido2"]),
    label: read.match(entry["label"], `${at}.label`, LABEL),
    aaguid: read.match(entry["aaguid"], `${at}.aaguid`, UUID),
    credentialId: read.bytes(entry["credentialId"], `${at}.credentialId`, 16, 1023),
    publicKey: read.bytes(entry["publicKey"], `${at}.publicKey`, SEC1_POINT_BYTES),
  };
  if (common.publicKey[0] !== 4)
    fail("HEADER_INVALID", { field: `${at}.publicKey`, why: "not an uncompressed point" });
  if (use === "approve") return { ...common, use };
  return {
    ...common,
    use,
    salt: read.bytes(entry["salt"], `${at}.salt`, SECRET_BYTES),
    pk: read.bytes(entry["pk"], `${at}.pk`, BOX_PUBLIC_KEY_BYTES),
    enc: read.bytes(entry["enc"], `${at}.enc`, BOX_ENCAPSULATION_BYTES),
    wrap: read.bytes(entry["wrap"], `${at}.wrap`, WRAP_BYTES),
  };
}

function readKdf(json: Json | undefined): KdfParams {
  const entry = read.record(json, "kdf", ["algorithm", "memoryKiB", "passes", "lanes"]);
  read.oneOf(entry["algorithm"], "kdf.algorithm", ["argon2id-13"]);
  const most = 0xffffffff;
  return {
    memoryKiB: read.integer(entry["memoryKiB"], "kdf.memoryKiB", 1, most),
    passes: read.integer(entry["passes"], "kdf.passes", 1, most),
    lanes: read.integer(entry["lanes"], "kdf.lanes", 1, most),
  };
}

/** Rules between fields; `headerOf` holds those of single fields. */
function checkWhole({ mode, custodians, keys, kdf, epoch, vaultKey }: Header): void {
  custodians.forEach(({ place }, index) => {
    if (place !== index + 1)
      fail("HEADER_INVALID", { field: `custodians[${index}].place`, why: "not its place" });
  });
  read.distinct(
    custodians.map(({ name }) => name),
    "custodians.name",
  );
  read.distinct(
    custodians.map(({ x }) => x),
    "custodians.x",
  );
  read.distinct(
    custodians.map(({ salt }) => base64url(salt)),
    "custodians.salt",
  );
  read.distinct(
    keys.map(({ label }) => label),
    "keys.label",
  );
  read.distinct(
    keys.map(({ credentialId }) => base64url(credentialId)),
    "keys.credentialId",
  );
  const open = keys.filter((key) => key.use === "open");
  read.distinct(
    open.map(({ salt }) => base64url(salt)),
    "keys.salt",
  );
  read.distinct(
    open.map(({ pk }) => base64url(pk)),
    "keys.pk",
  );
  if (open.length < (mode === "REAL" ? 2 : 1))
    fail("HEADER_INVALID", { field: "keys", why: "too few keys that open" });
  if (keys.some(({ aaguid }) => (aaguid === PRACTICE_AAGUID) === (mode === "REAL")))
    fail("PRACTICE_AND_REAL_MIXED", { mode });
  checkKdf(kdf, mode === "REAL" ? KDF_REAL : KDF_FLOOR);
  if (epoch.epoch === 1 && !equal(epoch.vaultId, vaultIdOf(vaultKey)))
    fail("HEADER_INVALID", { field: "vaultId", why: "not that of the first vault key" });
}

const FIELDS = [
  "mode",
  "vaultId",
  "epoch",
  "setId",
  "name",
  "createdAt",
  "threshold",
  "custodians",
  "keys",
  "kdf",
  "vaultKey",
  "salt",
  "check",
  "keyboard",
  "runbookSha256",
];

function headerOf(json: Json): Header {
  const entry = read.record(json, "", FIELDS);
  const custodians = read
    .list(entry["custodians"], "custodians", 2, 255)
    .map((item, index) => readCustodian(item, `custodians[${index}]`));
  const mode = read.oneOf(entry["mode"], "mode", ["PRACTICE", "REAL"]);
  const header: Header = {
    mode,
    epoch: {
      mode,
      vaultId: read.bytes(entry["vaultId"], "vaultId", ID_BYTES),
      epoch: read.integer(entry["epoch"], "epoch", 1, 0xffff),
      setId: read.bytes(entry["setId"], "setId", ID_BYTES),
    },
    name: read.name(entry["name"], "name"),
    createdAt: read.time(entry["createdAt"], "createdAt"),
    threshold: read.integer(entry["threshold"], "threshold", 2, custodians.length),
    custodians,
    keys: read
      .list(entry["keys"], "keys", 1, KEYS_MOST)
      .map((item, index) => readKey(item, `keys[${index}]`)),
    kdf: readKdf(entry["kdf"]),
    vaultKey: read.bytes(entry["vaultKey"], "vaultKey", SECRET_BYTES),
    salt: read.bytes(entry["salt"], "salt", SECRET_BYTES),
    check: read.bytes(entry["check"], "check", SECRET_BYTES),
    keyboard: read.name(entry["keyboard"], "keyboard"),
    runbookSha256: read.match(entry["runbookSha256"], "runbookSha256", /^[0-9a-f]{64}$/),
  };
  checkWhole(header);
  return header;
}

/**
 * Reads a header strictly: canonical bytes, closed objects, exact lengths, and every rule between
 * fields. `NOT_CANONICAL`, `HEADER_INVALID` (which field, why), `KDF_OUT_OF_BOUNDS`,
 * `PRACTICE_AND_REAL_MIXED`.
 */
export const parseHeader = (bytes: Uint8Array): Header => headerOf(parseCanonical(bytes));

/** The canonical bytes of a header that `parseHeader` accepts; refuses any other with its codes. */
export function headerBytes(header: Header): Uint8Array {
  const json = headerJson(header);
  headerOf(json);
  return canonical(json);
}
