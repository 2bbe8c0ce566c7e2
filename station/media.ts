import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fromUtf8 } from "../crypto/bytes.ts";
import { readBounded } from "./bounded-read.ts";

/** A share file holds one line: `BG1` and 86 symbols. */
const SHARE = /^BG1[0-9A-Z]{86}$/;
const FILE_BYTES = 4096;
/** A stick that holds more than this is no custodian's stick. */
const ENTRIES = 200;

const list = (folder: string) => {
  try {
    return readdirSync(folder, { withFileTypes: true }).slice(0, ENTRIES);
  } catch {
    // Pulled out in the middle, or not ours to read: the same as not there.
    return [];
  }
};

function shareIn(file: string): string | null {
  try {
    const text = fromUtf8(readBounded(file, FILE_BYTES)).trim().toUpperCase();
    return SHARE.test(text) ? text : null;
  } catch {
    return null;
  }
}

/**
 * Share files at the top of the sticks that are mounted under `roots` now, each as `stick/file` with
 * its payload. Nothing is browsed: only that form counts, and no link is followed.
 */
export function sharesOnMedia(
  roots: readonly string[],
): readonly { readonly from: string; readonly payload: string }[] {
  return roots.flatMap((root) =>
    list(root)
      .filter((stick) => stick.isDirectory())
      .flatMap((stick) =>
        list(join(root, stick.name))
          .filter((file) => file.isFile() && file.name.toLowerCase().endsWith(".txt"))
          .flatMap((file) => {
            const payload = shareIn(join(root, stick.name, file.name));
            return payload === null ? [] : [{ from: `${stick.name}/${file.name}`, payload }];
          }),
      ),
  );
}
