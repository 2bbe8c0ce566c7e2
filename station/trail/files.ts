import { createHash } from "node:crypto";
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Trail, TrailReader } from "../../aws/documents/trail/trail.ts";
import { CodedError } from "../../crypto/errors.ts";

/** A log is some 50 MB at most; a bomb of zeros costs this much reading and no memory. */
const MOST_BYTES = 2 ** 31;
const CHUNK = 256 * 1024;

/**
 * Streams files into a trail, one after the other. One that can't be read to its end is a finding,
 * never the end of the review. `TRAIL_TOO_LARGE`.
 */
export async function readFiles(trail: Trail, files: readonly string[]): Promise<void> {
  for (const file of files) await readFile(trail.open(file), file);
}

/** Again, until no file holds an event that counts only since it was read. The same error. */
export async function readDue(trail: Trail): Promise<void> {
  // A key's issue may stand in a later file than its use; a chain of roles is as long as it is.
  for (let due = trail.due(); due.length > 0; due = trail.due())
    for (const file of due) await readFile(trail.again(file), trail.files[file]?.file ?? "");
}

/** A system's error has a code; any other one its message. */
export const reasonOf = (error: unknown): string =>
  (error as { code?: string }).code ?? (error instanceof Error ? error.message : "unknown");

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
