import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { approveByTouch } from "../../ceremony/approval.ts";
import type { Progress, Subject } from "../../ceremony/ports.ts";
import { closingRecord, driveToRest } from "../../ceremony/rest.ts";
import { CodedError } from "../../crypto/errors.ts";
import { listClosers, listJournals } from "../../station/journal-file.ts";
import { forgetClosers, isSettled, maybeOpen } from "../../station/unfinished.ts";
import { hasVault } from "../../station/vault-file.ts";
import { readStory } from "../../station/records-folder.ts";
import { recoverSealing, subjectOf } from "../../station/recover-sealing.ts";
import type { DrillOptions } from "../drill.ts";
import type { Terminal } from "../terminal.ts";
import type { Interruption } from "./interruption.ts";
import {
  banner,
  type Drill,
  finish,
  flowPorts,
  glassActs,
  glassPorts,
  incidentOf,
  sealAct,
  openDrill,
  raiseStage,
  VAULT_NAME,
} from "./perform.ts";
import { progressOn } from "./progress.ts";
import { clock, readSettings } from "./scene.ts";
import { castOf, openStage, type Stage, type Tap } from "./stage.ts";
import { watchOnline } from "./watch.ts";

/**
 * Takes up a drill that a crash or power cut interrupted, at any point: first of all whatever may
 * be open is closed with the closer's session, without a quorum; then sealing is finished or begun
 * again, and what is open is driven to rest after quorum and touch. What was done stays done.
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
    const drill = await openDrill(dir, stage, progress, scene, interruption);
    const subject = await sealed(drill, settings);
    const kept = new Set(await listClosers(dir));
    const begun = (await listJournals(dir)).filter(
      ({ incident, state }) =>
        !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
    );
    // Nobody makes mistakes on purpose while something may be open.
    const calm: Drill = { ...drill, cast: castOf(stage, drill.scene.custodians.length, false) };
    for (const { incident } of begun) {
      progress.title("Quorum and touch, to bring it to rest");
      await driveToRest(glassPorts(calm), flowPorts(calm), {
        ...incidentOf(calm, settings.duration),
        id: incident,
        reason: "bring to rest what a crash left open",
      });
    }
    await forgetClosers(dir);
    const journal = (await listJournals(dir)).findLast(({ state }) =>
      state.accounts.some(({ touched }) => touched),
    );
    const incident = journal?.incident;
    if (incident === undefined) return await glassActs(drill, { ...settings, json }, terminal);
    const { records } = drill;
    const closed = closingRecord(records, clock, subject, incident, readStory(dir), journal?.state);
    if (closed.late) progress.note("the closing was complete and had no record yet");
    if (!readStory(dir).some(({ kind }) => kind === "approval"))
      await approveByTouch(glassPorts(calm), dir, { ...closed, kind: "closed" });
    const outcome = {
      incident,
      expiryProven: expiryIn(dir, incident),
      dead: closed.dead,
      resumed: true,
    };
    return await finish(drill, subject, VAULT_NAME, outcome, json, terminal);
  } finally {
    await stage.end();
  }
}

/**
 * The first act, before anything that may be refused: neither records, journals, settings nor scene
 * need to be sound for this. What can't be closed here keeps nothing else from being closed.
 */
async function closeFirst(
  dir: string,
  stage: Stage,
  progress: Progress,
  left: readonly string[],
): Promise<void> {
  progress.title("What was left");
  const { endpoint } = await stage.ask("openAws", { dir });
  const failed: unknown[] = [];
  for (const incident of left)
    await shutAtOnce(dir, stage, progress, endpoint, incident).catch((error: unknown) =>
      failed.push(error),
    );
  if (failed.length > 0) throw failed[0];
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

/** Says what is open, and ends it with the session that can do nothing else. */
async function shutAtOnce(
  dir: string,
  stage: Stage,
  progress: Progress,
  endpoint: string,
  incident: string,
): Promise<void> {
  const state = (await listJournals(dir)).find((one) => one.incident === incident)?.state;
  const until = state?.deadline?.untilMs;
  progress.note(
    `${incident} is unfinished (${state === undefined ? "its journal is gone" : state.phase}` +
      `${state?.damaged === true ? ", its journal is damaged" : ""}); AWS's own deadline: ` +
      (until === undefined ? "not known here" : new Date(until).toISOString()),
  );
  const online = stage.online(watchOnline(progress));
  try {
    await progress.step(
      "resume.latch",
      () => online.ask("closeWithCloser", { dir, incident, practiceEndpoint: endpoint }),
      ({ begun, accounts, without }) => {
        if (!begun && state?.phase === "closed")
          return "NOT closed yet: the journal says that it is, but was damaged; quorum must look";
        if (!begun) return "nothing had been changed at AWS: the journal says so and is closed";
        const left = [
          ...accounts.filter(({ verdict }) => verdict !== "LATCHED"),
          ...without.map((accountId) => ({ accountId, verdict: "no closer session" })),
        ].map(({ accountId, verdict }) => `${accountId} (${verdict})`);
        const shut = accounts.filter(({ verdict }) => verdict === "LATCHED");
        const done = shut.map(({ accountId }) => accountId).join(", ");
        return [
          shut.length > 0 ? `closed at once with the closer's session: ${done}` : "",
          left.length > 0 || accounts.length === 0
            ? `NOT closed yet, quorum must: ${left.join(", ") || "accounts that the journal lost"}`
            : "",
        ]
          .filter((part) => part !== "")
          .join("; ");
      },
    );
  } finally {
    await online.end();
  }
}

/** The vault, finished or sealed anew when the crash came before it counted. */
async function sealed(drill: Drill, settings: { readonly threshold: number }): Promise<Subject> {
  const { dir, records, progress } = drill;
  const outcome = recoverSealing(dir, readStory(dir), records, clock.now());
  if (outcome === "finished") progress.note("the sealing was complete and is committed now");
  const committed = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (committed !== undefined) return subjectOf(committed);
  // A vault or a journal without its records is no interrupted sealing: something was taken away.
  if (hasVault(dir) || (await listJournals(dir)).length > 0)
    throw new CodedError("RECORDS_MISSING", { dir });
  progress.note("the sealing was not complete: its vault never counted, and it is sealed anew");
  rmSync(join(dir, "cards"), { recursive: true, force: true });
  return sealAct(drill, settings);
}

/** What the records say of the expiry; null when it was closed before the deadline. */
function expiryIn(dir: string, incident: string): boolean | null {
  const told = readStory(dir).find(
    ({ kind, evidence }) => kind === "access-expired" && evidence["incident"] === incident,
  );
  if (told === undefined) return null;
  const accounts = told.evidence["accounts"];
  return Array.isArray(accounts) && accounts.every((one) => Object(one)["proven"] === true);
}
