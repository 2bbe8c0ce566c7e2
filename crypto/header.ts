import { base64url, equal } from "./bytes.ts";
import { canonical, type Json, parseCanonical } from "./canonical.ts";
import { type Epoch, vaultIdOf } from "./epoch.ts";
import { fail } from "./errors.ts";
import { fieldReaders } from "./fields.ts";
import { checkKeys, type HeaderKey, keyJson, readKey } from "./header-keys.ts";
import { checkKdf, KDF_FLOOR, KDF_REAL, KDF_SALT_BYTES, type KdfParams } from "./kdf-bounds.ts";
import { ID_BYTES, SECRET_BYTES } from "./sizes.ts";

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
  checkKeys(mode, keys);
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
