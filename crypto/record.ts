/**
 * A record: what happened, in canonical JSON, one file each, chained by SHA-256. Its kind fixes who
 * must sign it. The parser is strict: closed keys, bounds, canonical bytes.
 */
import { base64url, hex, sha256 } from "./bytes.ts";
import { canonical, type Json, parseCanonical } from "./canonical.ts";
import { fail } from "./errors.ts";
import { fieldReaders } from "./fields.ts";
import { ED25519, readWireKey, SK_ECDSA } from "./ssh-wire.ts";
import { allowedSignersLine } from "./sshsig.ts";

export const RECORD_FORMAT = "pullstation-record@v1";
export type RecordMode = "PRACTICE" | "REAL";
export type Signer = "vault" | "station" | "approver";

/**
 * Who signs what. `vault`: the key in the payload of its epoch, so quorum and touch. `station`: this
 * laptop's key, certified by a seal record. `approver`: a security key. Only `vault` records imply
 * quorum and touch.
 */
export const SIGNER_OF = {
  sealed: "vault",
  rotated: "vault",
  "glass-broken": "vault",
  committed: "station",
  cancelled: "station",
  refused: "station",
  "share-checked": "station",
  "key-checked": "station",
  "access-open": "station",
  "access-expired": "station",
  "access-failed": "station",
  "runbook-step": "station",
  "access-on-stick": "station",
  closed: "station",
  recheck: "station",
  "aws-calls": "station",
  "alarm-checked": "station",
  resumed: "station",
  reviewed: "station",
  restored: "station",
  "took-over": "station",
  custody: "station",
  copied: "station",
  drill: "station",
  approval: "approver",
} as const satisfies Record<string, Signer>;

export type RecordKind = keyof typeof SIGNER_OF;
const KINDS = Object.keys(SIGNER_OF) as RecordKind[];
export const isRecordKind = (kind: string): kind is RecordKind => Object.hasOwn(SIGNER_OF, kind);

export const NAMESPACES = {
  REAL: "pullstation-record@v1",
  PRACTICE: "pullstation-drill@v1",
} as const satisfies Record<RecordMode, string>;

/** 000001.json … 999999.json */
export const MAX_SEQ = 999_999;
export const recordName = (seq: number): string => `${String(seq).padStart(6, "0")}.json`;
export const MAX_RECORD_BYTES = 256 * 1024;

export interface RecordBody {
  readonly format: typeof RECORD_FORMAT;
  readonly mode: RecordMode;
  /** 32 hex digits. */
  readonly vaultId: string;
  /** From 1, without gaps. */
  readonly seq: number;
  /** SHA-256 (hex) of the previous record's file, null at 1. */
  readonly previous: string | null;
  /** SHA-256 (hex) of the vault file that this record speaks of. */
  readonly vaultHash: string;
  readonly epoch: number;
  readonly kind: RecordKind;
  /** Role to name or names. */
  readonly who: Readonly<Record<string, string>>;
  readonly why: string;
  /** RFC 3339 UTC, and by whose clock. */
  readonly at: { readonly time: string; readonly clock: "station" | "aws" };
  readonly evidence: { readonly [key: string]: Json };
}

const fields = fieldReaders((field, why) => fail("RECORD_MALFORMED", { field, why }));
const HASH = /^[0-9a-f]{64}$/;
const ID = /^[0-9a-f]{32}$/;
const LABEL = /^[a-z][A-Za-z0-9-]{0,39}$/;

/** The canonical bytes of a record's file; `RECORD_MALFORMED` when `parseRecord` would refuse them. */
export function encodeRecord(body: RecordBody): Uint8Array {
  const bytes = canonical(body as unknown as Json);
  parseRecord(bytes);
  return bytes;
}

/** Throws `NOT_CANONICAL` or `RECORD_MALFORMED`. */
export function parseRecord(bytes: Uint8Array): RecordBody {
  if (bytes.length > MAX_RECORD_BYTES) fail("RECORD_MALFORMED", { field: "file", why: "length" });
  const from = fields.record(parseCanonical(bytes), "", [
    "format",
    "mode",
    "vaultId",
    "seq",
    "previous",
    "vaultHash",
    "epoch",
    "kind",
    "who",
    "why",
    "at",
    "evidence",
  ]);
  const at = fields.record(from["at"], "at", ["time", "clock"]);
  const seq = fields.integer(from["seq"], "seq", 1, MAX_SEQ);
  const first = seq === 1;
  if (first !== (from["previous"] === null))
    fail("RECORD_MALFORMED", { field: "previous", why: "null exactly at 1" });
  return {
    format: fields.oneOf(from["format"], "format", [RECORD_FORMAT]),
    mode: fields.oneOf(from["mode"], "mode", ["PRACTICE", "REAL"]),
    vaultId: fields.match(from["vaultId"], "vaultId", ID),
    seq,
    previous: first ? null : fields.match(from["previous"], "previous", HASH),
    vaultHash: fields.match(from["vaultHash"], "vaultHash", HASH),
    epoch: fields.integer(from["epoch"], "epoch", 1, 65_535),
    kind: fields.oneOf(from["kind"], "kind", KINDS),
    who: readWho(from["who"]),
    why: fields.name(from["why"], "why", 2000),
    at: {
      time: fields.time(at["time"], "at.time"),
      clock: fields.oneOf(at["clock"], "at.clock", ["station", "aws"]),
    },
    evidence: readObject(from["evidence"], "evidence"),
  };
}

function readObject(value: Json | undefined, at: string): { readonly [key: string]: Json } {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return fields.record(value, at, [], isObject ? Object.keys(value) : []);
}

function readWho(value: Json | undefined): Record<string, string> {
  const roles = Object.entries(readObject(value, "who"));
  if (roles.length > 32) fail("RECORD_MALFORMED", { field: "who", why: "length" });
  return Object.fromEntries(
    roles.map(([role, name]) => [
      fields.match(role, "who", LABEL),
      fields.name(name, `who.${role}`, 2000),
    ]),
  );
}

/** A key that may approve records, by its label. */
export interface Approver {
  readonly label: string;
  readonly wireKey: Uint8Array;
}

/** What `sealed` and `rotated` say: the keys of the epoch that they seal, which is `epoch`. */
export interface SealEvidence {
  readonly epoch: number;
  /** 16 bytes, fresh at each attempt. */
  readonly setId: Uint8Array;
  /** SHA-256 (hex) of the sealed file. */
  readonly fileSha256: string;
  /** SSH wire forms. */
  readonly vaultKey: Uint8Array;
  readonly stationKey: Uint8Array;
  readonly approvers: readonly Approver[];
}

/** `about` holds what else a seal says in public: runbook hash, keyboard layout, names. */
export interface TellingSeal extends SealEvidence {
  readonly about: { readonly [key: string]: Json };
}

export function sealEvidence(
  seal: SealEvidence,
  about: { readonly [key: string]: Json } = {},
): RecordBody["evidence"] {
  const evidence = {
    epoch: seal.epoch,
    setId: base64url(seal.setId),
    fileSha256: seal.fileSha256,
    vaultKey: base64url(seal.vaultKey),
    stationKey: base64url(seal.stationKey),
    approvers: seal.approvers.map(({ label, wireKey }) => ({ label, wireKey: base64url(wireKey) })),
    about,
  };
  parseSealEvidence(evidence);
  return evidence;
}

/** Throws `RECORD_MALFORMED`. */
export function parseSealEvidence(evidence: Json): TellingSeal {
  const keys = ["epoch", "setId", "fileSha256", "vaultKey", "stationKey", "approvers", "about"];
  const from = fields.record(evidence, "evidence", keys);
  const approvers = fields.list(from["approvers"], "evidence.approvers", 0, 64).map((item) => {
    const approver = fields.record(item, "evidence.approvers", ["label", "wireKey"]);
    return {
      label: fields.name(approver["label"], "evidence.approvers.label"),
      wireKey: readKey(approver["wireKey"], "evidence.approvers.wireKey", SK_ECDSA),
    };
  });
  fields.distinct(
    approvers.map(({ label }) => label),
    "evidence.approvers",
  );
  return {
    epoch: fields.integer(from["epoch"], "evidence.epoch", 1, 65_535),
    setId: fields.bytes(from["setId"], "evidence.setId", 16),
    fileSha256: fields.match(from["fileSha256"], "evidence.fileSha256", HASH),
    vaultKey: readKey(from["vaultKey"], "evidence.vaultKey", ED25519),
    stationKey: readKey(from["stationKey"], "evidence.stationKey", ED25519),
    approvers,
    about: readObject(from["about"], "evidence.about"),
  };
}

function readKey(
  value: Json | undefined,
  at: string,
  type: typeof ED25519 | typeof SK_ECDSA,
): Uint8Array {
  const wire = fields.bytes(value, at, 32, 512);
  try {
    if (readWireKey(wire).type === type) return wire;
  } catch (cause) {
    return fail("RECORD_MALFORMED", { field: at, why: "not a key" }, cause);
  }
  return fail("RECORD_MALFORMED", { field: at, why: "another type of key" });
}

/** What a `committed` record makes live: the seal whose file has this SHA-256 (hex). */
export function parseCommittedEvidence(evidence: RecordBody["evidence"]): string {
  const keys = ["fileSha256"];
  const from = fields.record(evidence, "evidence", keys, Object.keys(evidence));
  return fields.match(from["fileSha256"], "evidence.fileSha256", HASH);
}

/** What an `approval` approves, and with which key. */
export interface ApprovalEvidence {
  readonly seq: number;
  /** SHA-256 (hex) of the approved record's file. */
  readonly sha256: string;
  readonly approver: string;
}

export const approvalEvidence = ({
  seq,
  sha256: hash,
  approver,
}: ApprovalEvidence): RecordBody["evidence"] => ({ approved: { seq, sha256: hash }, approver });

/** Throws `RECORD_MALFORMED`. */
export function parseApprovalEvidence(evidence: RecordBody["evidence"]): ApprovalEvidence {
  const from = fields.record(evidence, "evidence", ["approved", "approver"]);
  const approved = fields.record(from["approved"], "evidence.approved", ["seq", "sha256"]);
  return {
    seq: fields.integer(approved["seq"], "evidence.approved.seq", 1, MAX_SEQ),
    sha256: fields.match(approved["sha256"], "evidence.approved.sha256", HASH),
    approver: fields.name(from["approver"], "evidence.approver"),
  };
}

/** The vault's name for life: the first 16 bytes, in hex, of SHA-256 of epoch 1's vault key. */
export const vaultIdOf = (vaultKey: Uint8Array): string => hex(sha256(vaultKey).subarray(0, 16));

/** A label as a principal: printable, without what allowed_signers gives a meaning to. */
export const approverPrincipal = (label: string): string =>
  `approver:${encodeURIComponent(label).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )}`;

/**
 * The text of allowed_signers for the seals of a chain, oldest first: who may sign what, for
 * `ssh-keygen -Y verify`. Keys of old epochs remain, for their records.
 */
export function allowedSigners(mode: RecordMode, seals: readonly SealEvidence[]): string {
  const namespaces = [NAMESPACES[mode]];
  const lines = seals.flatMap(({ vaultKey, stationKey, approvers }) => [
    allowedSignersLine("vault", namespaces, vaultKey),
    allowedSignersLine("station", namespaces, stationKey),
    ...approvers.map(({ label, wireKey }) =>
      allowedSignersLine(approverPrincipal(label), namespaces, wireKey),
    ),
  ]);
  return [...new Set(lines)].join("");
}
