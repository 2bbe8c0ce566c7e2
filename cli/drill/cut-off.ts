import { cutShort, drillEntry, type Unfinished } from "../../ceremony/drill/record.ts";
import type { Written } from "../../ceremony/ports.ts";
import { type Drill, ownStory, subjectIn } from "./act.ts";
import { touchedIncident } from "./rest.ts";
import { clock, writeSettings } from "./scene.ts";

const CUT_OFF = "DRILL_CUT_OFF";

/** The drill's own record, if it has one. */
const recordedIn = (drill: Drill) => ownStory(drill).findLast(({ kind }) => kind === "drill");

function record(drill: Drill, unfinished: Unfinished): Written {
  const { dir, records, scene, settings } = drill;
  const { officer, responder } = scene.people;
  const told = cutShort(null, { ...settings, real: null }, unfinished);
  return records.append(subjectIn(dir), drillEntry(told, { officer, responder }, clock.now()));
}

/** A signal ends it now, before anything was asked of AWS. A disk that refuses is left to the next start. */
export function recordLeft(drill: Drill): void {
  try {
    if (recordedIn(drill) === undefined) record(drill, { how: "left", at: "glass", code: CUT_OFF });
  } catch {
    // `--resume` records it.
  }
}

/**
 * An error ended it. Where something was changed at AWS, `--resume` brings that to rest and tells the
 * whole drill; where the disk refuses, it records this.
 */
export async function recordFailed(drill: Drill, error: unknown): Promise<void> {
  const { code } = Object(error) as { readonly code?: unknown };
  const why = typeof code === "string" ? code : "UNEXPECTED";
  try {
    if (recordedIn(drill) !== undefined || (await touchedIncident(drill)) !== null) return;
    record(drill, { how: "failed", at: "glass", code: why });
  } catch {
    // What ended it is said.
  }
}

/**
 * What was begun has its record, now at the latest, and the drill that is held next is one of its own:
 * it is judged by its own records and calls.
 */
export async function begunAnew(drill: Drill): Promise<Drill> {
  const { dir, stage, progress } = drill;
  const { seq } = recordedIn(drill) ?? record(drill, { how: "left", at: "unknown", code: CUT_OFF });
  const { restored: _, ...before } = drill.settings;
  const settings = { ...before, after: seq };
  writeSettings(dir, settings);
  await stage.ask("calls", null);
  progress.note(`the drill that was cut off did not pass (record ${seq}); another one begins`);
  return { ...drill, settings };
}
