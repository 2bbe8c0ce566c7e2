import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ReviewFound } from "../contract/review.ts";
import { hex, sha256, utf8 } from "../crypto/bytes.ts";
import { namedUnder } from "./review-files.ts";
import { makeFolder, replaceFile } from "./vault-file.ts";

/** Drafts of one incident; more of them are a mistake. */
const MOST_DRAFTS = 9999;

const ENDS = ["html", "txt", "json"] as const;

/** Beside the records, under a number of its own: what was signed once is never written over. */
export function keepReview(
  dir: string,
  incident: string,
  files: Readonly<Record<"html" | "txt" | "json", Uint8Array>>,
): ReviewFound["written"] {
  const folder = join("reviews", folderOf(incident));
  makeFolder(join(dir, folder), 0o700);
  // A restored station's records may name files that no copy held.
  const signed = namedUnder(dir);
  const isTaken = (one: number): boolean =>
    ENDS.map((end) => `${folder}/${one}.${end}`).some(
      (file) => signed.has(file) || existsSync(join(dir, file)),
    );
  let number = 1;
  while (number < MOST_DRAFTS && isTaken(number)) number++;
  return ENDS.map((end) => {
    const file = `${folder}/${number}.${end}`;
    replaceFile(join(dir, file), files[end]);
    return { file, sha256: hex(sha256(files[end])) };
  });
}

/** An incident's id was typed by people; one that is no file name goes by its hash: sticks drop a last dot. */
const folderOf = (incident: string): string =>
  /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$/.test(incident)
    ? incident
    : hex(sha256(utf8(incident.toWellFormed()))).slice(0, 32);
