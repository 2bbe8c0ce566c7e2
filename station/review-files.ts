import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { hex, sha256 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseRecord, type RecordBody } from "../crypto/record.ts";
import { readBounded } from "./bounded-read.ts";

const RECORD_BYTES_MOST = 16 * 1024 * 1024;
/** A review's page of 20,000 rows, and its JSON of a night's events. */
const REVIEW_BYTES_MOST = 256 * 1024 * 1024;

/** Files of a review, as its record names them; a name of any other form is none. */
export function reviewFiles({ evidence }: Pick<RecordBody, "evidence">): readonly {
  readonly file: string;
  readonly sha256: string;
}[] {
  const { files } = evidence;
  return (Array.isArray(files) ? (files as readonly unknown[]) : []).flatMap((one) => {
    const { file, sha256: hash } = Object(one) as { file?: unknown; sha256?: unknown };
    const known =
      typeof file === "string" &&
      /^reviews\/[A-Za-z0-9][A-Za-z0-9._-]{0,80}\/\d{1,4}\.(?:json|html|txt)$/.test(file);
    return known && typeof hash === "string" ? [{ file, sha256: hash }] : [];
  });
}

/**
 * The review files under `dir` that these records (the files of records/, by name) name, each once:
 * its path under `dir`, and its bytes with the SHA-256 that was signed. What is missing, too large or
 * another file is left out. One after the other, since they are large.
 */
export function* reviewsIn(
  dir: string,
  records: ReadonlyMap<string, Uint8Array>,
): Generator<readonly [string, Uint8Array]> {
  const given = new Set<string>();
  for (const [name, record] of records) {
    if (!/^\d{6}\.json$/.test(name)) continue;
    for (const { file, sha256: hash } of named(record)) {
      const bytes = given.has(file) ? null : bytesOf(join(dir, file));
      if (bytes === null || hex(sha256(bytes)) !== hash) continue;
      given.add(file);
      yield [file, bytes];
    }
  }
}

/** Names that the records under `dir` give to review files, whether they are there or not. */
export function namedUnder(dir: string): ReadonlySet<string> {
  const folder = join(dir, "records");
  const records = existsSync(folder) ? readdirSync(folder) : [];
  return new Set(
    records
      .filter((name) => /^\d{6}\.json$/.test(name))
      .flatMap((name) => named(readBounded(join(folder, name), RECORD_BYTES_MOST)))
      .map(({ file }) => file),
  );
}

function named(record: Uint8Array): ReturnType<typeof reviewFiles> {
  try {
    const body = parseRecord(record);
    return body.kind === "reviewed" ? reviewFiles(body) : [];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    // Whoever judges the records says that this one can't be read.
    return [];
  }
}

function bytesOf(path: string): Uint8Array | null {
  try {
    return readBounded(path, REVIEW_BYTES_MOST);
  } catch {
    // Missing, or not to be read: the evidence says that it is not there.
    return null;
  }
}
