import { type Dirent, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { interestOf } from "../../aws/documents/trail/review.ts";
import { Trail } from "../../aws/documents/trail/trail.ts";
import { CodedError } from "../../crypto/errors.ts";
import { readDue, readFiles, reasonOf } from "./files.ts";
import { readBeside, type Sought } from "./part.ts";

/** What the edge of a review refuses before anything is reviewed. */
export type TrailEdgeCode = "TRAIL_PATH_UNREADABLE" | "TRAIL_NOTHING_GIVEN";

const MOST_FILES = 200_000;
/** CloudTrail's JSON takes about a twelfth of its size when it is zipped. */
const ZIPPED = 12;
/** Bytes, unzipped: reading half of them takes about twice as long as starting a thread does. */
const WORTH_TWO = 32 * 1024 * 1024;

/**
 * Streams trail files into a `Trail`: one after the other, and where they are many in two threads. A
 * folder stands for the files in it, at any depth. A file that can't be read to its end is a finding,
 * never the end of the review. `TRAIL_PATH_UNREADABLE`, `TRAIL_NOTHING_GIVEN`, `TRAIL_TOO_LARGE`.
 */
export async function readTrail(
  paths: readonly string[],
  sought: Sought,
  beside = readBeside,
): Promise<Trail> {
  const files = paths.flatMap(filesAt);
  const trail = new Trail(interestOf(sought.accounts, sought.keys));
  const cut = availableParallelism() < 2 ? files.length : cutOf(files);
  if (cut === files.length) await readFiles(trail, files);
  else await readInTwo(trail, files, cut, sought, beside);
  await readDue(trail);
  if (!trail.files.some(({ events }) => events > 0))
    throw new CodedError<TrailEdgeCode>("TRAIL_NOTHING_GIVEN", { count: files.length });
  return trail;
}

/** The files from `cut` on are read beside; whatever comes in between, they are read. */
async function readInTwo(
  trail: Trail,
  files: readonly string[],
  cut: number,
  sought: Sought,
  beside: typeof readBeside,
): Promise<void> {
  const rest = files.slice(cut);
  const second = beside({ ...sought, files: rest, first: cut });
  try {
    await readFiles(trail, files.slice(0, cut));
    const part = await second.part;
    if (part instanceof CodedError) throw part;
    if (part === null) await readFiles(trail, rest);
    else trail.take(part);
  } finally {
    await second.stop();
  }
}

/** How many of the files are half of the work; all of them: it is not worth a second thread. */
function cutOf(files: readonly string[]): number {
  const sizes = files.map(sizeOf);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  if (whole < WORTH_TWO) return files.length;
  let half = 0;
  // At least one here, so that the other thread is never the only one.
  const cut = sizes.findIndex((size, index) => {
    half += size;
    return index > 0 && half - size / 2 > whole / 2;
  });
  return cut === -1 ? files.length : cut;
}

/** Of what it unzips to, about; nothing of a file that can't be read: reading it says why. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size * (/\.gz$/i.test(file) ? ZIPPED : 1);
  } catch {
    return 0;
  }
}

const unreadable = (path: string, why: string): never => {
  throw new CodedError<TrailEdgeCode>("TRAIL_PATH_UNREADABLE", { path, why });
};

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
