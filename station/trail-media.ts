import { existsSync } from "node:fs";
import { join } from "node:path";
import { list, sticksUnder } from "./media.ts";

/** A stick with a trail on it, as its names tell. Nothing is opened; paths are absolute. */
export interface TrailStick {
  readonly name: string;
  readonly folder: string;
  /** Names at its top: folders and files that are read as a trail. */
  readonly trail: readonly string[];
  readonly publicKeys: readonly string[];
  readonly digestMeta: readonly string[];
}

const TRAIL_FOLDER = /^(?:AWSLogs|CloudTrail.*|.*trail.*|.*logs?)$/i;
const TRAIL_FILE = /\.json(?:\.gz)?$/i;
const KEYS_FILE = /^(?:public-?)?keys.*\.json$/i;
const META_FILE = /^(?:digest-?)?meta.*\.json$/i;
/** What a sealing's stick holds is no trail. */
const OTHERS = new Set(["policy.json", "mfa.json"]);

/** Sticks under `roots` on which something of a trail lies, the fullest first. */
export function trailSticks(roots: readonly string[]): readonly TrailStick[] {
  return sticksUnder(roots)
    .map(({ name, folder }) => {
      const entries = list(folder);
      const files = entries
        .filter((entry) => entry.isFile() && !OTHERS.has(entry.name))
        .map((entry) => entry.name)
        .toSorted();
      const publicKeys = files.filter((file) => KEYS_FILE.test(file));
      const digestMeta = files.filter((file) => META_FILE.test(file));
      const folders = entries
        .filter((entry) => entry.isDirectory() && TRAIL_FOLDER.test(entry.name))
        .map((entry) => entry.name)
        .toSorted();
      const logs = files.filter(
        (file) => TRAIL_FILE.test(file) && !publicKeys.includes(file) && !digestMeta.includes(file),
      );
      return { name, folder, trail: [...folders, ...logs], publicKeys, digestMeta };
    })
    .filter(
      ({ trail, publicKeys, digestMeta }) =>
        trail.length + publicKeys.length + digestMeta.length > 0,
    )
    .toSorted((a, b) => b.trail.length - a.trail.length);
}

/** `vault`: a vault's file lies beside its records. */
export interface RecordsOnStick {
  readonly name: string;
  readonly folder: string;
  readonly vault: boolean;
}

/** Copies of a vault's records on sticks: at the top, or in a folder there. Nothing is opened. */
export const recordCopies = (roots: readonly string[]): readonly RecordsOnStick[] =>
  sticksUnder(roots).flatMap(recordsOn);

/** The same of one stick. */
export const recordsOn = ({
  name,
  folder,
}: {
  readonly name: string;
  readonly folder: string;
}): readonly RecordsOnStick[] =>
  [
    { name, folder },
    ...list(folder)
      .filter((entry) => entry.isDirectory())
      .map((entry) => ({ name: `${name}/${entry.name}`, folder: join(folder, entry.name) })),
  ]
    .filter((one) => existsSync(join(one.folder, "records")))
    .map((one) => ({ ...one, vault: existsSync(join(one.folder, "vault.pullstation")) }));
