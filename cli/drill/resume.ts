import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { approveByTouch } from "../../ceremony/approval.ts";
import type { Ended } from "../../ceremony/drill/judge.ts";
import { CodedError } from "../../crypto/errors.ts";
import { listClosers, listJournals } from "../../station/journal-file.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { hasVault } from "../../station/vault-file.ts";
import { readStory } from "../../station/records-folder.ts";
import { recoverSealing } from "../../station/recover-sealing.ts";
import type { DrillOptions } from "../drill.ts";
import type { Terminal } from "../terminal.ts";
import { type Drill, glassPorts, ownStory, subjectIn } from "./act.ts";
import { begunAnew } from "./cut-off.ts";
import { finish } from "./finish.ts";
import type { Interruption } from "./interruption.ts";
import { banner, glassActs, openDrill, raiseStage, sealAct, VAULT_NAME } from "./perform.ts";
import { progressOn } from "./progress.ts";
import { bringToRest, closedIncident, closeFirst } from "./rest.ts";
import { clock, readSettings } from "./scene.ts";
import type { Tap } from "../tap.ts";
import { openStage } from "./stage.ts";

/**
 * Takes up a drill that a crash or power cut interrupted, at any point: first of all whatever may
 * be open is closed with the closer's session, without a quorum; then sealing is finished or begun
 * again, and what is open is driven to rest after quorum and touch. What was done stays done; where
 * nothing was opened yet, what was begun is recorded as cut off, and another drill is held.
 */
export async function resumeDrill(
  dir: string,
  { json }: Pick<DrillOptions, "json">,
  terminal: Terminal,
  interruption: Interruption,
  tap?: Tap,
): Promise<boolean> {
  const left = await maybeOpen(dir);
  // A folder of something else is refused before anything is started; settings close nothing.
  if (left.length === 0) readSettings(dir);
  const stage = openStage(tap);
  try {
    const progress = progressOn(terminal);
    banner(progress, dir);
    if (left.length > 0) await closeFirst(dir, stage, progress, left);
    const settings = readSettings(dir);
    const fresh = (await isSceneDue(dir)) ? null : settings;
    const scene = await raiseStage(dir, stage, progress, fresh);
    const drill = await openDrill(dir, stage, progress, scene, settings, interruption);
    await sealed(drill, settings);
    await bringToRest(drill);
    const closed = await closedIncident(drill);
    if (closed === null) {
      const told = ended(drill);
      return told === null
        ? await glassActs(await begunAnew(drill), json, terminal)
        : await finish(drill, subjectIn(dir), VAULT_NAME, told, json, terminal);
    }
    const { incident, dead } = closed;
    const calm: Drill = { ...drill, cast: drill.calm };
    if (!ownStory(drill).some(({ kind }) => kind === "approval"))
      await approveByTouch(glassPorts(calm), dir, { ...closed, kind: "closed" });
    const outcome = {
      incident,
      opened: true,
      expiryProven: expiryIn(drill, incident),
      dead,
      resumed: true,
      cannotOpen: null,
    };
    return await finish(drill, subjectIn(dir), VAULT_NAME, outcome, json, terminal);
  } finally {
    await stage.end();
  }
}

/**
 * Whether a stage must stand already. Once something was sealed or begun there, a lost scene is not
 * made anew: another AWS would hide what is open in the old one.
 */
async function isSceneDue(dir: string): Promise<boolean> {
  const file = join(dir, "practice", "scene.json");
  if (existsSync(file)) return true;
  const used = hasVault(dir) || (await listJournals(dir)).length > 0;
  if (used || (await listClosers(dir)).length > 0)
    throw new CodedError("PRACTICE_STATE_UNREADABLE", { file });
  return false;
}

/** The vault, finished or sealed anew when the crash came before it counted. */
async function sealed(drill: Drill, settings: { readonly threshold: number }): Promise<void> {
  const { dir, records, progress } = drill;
  const outcome = recoverSealing(dir, readStory(dir), records, clock.now());
  if (outcome === "finished") progress.note("the sealing was complete and is committed now");
  if (readStory(dir).some(({ kind }) => kind === "committed")) return;
  // A vault or a journal without its records is no interrupted sealing: something was taken away.
  if (hasVault(dir) || (await listJournals(dir)).length > 0)
    throw new CodedError("RECORDS_MISSING", { dir });
  progress.note("the sealing was not complete: its vault never counted, and it is sealed anew");
  rmSync(join(dir, "cards"), { recursive: true, force: true });
  await sealAct(drill, settings);
}

/** The end of a drill in which nothing was opened, as its record tells it; null: it came to none. */
function ended(drill: Drill): Ended | null {
  const told = ownStory(drill).findLast(({ kind }) => kind === "drill");
  if (told === undefined || (told.evidence["unfinished"] ?? null) !== null) return null;
  const { incident, cannotOpen } = told.evidence;
  const code: unknown = Object(cannotOpen).code;
  return {
    incident: typeof incident === "string" ? incident : null,
    opened: false,
    expiryProven: null,
    dead: true,
    resumed: true,
    cannotOpen: typeof code === "string" ? code : null,
  };
}

/** What the records say of the expiry; null when it was closed before the deadline. */
function expiryIn(drill: Drill, incident: string): boolean | null {
  const told = ownStory(drill).find(
    ({ kind, evidence }) => kind === "access-expired" && evidence["incident"] === incident,
  );
  if (told === undefined) return null;
  const accounts = told.evidence["accounts"];
  return Array.isArray(accounts) && accounts.every((one) => Object(one)["proven"] === true);
}
