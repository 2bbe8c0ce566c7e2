import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Finding } from "../ceremony/finding.ts";
import { type Copy, readEntry, replay } from "../ceremony/verify.ts";
import type { ChainWalk } from "../ceremony/verify-chain.ts";
import { base64url, equal, utf8 } from "../crypto/bytes.ts";
import type { Json } from "../crypto/canonical.ts";
import { CodedError } from "../crypto/errors.ts";
import {
  allowedSigners,
  encodeRecord,
  isRecordKind,
  MAX_RECORD_BYTES,
  NAMESPACES,
  RECORD_FORMAT,
  type RecordMode,
  recordName,
} from "../crypto/record.ts";
import type { SshSigner } from "../crypto/sshsig.ts";
import { VAULT_BYTES_MOST } from "../crypto/vault.ts";
import { readBounded } from "./bounded-read.ts";
import { makeFolder, replaceFile } from "./vault-file.ts";

export type RecordStoreCode = "CHAIN_NOT_VALID" | "RECORD_REFUSED";

const fail = (code: RecordStoreCode, why: string): never => {
  throw new CodedError<RecordStoreCode>(code, { code: why });
};

const RECORDS = "records";
const SIGNERS = "allowed_signers";
const VAULT = "vault.pullstation";

/** The vault that a record speaks of. */
export interface RecordSubject {
  readonly mode: RecordMode;
  readonly vaultId: string;
  readonly epoch: number;
  readonly fileSha256: string;
}

/** What the station says by itself: everything but sealed, rotated, glass-broken and approvals. */
export interface Entry {
  readonly kind: string;
  readonly who: Readonly<Record<string, string>>;
  readonly why: string;
  readonly at: { readonly time: string; readonly clock: "station" | "aws" };
  readonly evidence: Readonly<Record<string, unknown>>;
}

export interface Written {
  readonly seq: number;
  /** SHA-256 (hex) of the record's file. */
  readonly sha256: string;
}

/** Some thousand epochs' worth. */
const SIGNERS_BYTES_MOST = 4 * 1024 * 1024;

/** What is no file, or larger than any such file, reads as empty: a record of that is unreadable. */
function readOrEmpty(path: string, most: number): Uint8Array {
  try {
    return readBounded(path, most);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "NOT_A_FILE" || code === "TOO_LARGE" || code === "ENXIO") return new Uint8Array();
    throw error;
  }
}

/** Reads `dir` (a vault's folder) or `dir`/records as one copy; null when neither has records. */
export function readCopy(dir: string): Copy | null {
  const home = !existsSync(join(dir, RECORDS)) && basename(dir) === RECORDS ? join(dir, "..") : dir;
  const folder = join(home, RECORDS);
  if (!existsSync(folder)) return null;
  const optional = (name: string, most: number): Uint8Array | undefined => {
    const path = join(home, name);
    return existsSync(path) ? readOrEmpty(path, most) : undefined;
  };
  const files = readdirSync(folder, { withFileTypes: true }).map((entry): [string, Uint8Array] => [
    entry.name,
    readOrEmpty(join(folder, entry.name), MAX_RECORD_BYTES),
  ]);
  return {
    name: dir,
    records: new Map(files),
    vault: optional(VAULT, VAULT_BYTES_MOST),
    allowedSigners: optional(SIGNERS, SIGNERS_BYTES_MOST),
  };
}

/** A laptop restored from a copy goes on recording before a seal names it; nothing else may be wrong. */
const isRefusal = ({ severity, code }: Finding): boolean =>
  severity === "error" && code !== "STATION_UNCERTIFIED";

/** A record on its way to the disk, with the place that it was made for. */
interface Going extends Written {
  readonly previous: string | null;
  readonly record: Uint8Array;
  readonly signature: string;
}

/**
 * The station's one chain of records under `home`/records: append only, one writer. A record's
 * signature is on disk before the record is, so no record ever lacks its signature; the record's
 * rename is the moment at which it exists.
 *
 * Whatever an append throws, the disk says what came of it, and is read again before anything else:
 * without its rename the record never was, and its half is written over by the next; with it, it counts.
 * The same record once more is then that one, and gets no other.
 */
export class RecordStore {
  /** Files of an append that a crash cut short, removed: nobody was told of that record. */
  readonly recovered: readonly string[];
  readonly #home: string;
  readonly #station: SshSigner;
  /** Null: what is on the disk is to be read again. */
  #walk: ChainWalk | null;
  /** The record whose writing threw; on the disk it is, or is not. */
  #doubtful: Going | null = null;
  #signersDue = true;

  private constructor(
    home: string,
    station: SshSigner,
    walk: ChainWalk,
    recovered: readonly string[],
  ) {
    this.#home = home;
    this.#station = station;
    this.#walk = walk;
    this.recovered = recovered;
  }

  /** `CHAIN_NOT_VALID` when the records that are there don't verify. */
  static open(home: string, station: SshSigner): RecordStore {
    makeFolder(join(home, RECORDS));
    const recovered = recover(join(home, RECORDS));
    const store = new RecordStore(home, station, readChain(home), recovered);
    store.#writeSigners();
    return store;
  }

  /** Where the next record goes; throws where the disk must be read again, and can't be. */
  head(): { readonly seq: number; readonly previous: string | null } {
    const { head } = this.#chain;
    return { seq: (head?.seq ?? 0) + 1, previous: head?.sha256 ?? null };
  }

  /** SHA-256 (hex) of the vault file that the chain says is live; null before the first commit. */
  get committed(): string | null {
    return this.#chain.result().live?.fileSha256 ?? null;
  }

  /** The station's public key, SSH wire form, base64url. */
  get stationKey(): string {
    return base64url(this.#station.wireKey);
  }

  /**
   * Signs with the station's key; on disk when it returns. `RECORD_REFUSED`: nothing was written. After
   * an error of the disk the record may stand; the same once more says so, and is safe.
   */
  append(subject: RecordSubject, entry: Entry): Written {
    const { kind } = entry;
    if (!isRecordKind(kind)) return fail("RECORD_REFUSED", `kind ${kind}`);
    const recordAt = ({ seq, previous }: ReturnType<RecordStore["head"]>): Uint8Array =>
      encodeRecord({
        format: RECORD_FORMAT,
        mode: subject.mode,
        vaultId: subject.vaultId,
        seq,
        previous,
        vaultHash: subject.fileSha256,
        epoch: subject.epoch,
        kind,
        who: entry.who,
        why: entry.why,
        at: entry.at,
        // Anything but JSON is refused: the canonical bytes must read back.
        evidence: entry.evidence as Readonly<Record<string, Json>>,
      });
    const stood = this.#settle();
    if (stood !== null && equal(recordAt(stood), stood.record)) return written(stood);
    const record = recordAt(this.head());
    return this.#take(record, this.#station.sign(NAMESPACES[subject.mode], record));
  }

  /** Stores a record that was signed elsewhere, after judging its place and its signer; else as `append`. */
  async accept(signed: { readonly record: string; readonly signature: string }): Promise<Written> {
    const record = utf8(signed.record);
    const stood = this.#settle();
    if (stood !== null && equal(record, stood.record)) return written(stood);
    return this.#take(record, signed.signature);
  }

  get #chain(): ChainWalk {
    return (this.#walk ??= readChain(this.#home));
  }

  /**
   * The record whose writing threw, if it stands all the same. It is written once more: where a sync
   * failed, only new bytes are sure to last, and the next record must not outlive the one before it.
   */
  #settle(): Going | null {
    const doubtful = this.#doubtful;
    if (doubtful === null) return null;
    const { head } = this.#chain;
    const stands = head?.seq === doubtful.seq && head.sha256 === doubtful.sha256;
    if (stands) this.#write(doubtful);
    this.#doubtful = null;
    // It may be the one that changes who signs.
    if (stands) this.#signersDue = true;
    this.#writeSigners();
    return stands ? doubtful : null;
  }

  #take(record: Uint8Array, signature: string): Written {
    const walk = this.#chain;
    const { seq, previous } = this.head();
    // The walk takes it before the disk does: until that is done, only the disk is right.
    this.#walk = null;
    const { entry, findings } = readEntry(seq, record, utf8(signature));
    const refusal = [...findings, ...walk.take(entry)].find(isRefusal);
    if (refusal !== undefined) return fail("RECORD_REFUSED", refusal.code);
    if (existsSync(this.#path(seq))) return fail("RECORD_REFUSED", "FORK");
    const going: Going = { seq, previous, sha256: entry.sha256, record, signature };
    this.#doubtful = going;
    this.#write(going);
    this.#doubtful = null;
    this.#walk = walk;
    const kind = entry.body?.kind;
    if (kind === "sealed" || kind === "committed") this.#signersDue = true;
    this.#writeSigners();
    return written(going);
  }

  readonly #path = (seq: number): string => join(this.#home, RECORDS, recordName(seq));

  #write({ seq, record, signature }: Going): void {
    const path = this.#path(seq);
    replaceFile(`${path}.sig`, utf8(signature), 0o644);
    replaceFile(path, record, 0o644);
  }

  /**
   * For stock programs, and made from the chain: a disk that refuses it takes back no record that
   * stands. It is tried again with the next one, and at every start; `verify` compares it.
   */
  #writeSigners(): void {
    if (!this.#signersDue) return;
    const { mode, committed, first } = this.#chain.result();
    if (mode === null || first === null) return;
    const text = utf8(allowedSigners(mode, committed.length > 0 ? committed : [first]));
    const path = join(this.#home, SIGNERS);
    try {
      if (!existsSync(path) || !equal(text, readFileSync(path))) replaceFile(path, text, 0o644);
      this.#signersDue = false;
    } catch (error) {
      if (!("syscall" in Object(error))) throw error;
    }
  }
}

const written = ({ seq, sha256 }: Going): Written => ({ seq, sha256 });

/** The chain under `home`/records, judged: `CHAIN_NOT_VALID` when it doesn't verify. */
export function readChain(home: string): ChainWalk {
  const { walk, findings } = replay([readCopy(home) ?? { name: home, records: new Map() }]);
  const refusal = [...findings, ...walk.result().findings].find(isRefusal);
  return refusal === undefined ? walk : fail("CHAIN_NOT_VALID", refusal.code);
}

/**
 * Removes an append's half: temporary files, and the signature of the record that was to come next. A
 * signature anywhere else says that a record was taken away: it stays, and `CHAIN_NOT_VALID`.
 */
function recover(folder: string): string[] {
  const names = readdirSync(folder);
  const last = names
    .filter((name) => /^\d{6}\.json$/.test(name))
    .toSorted()
    .at(-1);
  const next = recordName(last === undefined ? 1 : Number(last.slice(0, 6)) + 1);
  const alone = names.filter(
    (name) => /^\d{6}\.json\.sig$/.test(name) && !names.includes(name.slice(0, -".sig".length)),
  );
  if (alone.some((name) => name !== `${next}.sig`))
    return fail("CHAIN_NOT_VALID", "RECORD_MISSING");
  const halves = [...names.filter((name) => /^\d{6}\.json(?:\.sig)?\.tmp$/.test(name)), ...alone];
  for (const name of halves) rmSync(join(folder, name));
  return halves;
}
