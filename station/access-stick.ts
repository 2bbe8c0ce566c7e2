import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { equal, utf8 } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";
import { importSticks, sharesOnMedia, sticksUnder } from "./media.ts";
import { replaceFile } from "./vault-file.ts";

/** Whether something is mounted there: a folder that a stick left behind lies on this laptop's disk. */
export const isMounted = (folder: string): boolean =>
  statSync(folder).dev !== statSync(dirname(folder)).dev;

/**
 * Writes the access (secret text) to the one stick that is plugged in beside those of a sealing or with a
 * share, 0600 where its file system knows that, and reads it back; answers `stick/file`. Nowhere else:
 * `mounted` says whether a folder is a stick. `STICK_MISSING`, `STICKS_SEVERAL`, `ACCESS_NOT_WRITTEN`.
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
    ({ name, folder }) => !withShares.has(name) && !taken.has(folder) && mounted(folder),
  );
  const [stick, ...others] = sticks;
  if (stick === undefined) return refuse("STICK_MISSING", {});
  if (others.length > 0)
    return refuse("STICKS_SEVERAL", { sticks: sticks.map(({ name }) => name).join(", ") });
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
