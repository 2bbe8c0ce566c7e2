import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { equal, utf8 } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";
import { importSticks, oneStick, sharesOnMedia, sticksUnder } from "./media.ts";
import { replaceFile } from "./vault-file.ts";

/**
 * Writes the access (secret text) to the one stick that is plugged in beside those of a sealing or with a
 * share, 0600 where its file system knows that, and reads it back; answers `stick/file`. Nowhere else:
 * `mounted` says whether a folder is a stick. `ACCESS_NOT_WRITTEN`, and as `oneStick`.
 */
export async function writeAccess(
  roots: readonly string[],
  incident: string,
  text: string,
  mounted: (folder: string) => boolean,
  /** Journals the file, `stick/file`, before it is written. */
  intend: (file: string) => Promise<void>,
): Promise<string> {
  const withShares = new Set(sharesOnMedia(roots).map(({ from }) => dirname(from)));
  const taken = new Set(importSticks(roots).map(({ folder }) => folder));
  const sticks = sticksUnder(roots).filter(
    ({ name, folder }) => !withShares.has(name) && !taken.has(folder),
  );
  const stick = oneStick(sticks, mounted);
  const file = `access-${incident}.txt`;
  const path = join(stick.folder, file);
  await intend(`${stick.name}/${file}`);
  const bytes = utf8(text);
  try {
    replaceFile(path, bytes);
    if (!equal(new Uint8Array(readFileSync(path)), bytes)) throw new Error("read back");
  } catch (error) {
    const { code = "it gave back other bytes" } = error as { code?: string };
    refuse("ACCESS_NOT_WRITTEN", { stick: stick.name, reason: code });
  } finally {
    bytes.fill(0);
  }
  return `${stick.name}/${file}`;
}
