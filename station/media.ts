import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fromUtf8, utf8 } from "../crypto/bytes.ts";
import { readBounded } from "./bounded-read.ts";
import { refuse } from "./errors.ts";
import { replaceFile } from "./vault-file.ts";

/** A share file holds one line: `BG1` and 86 symbols. */
const SHARE = /^BG1[0-9A-Z]{86}$/;
const FILE_BYTES = 4096;
/** A stick that holds more than this is no custodian's stick. */
const ENTRIES = 200;

/** What lies in a folder, and nothing when it can't be read. */
export const list = (folder: string) => {
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
export const sharesOnMedia = (roots: readonly string[]): readonly ShareOnStick[] =>
  sticksUnder(roots).flatMap(sharesOnStick);

interface ShareOnStick {
  readonly from: string;
  readonly payload: string;
}

/** The same of one stick. */
export const sharesOnStick = (stick: {
  readonly name: string;
  readonly folder: string;
}): readonly ShareOnStick[] =>
  list(stick.folder)
    .filter((file) => file.isFile() && file.name.toLowerCase().endsWith(".txt"))
    .flatMap((file) => {
      const payload = shareIn(join(stick.folder, file.name));
      return payload === null ? [] : [{ from: `${stick.name}/${file.name}`, payload }];
    });

/** Every stick that is mounted under `roots` now. */
export const sticksUnder = (roots: readonly string[]) =>
  roots.flatMap((root) =>
    list(root)
      .filter((stick) => stick.isDirectory())
      .map(({ name }) => ({ name, folder: join(root, name) })),
  );

/** Whether something is mounted there: a folder that a stick left behind lies on this laptop's disk. */
function isMounted(folder: string): boolean {
  try {
    return statSync(folder).dev !== statSync(dirname(folder)).dev;
  } catch {
    // Pulled out just now.
    return false;
  }
}

/** What counts as a stick that may be written to: in earnest a mounted one; a rehearsal's are folders. */
export const isStick = (mode: "PRACTICE" | "REAL"): ((folder: string) => boolean) =>
  mode === "REAL" ? isMounted : () => true;

interface Stick {
  readonly name: string;
  readonly folder: string;
}

/**
 * The one stick of these, by `mounted`. `STICK_MISSING`; `STICK_NOT_MOUNTED`: folders are all there is;
 * `STICKS_SEVERAL` with their names.
 */
export function oneStick(found: readonly Stick[], mounted: (folder: string) => boolean): Stick {
  const namesOf = (some: readonly Stick[]): string => some.map(({ name }) => name).join(", ");
  const sticks = found.filter(({ folder }) => mounted(folder));
  const [stick, ...others] = sticks;
  if (others.length > 0) refuse("STICKS_SEVERAL", { sticks: namesOf(sticks) });
  if (stick !== undefined) return stick;
  return found.length > 0
    ? refuse("STICK_NOT_MOUNTED", { folders: namesOf(found) })
    : refuse("STICK_MISSING", {});
}

/** Whose share it is: eight hex digits of the vault's id, its epoch, and the place. */
export interface ShareName {
  readonly vaultId: string;
  readonly epoch: number;
  readonly place: number;
}

/**
 * Writes a custodian's share file to the one stick that is plugged in beside import sticks and those
 * that hold `imports`, and reads it back; answers `stick/file`. The name tells vault and epoch: the
 * share that still counts is never written over. `mounted` says whether a folder is a stick.
 * `STICK_NOT_WRITTEN` with the reason, and as `oneStick`.
 */
export function writeShare(
  roots: readonly string[],
  imports: readonly string[],
  { vaultId, epoch, place }: ShareName,
  payload: string,
  mounted: (folder: string) => boolean,
): string {
  const taken = new Set([...imports, ...importSticks(roots).map(({ folder }) => folder)]);
  const stick = oneStick(
    sticksUnder(roots).filter(({ folder }) => !taken.has(folder)),
    mounted,
  );
  const file = `share-${vaultId.slice(0, 8)}-e${epoch}-${String(place).padStart(3, "0")}.txt`;
  const path = join(stick.folder, file);
  try {
    replaceFile(path, utf8(`${payload}\n`));
  } catch (error) {
    const { code = "unwritable" } = error as { code?: string };
    refuse("STICK_NOT_WRITTEN", { stick: stick.name, reason: code });
  }
  if (shareIn(path) !== payload)
    refuse("STICK_NOT_WRITTEN", { stick: stick.name, reason: "it gave back other bytes" });
  return `${stick.name}/${file}`;
}

const KEY_FILE = /\.csv$/i;

/** A stick as its names tell it: which files of a sealing lie at its top. Nothing is opened. */
export interface ImportStick {
  readonly name: string;
  readonly folder: string;
  readonly keyFiles: readonly string[];
  readonly policy: boolean;
  readonly runbook: boolean;
  readonly mfa: boolean;
}

/** Sticks under `roots` with at least one file of a sealing, the fullest first. */
export function importSticks(roots: readonly string[]): readonly ImportStick[] {
  return sticksUnder(roots)
    .map(({ name, folder }) => {
      const names = list(folder)
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name);
      return {
        name,
        folder,
        keyFiles: names.filter((file) => KEY_FILE.test(file)).toSorted(),
        policy: names.includes("policy.json"),
        runbook: names.includes("runbook.md"),
        mfa: names.includes("mfa.json"),
      };
    })
    .filter(({ keyFiles, policy, runbook }) => keyFiles.length > 0 || policy || runbook)
    .toSorted((a, b) => Number(isComplete(b)) - Number(isComplete(a)));
}

/** All that a sealing needs; without mfa.json codes are typed at use. */
export const isComplete = ({ keyFiles, policy, runbook }: ImportStick): boolean =>
  keyFiles.length > 0 && policy && runbook;

/** Where a desktop mounts the sticks of who is logged in (udisks2; macOS). */
export const mediaRoots = (user: string): readonly string[] => [
  `/run/media/${user}`,
  `/media/${user}`,
  "/Volumes",
];
