import { createHash } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { type Interest, Trail, type TrailReader } from "../../aws/documents/trail/trail.ts";
import { CodedError } from "../../crypto/errors.ts";

/** What the edge of a review refuses before anything is reviewed. */
export type TrailEdgeCode = "TRAIL_PATH_UNREADABLE" | "TRAIL_NOTHING_GIVEN";

/** A log is some 50 MB at most; a bomb of zeros costs this much reading and no memory. */
const MOST_BYTES = 2 ** 31;
const MOST_FILES = 200_000;
const CHUNK = 256 * 1024;

/**
 * Streams trail files into a `Trail`, one after the other. A folder stands for the files in it, at
 * any depth. A file that can't be read to its end is a finding, never the end of the review.
 * `TRAIL_PATH_UNREADABLE`, `TRAIL_NOTHING_GIVEN`, `TRAIL_TOO_LARGE`.
 */
export async function readTrail(paths: readonly string[], interest: Interest): Promise<Trail> {
  const files = paths.flatMap(filesAt);
  const trail = new Trail(interest);
  for (const file of files) await readFile(trail.open(file), file);
  // A key's issue may stand in a later file than its use; a chain of roles is as long as it is.
  for (let due = trail.due(); due.length > 0; due = trail.due())
    for (const file of due) await readFile(trail.again(file), files[file] ?? "");
  if (!trail.files.some(({ events }) => events > 0))
    throw new CodedError<TrailEdgeCode>("TRAIL_NOTHING_GIVEN", { count: files.length });
  return trail;
}

const unreadable = (path: string, why: string): never => {
  throw new CodedError<TrailEdgeCode>("TRAIL_PATH_UNREADABLE", { path, why });
};

const reasonOf = (error: unknown): string =>
  (error as { code?: string }).code ?? (error instanceof Error ? error.message : "unknown");

function filesAt(path: string): readonly string[] {
  let entries: readonly Dirent[];
  try {
    if (!statSync(path).isDirectory()) return [path];
    // Links are not followed: a stick may hold a circle of them.
    entries = readdirSync(path, { withFileTypes: true, recursive: true });
  } catch (error) {
    return unreadable(path, reasonOf(error));
  }
  if (entries.length > MOST_FILES) unreadable(path, "too many files");
  return entries
    .filter((entry) => entry.isFile() && /\.json(?:\.gz)?$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function readFile(reader: TrailReader, path: string): Promise<void> {
  let zipped: boolean;
  try {
    zipped = isGzip(path);
  } catch (error) {
    reader.failed(reasonOf(error));
    return;
  }
  try {
    reader.end(await stream(reader, path, zipped));
  } catch (error) {
    if (error instanceof CodedError && error.code !== "TRAIL_FILE_UNREADABLE") throw error;
    reader.failed(error instanceof CodedError ? String(error.about["why"]) : gzipReason(error));
  }
}

/** By its first bytes, not by its name; a pipe or a device is no file. */
function isGzip(path: string): boolean {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile())
      throw Object.assign(new Error("not a file"), { code: "NOT_A_FILE" });
    const head = new Uint8Array(2);
    readSync(fd, head, 0, 2, 0);
    return head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(fd);
  }
}

/** SHA-256 (hex) of the uncompressed bytes, when all of them were taken. */
async function stream(reader: TrailReader, path: string, zipped: boolean): Promise<string> {
  const hash = createHash("sha256");
  let size = 0;
  const take = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > MOST_BYTES) throw Object.assign(new Error("too large"), { code: "TOO_LARGE" });
      hash.update(chunk);
      reader.push(chunk);
    }
  };
  const input = createReadStream(path, { highWaterMark: CHUNK });
  if (zipped) await pipeline(input, createGunzip({ chunkSize: CHUNK }), take);
  else await pipeline(input, take);
  return hash.digest("hex");
}

function gzipReason(error: unknown): string {
  const code = reasonOf(error);
  return code.startsWith("Z_") ? `damaged gzip (${code})` : code;
}
