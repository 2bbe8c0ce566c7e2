import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Subject, Written } from "../ceremony/ports.ts";
import {
  type Beside,
  besideOf,
  type OldStation,
  restoredEntry,
  type RestoreVerdict,
} from "../ceremony/restore.ts";
import { unreviewed } from "../ceremony/review.ts";
import { roleOf } from "../ceremony/role.ts";
import { base64url } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { LOCK, lockFolder } from "./lock.ts";
import { openRecords, readStory } from "./records-folder.ts";
import { subjectOf } from "./recover-sealing.ts";
import { asideOf, refuse, textAt } from "./restoring.ts";
import { loadStationKey } from "./station-key.ts";
import { maybeOpen } from "./unfinished.ts";
import { readVault, syncFolder, writeNew } from "./vault-file.ts";

const PROXY = "proxy.txt";
/** What a station has before anything was sealed there, and what a sealing leaves that never counted. */
const UNUSED = /^(?:station\.key|proxy\.txt|.*\.candidate(?:\.tmp)?)$/;

/** `RESTORE_FOLDER_USED`: a station is never written over another. */
export function requireEmpty(into: string): string {
  const dir = resolve(into);
  if (isUsed(dir)) refuse("RESTORE_FOLDER_USED", { dir });
  return dir;
}

const isUsed = (dir: string): boolean =>
  (existsSync(dir) ? readdirSync(dir) : []).some(
    (name) =>
      !UNUSED.test(name) && !(name === "records" && readdirSync(join(dir, name)).length === 0),
  );

/**
 * A spare is brought up to date by restoring it anew: what it was is put away under another name, and
 * nothing of it is lost. `RESTORE_FOLDER_USED` for a primary, and where an access may be open;
 * `RESTORE_REVIEW_DUE` where a use of this spare was not reviewed.
 */
async function requireSpare(into: string): Promise<string> {
  const dir = resolve(into);
  const story = readStory(dir);
  const role = roleOf(story);
  if (role.role !== "spare" || (await maybeOpen(dir)).length > 0)
    return refuse("RESTORE_FOLDER_USED", { dir });
  // The duty to review a use of its own would be put away with its records.
  const since = story.filter(({ written }) => written.seq > role.upTo);
  const own = new Set(since.map(({ evidence }) => evidence["incident"]));
  const due = unreviewed(story).flatMap(({ incident }) => (own.has(incident) ? [incident] : []));
  if (due.length > 0) refuse("RESTORE_REVIEW_DUE", { incidents: due.join(", ") });
  return dir;
}

/** `anew`: that folder holds a spare, which is restored again. */
export const requireFree = async (into: string, anew: boolean): Promise<string> =>
  anew ? requireSpare(into) : requireEmpty(into);

/** `RESTORE_FORKS`: of the past that a spare was restored with, the copy tells another story. */
export function requireSamePast({ common }: Beside, upTo: number): void {
  if (common < upTo) refuse("RESTORE_FORKS", { seq: common + 1 });
}

/** What people say, and what was found, as the record of it tells. */
export interface Said {
  readonly officer: string;
  readonly oldStation: OldStation;
  readonly anchoredBy: RestoreVerdict["anchoredBy"];
  readonly copies: number;
  readonly notes: readonly { readonly code: string }[];
  readonly seed: () => Uint8Array;
  readonly time: string;
}

export interface Restored {
  readonly dir: string;
  readonly subject: Subject;
  readonly record: Written;
}

/**
 * Makes a station of what `layCopy` laid out: a key of its own, and the record that says who restored
 * it. It appears whole under its name or not at all.
 */
export async function settleRestored(into: string, said: Said, anew = false): Promise<Restored> {
  if (anew) return settleAnew(resolve(into), said);
  const dir = requireEmpty(into);
  const made = await settle(dir, said, null);
  rmSync(dir, { recursive: true, force: true });
  renameSync(asideOf(dir), dir);
  syncFolder(dirname(dir));
  return made;
}

/**
 * The same where a spare stands, whose folder is put away. Both are locked meanwhile, and nothing is
 * renamed before the new one is whole: a start after a power cut between the two names finishes it.
 */
async function settleAnew(dir: string, said: Said): Promise<Restored> {
  const temp = asideOf(dir);
  const kept = `${dir}.until-${said.time.replaceAll(/[:.]/g, "-")}`;
  lockFolder(dir);
  try {
    await requireSpare(dir);
    const own = readStory(dir).map(({ written }) => written);
    const beside = besideOf(
      own,
      readStory(temp).map(({ written }) => written),
    );
    const role = roleOf(readStory(dir));
    if (role.role === "spare") requireSamePast(beside, role.upTo);
    const head = own.at(-1) ?? refuse("RESTORE_FOLDER_USED", { dir });
    const made = await settle(dir, said, { ...beside, folder: basename(kept), head });
    lockFolder(temp);
    renameSync(dir, kept);
    syncFolder(dirname(dir));
    renameSync(temp, dir);
    syncFolder(dirname(dir));
    return made;
  } finally {
    for (const each of [dir, kept, temp]) rmSync(join(each, LOCK), { force: true });
  }
}

/**
 * At a start: a restore that was cut off when all of it was written, and only its name was missing, is
 * finished. True when it was. `STATION_BUSY` while another process is at it. One that did not come so far
 * counts for nothing, and is cleared away.
 */
export async function finishRestored(into: string): Promise<boolean> {
  const dir = resolve(into);
  const temp = asideOf(dir);
  if (!existsSync(temp)) return false;
  if (isUsed(dir) || !(await isSettled(temp))) {
    clearAside(dir, temp);
    return false;
  }
  lockFolder(temp);
  rmSync(dir, { recursive: true, force: true });
  renameSync(temp, dir);
  syncFolder(dirname(dir));
  rmSync(join(dir, LOCK), { force: true });
  return true;
}

function clearAside(dir: string, temp: string): void {
  try {
    // Whoever restores a spare has its folder locked.
    const release = lockFolder(isUsed(dir) ? dir : temp);
    try {
      rmSync(temp, { recursive: true, force: true });
      syncFolder(dirname(dir));
    } finally {
      release();
    }
  } catch {
    // Another process is at it, or the disk refuses: it harms nobody, and the next start tries again.
  }
}

/** Its last record is the one of this restore: signed with the key that lies there. */
async function isSettled(temp: string): Promise<boolean> {
  try {
    const last = readStory(temp).at(-1);
    if (last?.kind !== "restored") return false;
    const { mode } = parseVault(readVault(temp)).header;
    const key = await loadStationKey(join(temp, "station.key"), mode);
    key.wipe();
    return last.evidence["stationKey"] === base64url(key.wireKey);
  } catch {
    // Half of it: it counts for nothing, and the next restore begins anew.
    return false;
  }
}

/** Key and record, in what was laid out beside its place. */
async function settle(
  dir: string,
  said: Said,
  aside: Parameters<typeof restoredEntry>[0]["aside"],
): Promise<Restored> {
  const temp = asideOf(dir);
  const proxy = textAt(join(dir, PROXY));
  if (proxy !== null && !existsSync(join(temp, PROXY))) writeNew(join(temp, PROXY), proxy);
  const store = await openRecords(temp, parseVault(readVault(temp)).header.mode, said.seed);
  const story = readStory(temp);
  const committed = story.findLast(({ kind }) => kind === "committed");
  const last = story.at(-1)?.written;
  if (committed === undefined || last === undefined) return refuse("RESTORE_NO_VAULT", {});
  const subject = subjectOf(committed);
  const { seed: _, ...told } = said;
  const { stationKey } = store;
  const record = store.append(
    subject,
    restoredEntry({ subject, head: last, stationKey, aside, ...told }),
  );
  return { dir, subject, record };
}
