import { randomBytes } from "node:crypto";
import { approveByTouch } from "../../ceremony/approval.ts";
import { castOf } from "../../ceremony/drill/company.ts";
import { Heard } from "../../ceremony/drill/heard.ts";
import { acceptOrder } from "../../ceremony/accept-order.ts";
import { awaitExpiry, closeAccess, openAccess } from "../../ceremony/access-flow.ts";
import { type Broken, breakGlass, type Incident } from "../../ceremony/break-glass.ts";
import { afflicted, FAULT } from "../../ceremony/drill/fault.ts";
import type { Ended } from "../../ceremony/drill/judge.ts";
import type { Progress, Subject } from "../../ceremony/ports.ts";
import { Pulse } from "../../ceremony/pulse.ts";
import { closeAnyway, shutWithCloser } from "../../ceremony/rest.ts";
import { sealCeremony } from "../../ceremony/seal-ceremony.ts";
import { Refused } from "../../contract/serve.ts";
import { CodedError } from "../../crypto/errors.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { openRecords } from "../../station/records-folder.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import type { DrillOptions } from "../drill.ts";
import type { Terminal } from "../terminal.ts";
import { type Drill, flowPorts, glassPorts, incidentOf, type Scene, subjectIn } from "./act.ts";
import { recordFailed, recordLeft } from "./cut-off.ts";
import { finish } from "./finish.ts";
import { Interrupted, type Interruption } from "./interruption.ts";
import { progressOn } from "./progress.ts";
import { bringToRest, closedIncident, closeFirst } from "./rest.ts";
import { clock, pause, readSettings, type Settings } from "./scene.ts";
import type { Tap } from "../tap.ts";
import { openStage, type Stage } from "./stage.ts";
import { unlessAsked, untilAsked } from "./until-asked.ts";
import { watchOnline } from "./watch.ts";

export const VAULT_NAME = "Sample emergency access";

/** The whole job from sealing to the last record; true when it passed. */
export async function perform(
  dir: string,
  { json }: Pick<DrillOptions, "json">,
  terminal: Terminal,
  interruption: Interruption,
  tap?: Tap,
): Promise<boolean> {
  const settings = readSettings(dir);
  const stage = openStage(tap);
  try {
    const progress = progressOn(terminal);
    banner(progress, dir);
    const scene = await raiseStage(dir, stage, progress, settings);
    const drill = await openDrill(dir, stage, progress, scene, settings, interruption);
    await sealAct(drill, settings);
    return await glassActs(drill, json, terminal);
  } finally {
    await stage.end();
  }
}

export function banner(progress: Progress, dir: string): void {
  progress.title("PRACTICE drill: nothing here opens anything real");
  progress.note(`everything is written to ${dir}`);
}

/** The stage stands and its AWS answers. */
export async function raiseStage(
  dir: string,
  stage: Stage,
  progress: ReturnType<typeof progressOn>,
  fresh: Settings | null,
): Promise<Scene> {
  const scene = await progress.step(
    "stage",
    () =>
      stage.ask("start", {
        dir,
        latencyMs: 0,
        fresh:
          fresh === null
            ? null
            : {
                custodians: fresh.custodians,
                accounts: fresh.accounts,
                keyFiles: [...fresh.keys],
                runbookFile: fresh.runbook ?? null,
                policyFile: fresh.policy ?? null,
                durationSeconds: fresh.duration,
              },
      }),
    ({ endpoint, accounts }) => `practice AWS answers at ${endpoint} for ${accounts.join(", ")}`,
  );
  for (const file of scene.foreignKeyFiles)
    progress.note(
      `${file} holds keys that the practice kit did not make. This drill keeps them in the clear\n` +
        "under its folder: if they are real, delete the folder afterwards and make new keys.",
    );
  return scene;
}

/** Another drill with the vault that stands in `dir`: its records go on in the same chain. */
export async function performAgain(
  dir: string,
  { json }: Pick<DrillOptions, "json">,
  terminal: Terminal,
  interruption: Interruption,
  tap?: Tap,
): Promise<boolean> {
  const settings = readSettings(dir);
  const stage = openStage(tap);
  try {
    const progress = progressOn(terminal);
    banner(progress, dir);
    const scene = await raiseStage(dir, stage, progress, null);
    // Those of earlier drills are told of in their own summaries.
    await stage.ask("calls", null);
    const drill = await openDrill(dir, stage, progress, scene, settings, interruption);
    return await glassActs(drill, json, terminal);
  } finally {
    await stage.end();
  }
}

/** The drill's own files are open: its records are whole, or this refuses. */
export async function openDrill(
  dir: string,
  stage: Stage,
  progress: ReturnType<typeof progressOn>,
  scene: Scene,
  settings: Settings,
  interruption: Interruption,
): Promise<Drill> {
  const records = await openRecords(dir, "PRACTICE", () => randomBytes(32));
  const count = scene.custodians.length;
  const who = afflicted(settings.faults, scene.custodians, scene.keyLabels);
  const placeOf = (name: string | null): number | null =>
    name === null ? null : scene.custodians.indexOf(name) + 1;
  const company = { missing: placeOf(who.missing), damaged: placeOf(who.damaged) };
  return {
    dir,
    stage,
    cast: castOf(stage, count, company),
    calm: castOf(stage, count, { ...company, calm: true }),
    records,
    progress,
    endpoint: scene.endpoint,
    vaultPeakBytes: 0,
    scene,
    settings,
    interruption,
    heard: new Heard(() => Date.now()),
    pulse: new Pulse(clock),
    notes: { present: [], touched: null, backAfterMs: null, lostAnswers: [], death: null },
  };
}

export async function sealAct(
  drill: Drill,
  { threshold }: Pick<Settings, "threshold">,
): Promise<Subject> {
  const { dir, stage, cast, records, progress, scene } = drill;
  progress.title("Seal");
  const sealed = await sealCeremony(
    { vault: stage.vault, cast, records, clock, progress },
    {
      mode: "PRACTICE",
      dir,
      name: VAULT_NAME,
      threshold,
      custodians: [...scene.custodians],
      keyFiles: [...scene.keyFiles],
      defaultAccount: scene.accounts[0] ?? null,
      mfaFile: scene.mfaFile,
      policyFile: scene.policyFile,
      runbookFile: scene.runbookFile,
      keyboardLayout: "US English",
      kdf: { ...KDF_REAL },
    },
  );
  drill.vaultPeakBytes = Math.max(drill.vaultPeakBytes, sealed.peakBytes);
  return sealed.subject;
}

/** Break glass, open, expire, close, approve, report: with the faults of this drill, each at its time. */
export async function glassActs(drill: Drill, json: boolean, terminal: Terminal): Promise<boolean> {
  const { progress, settings, dir } = drill;
  const incident = incidentOf(drill, settings.duration);
  progress.title("Break the glass");
  progress.note(`${incident.id}: ${incident.reason}`);
  drill.interruption.whenLeft(() => recordLeft(drill));
  try {
    await strike(drill, "people", "calls");
    const ended = await throughTheGlass(drill, incident).catch((error: unknown) =>
      cannotOpen(drill, incident.id, error),
    );
    return await finish(drill, subjectIn(dir), VAULT_NAME, ended, json, terminal);
  } catch (error) {
    if (!(error instanceof Interrupted)) await recordFailed(drill, error);
    throw error;
  }
}

/** What goes wrong from this moment on; main and the people see to theirs themselves. */
async function strike(drill: Drill, ...moments: readonly string[]): Promise<void> {
  const { settings, stage, progress } = drill;
  for (const fault of settings.faults) {
    const { moment, wrong } = FAULT[fault];
    if (!moments.includes(moment)) continue;
    progress.fault(fault, wrong);
    await stage.ask("strike", { fault });
  }
}

/** An end too: where the faults leave no way to open it, saying so is what a drill is for. */
function cannotOpen({ progress }: Drill, incident: string, error: unknown): Ended {
  const coded = error instanceof CodedError || error instanceof Refused ? error : null;
  if (coded?.code !== "ACCESS_NOT_OPENED" && coded?.code !== "QUORUM_INCOMPLETE") throw error;
  progress.refused("The glass", coded.code, coded.about);
  return {
    incident: coded.code === "ACCESS_NOT_OPENED" ? incident : null,
    opened: false,
    expiryProven: null,
    dead: true,
    resumed: false,
    cannotOpen: coded.code,
  };
}

async function throughTheGlass(drill: Drill, incident: Incident): Promise<Ended> {
  const { dir, progress, settings, heard } = drill;
  const ports = flowPorts(drill);
  let dies = false;
  const glass = glassPorts(drill, (process) => {
    if (settings.faults.includes("laptop-killed"))
      heard.at("latch-lifted", () => {
        dies = true;
        progress.fault("laptop-killed", FAULT["laptop-killed"].wrong);
        process.kill();
      });
  });
  const broken = await breakGlass(glass, incident, "open");
  drill.vaultPeakBytes = Math.max(drill.vaultPeakBytes, broken.peakBytes);
  // From here on something may be changed at AWS, which `--resume` tells.
  drill.interruption.whenLeft(null);
  const { online, subject } = broken;
  const after: (() => void)[] = [];
  try {
    progress.title("Open");
    await acceptOrder(ports, broken, incident);
    const closed = await drill.interruption.whileOpen((asked) =>
      closingWhatever(
        drill,
        broken,
        incident,
        () => dies,
        async () => {
          const flow = { ...broken, online: untilAsked(online, asked) };
          const opened = await unlessAsked(asked, openAccess(ports, flow, incident));
          progress.title(`Open until ${new Date(opened.untilMs).toISOString()} by AWS's clock`);
          await strike(drill, "open");
          if (settings.faults.includes("network-gone")) after.push(networkBack(drill));
          const proven = await awaitExpiry(ports, flow, incident);
          progress.title("Close");
          const why = "the drill's end";
          const end = await closeAccess(ports, flow.online, subject, incident, why);
          if (asked.aborted) throw new Interrupted(end.dead);
          return { expiryProven: proven, ...end };
        },
      ),
    );
    const { expiryProven, dead, record } = closed;
    await online.end();
    await approveByTouch(glassPorts(drill), dir, { ...record, kind: "closed" });
    const { id } = incident;
    return { incident: id, opened: true, expiryProven, dead, resumed: false, cannotOpen: null };
  } catch (error) {
    if (!dies) throw error;
    return await startedAgain(drill);
  } finally {
    for (const stop of after) stop();
    await online.end();
  }
}

/** How long after the deadline the network comes back. */
const GONE_MS = 2_000;

/** Call the result to wait for it no more. */
function networkBack({ stage, progress, settings, notes }: Drill): () => void {
  const afterMs = settings.duration * 1000 + GONE_MS;
  const timer = setTimeout(() => {
    notes.backAfterMs = afterMs;
    progress.note("the network is back");
    stage.ask("mend", null).then(
      ({ lostAnswers }) => notes.lostAnswers.push(...lostAnswers),
      () => undefined,
    );
  }, afterMs);
  return () => clearTimeout(timer);
}

/** What a start does after the laptop died: only what is on the disk counts. */
async function startedAgain(drill: Drill): Promise<Ended> {
  const { dir, stage, progress, notes } = drill;
  const from = performance.now();
  await closeFirst(dir, stage, progress, await maybeOpen(dir));
  notes.death = { after: "latch-lifted", shutMs: performance.now() - from };
  // The chain as it is on the disk, with the station's key that lies there.
  drill.records = await openRecords(dir, "PRACTICE", () => randomBytes(32));
  await bringToRest(drill);
  const closed = await closedIncident(drill);
  if (closed === null) throw new CodedError("RECORDS_MISSING", { dir });
  await approveByTouch(glassPorts(drill), dir, { ...closed, kind: "closed" });
  const { incident, dead } = closed;
  return { incident, opened: true, expiryProven: null, dead, resumed: false, cannotOpen: null };
}

const AFTER_ALL = {
  closed: "closed; `--resume` writes what is missing of its record",
  latched: "shut with the closer's session: every call is denied; `--resume` turns the keys off",
  "maybe open": "NOT closed: AWS ends it at its deadline, and `--resume` closes it now",
} as const;

/**
 * What fails while an access may be open (a full disk under the records, say) must not keep it open:
 * it is closed first, then the error is told. An access that did not open was driven to rest already.
 */
async function closingWhatever<T>(
  drill: Drill,
  broken: Broken,
  incident: Incident,
  isDead: () => boolean,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A laptop that died closes nothing: the next start does.
    if (isDead()) throw error;
    const { stage, progress, dir, endpoint, pulse } = drill;
    const interrupted = error instanceof Interrupted;
    if (interrupted && error.closed) throw error;
    if (error instanceof CodedError && error.code === "ACCESS_NOT_OPENED") throw error;
    if (!interrupted)
      progress.note("an error came while the access may be open: it is closed first");
    const why = interrupted ? "interrupted" : "an error while the access was open";
    const flow = flowPorts(drill);
    const end = await closeAnyway(flow, broken, incident, why, { pulse, pause }, () =>
      shutWithCloser(stage.online(watchOnline(progress)), {
        dir,
        incident: incident.id,
        practiceEndpoint: endpoint,
      }),
    );
    const closed = end === "closed";
    progress.note(AFTER_ALL[end]);
    throw interrupted ? new Interrupted(closed) : error;
  }
}
