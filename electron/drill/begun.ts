import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  cutShort,
  type DrillTold,
  drillEntry,
  type Unfinished,
} from "../../ceremony/drill/record.ts";
import { realProof } from "../../ceremony/drill/real.ts";
import type { Written } from "../../ceremony/ports.ts";
import { type DrillBegun, drillBegun } from "../../contract/drill.ts";
import { parseVault } from "../../crypto/vault.ts";
import { readStory } from "../../station/records-folder.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { readVault } from "../../station/vault-file.ts";
import { Left, tell } from "../desk.ts";
import type { House } from "../house.ts";
import type { Station } from "../station.ts";

const FILE = "drill-begun.json";

type Ground = Pick<Station, "dir" | "records">;

/** Written before anything of a drill is done: from here on it ends with a record, whatever comes. */
export const beginDrill = ({ keep }: Pick<House, "keep">, dir: string, drill: DrillBegun): void =>
  keep(join(dir, FILE), JSON.stringify(drill));

/** Its record is written: nothing is owed any more. */
export const drillEnded = (dir: string): void => rmSync(join(dir, FILE), { force: true });

/**
 * The record of a drill that did not come to its end, unless one of it is there already. `told`: what
 * was judged of it, when it had come so far. Null: none had begun.
 */
export function recordUnfinished(
  { clock }: Pick<House, "clock">,
  { dir, records }: Ground,
  unfinished: Unfinished,
  { told, people }: { readonly told: DrillTold | null; readonly people: Record<string, string> } = {
    told: null,
    people: {},
  },
): Written | null {
  const file = join(dir, FILE);
  if (!existsSync(file)) return null;
  const { after, form, faults, seed } = readBegun(file);
  const story = readStory(dir);
  const committed = story.findLast(({ kind }) => kind === "committed");
  const known = story.some(({ kind, written }) => kind === "drill" && written.seq > after);
  if (committed === undefined || known) {
    drillEnded(dir);
    return null;
  }
  const subject = subjectOf(committed);
  const { threshold } = parseVault(readVault(dir)).header;
  const real =
    form === "full" ? realProof(story, { after, vaultHash: subject.fileSha256, threshold }) : null;
  const written = records.append(
    subject,
    drillEntry(cutShort(told, { faults, seed, real }, unfinished), people, clock.now()),
  );
  drillEnded(dir);
  return written;
}

/** At a start: what was begun and has no record was left, by a power cut or whoever ended the app. */
export const recordCutOff = (house: Pick<House, "clock">, ground: Ground): Written | null =>
  recordUnfinished(house, ground, { how: "left", at: "unknown", code: "DRILL_CUT_OFF" });

/** The same where nothing waits for it: a disk that refuses is said, and the next turn tries again. */
export function settleCutOff(house: Pick<House, "clock" | "desk">, ground: Ground): void {
  try {
    recordCutOff(house, ground);
  } catch (error) {
    tell(house.desk, error);
  }
}

/** Why a drill ended at that step, by what ended it. */
export function unfinishedBy(error: unknown, at: Unfinished["at"]): Unfinished {
  if (error instanceof Left)
    return at === "told" || at === "witness"
      ? { how: "left", at, code: "DRILL_LEFT" }
      : { how: "stopped", at, code: "DRILL_STOPPED" };
  const { code } = Object(error) as { readonly code?: unknown };
  return { how: "failed", at, code: typeof code === "string" ? code : "UNEXPECTED" };
}

/** One that can't be read was begun all the same: since when is not known. */
function readBegun(file: string): DrillBegun {
  try {
    return drillBegun.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return { after: Number.MAX_SAFE_INTEGER, form: "practice", faults: [], seed: null };
  }
}
