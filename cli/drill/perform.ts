import { randomBytes } from "node:crypto";
import { approveByTouch } from "../../ceremony/approval.ts";
import {
  acceptOrder,
  type AccessFlowPorts,
  awaitExpiry,
  closeAccess,
  openAccess,
} from "../../ceremony/access-flow.ts";
import { breakGlass, type Incident } from "../../ceremony/break-glass.ts";
import type { Cast, OnlineProcess, Progress, Subject } from "../../ceremony/ports.ts";
import { shutWithCloser } from "../../ceremony/rest.ts";
import { sealCeremony } from "../../ceremony/seal-ceremony.ts";
import type { practiceRequests } from "../../contract/practice.ts";
import type { Output } from "../../contract/serve.ts";
import { CodedError } from "../../crypto/errors.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { openRecords } from "../../station/records-folder.ts";
import type { DrillOptions } from "../drill.ts";
import type { Terminal } from "../terminal.ts";
import { Interrupted, type Interruption } from "./interruption.ts";
import { progressOn } from "./progress.ts";
import { report } from "./report.ts";
import { clock, readSettings, type Settings } from "./scene.ts";
import { castOf, openStage, type Stage, type Tap } from "./stage.ts";
import { watchOnline } from "./watch.ts";

export const VAULT_NAME = "Sample emergency access";

/** Everything a drill goes through, in one place for its acts. */
export interface Drill {
  readonly dir: string;
  readonly stage: Stage;
  readonly cast: Cast;
  readonly records: RecordStore;
  readonly progress: ReturnType<typeof progressOn>;
  readonly endpoint: string;
  readonly scene: Scene;
  readonly interruption: Interruption;
  vaultPeakBytes: number;
}

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
    const drill = await openDrill(dir, stage, progress, scene, interruption);
    await sealAct(drill, settings);
    return await glassActs(drill, { ...settings, json }, terminal);
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

/** The drill's own files are open: its records are whole, or this refuses. */
export async function openDrill(
  dir: string,
  stage: Stage,
  progress: ReturnType<typeof progressOn>,
  scene: Scene,
  interruption: Interruption,
): Promise<Drill> {
  const records = await openRecords(dir, "PRACTICE", () => randomBytes(32));
  const cast = castOf(stage, scene.custodians.length);
  return {
    dir,
    stage,
    cast,
    records,
    progress,
    endpoint: scene.endpoint,
    vaultPeakBytes: 0,
    scene,
    interruption,
  };
}

export type Scene = Output<typeof practiceRequests, "start">;

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

/** Break glass, open, expire, close, approve, report. */
export async function glassActs(
  drill: Drill,
  { duration, json }: Pick<DrillOptions, "duration" | "json">,
  terminal: Terminal,
): Promise<boolean> {
  const { dir, progress } = drill;
  const ports = flowPorts(drill);
  const incident = incidentOf(drill, duration);
  progress.title("Break the glass");
  progress.note(`${incident.id}: ${incident.reason}`);
  const broken = await breakGlass(glassPorts(drill), incident, "open");
  drill.vaultPeakBytes = Math.max(drill.vaultPeakBytes, broken.peakBytes);
  const { online, subject } = broken;
  try {
    progress.title("Open");
    await acceptOrder(ports, broken, dir);
    const closed = await drill.interruption.whileOpen((asked) =>
      closingWhatever(drill, online, incident.id, async () => {
        const flow = { ...broken, online: untilAsked(online, asked) };
        const opened = await openAccess(ports, flow, incident);
        progress.title(`Open until ${new Date(opened.untilMs).toISOString()} by AWS's clock`);
        const proven = await awaitExpiry(ports, flow, incident);
        progress.title("Close");
        const why = "the drill's end";
        const end = await closeAccess(ports, flow.online, subject, incident, why);
        if (asked.aborted) throw new Interrupted(end.dead);
        return { expiryProven: proven, ...end };
      }),
    );
    const { expiryProven, dead, record } = closed;
    await online.end();
    await approveByTouch(glassPorts(drill), dir, { ...record, kind: "closed" });
    const outcome = { incident: incident.id, expiryProven, dead, resumed: false };
    const passed = await finish(drill, subject, broken.vaultName, outcome, json, terminal);
    return passed && expiryProven;
  } finally {
    await online.end();
  }
}

/** How long an error may be held back while AWS is brought to rest. */
const CLOSE_ANYWAY_MS = 60_000;

/**
 * What fails while an access may be open (a full disk under the records, say) must not keep it open:
 * it is closed first, then the error is told. An access that did not open was driven to rest already.
 */
async function closingWhatever<T>(
  { stage, progress, dir, endpoint }: Drill,
  online: OnlineProcess,
  incident: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const interrupted = error instanceof Interrupted;
    if (interrupted && error.closed) throw error;
    if (error instanceof CodedError && error.code === "ACCESS_NOT_OPENED") throw error;
    if (!interrupted)
      progress.note("an error came while the access may be open: it is closed first");
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), CLOSE_ANYWAY_MS);
    });
    const why = interrupted ? "interrupted" : "an error while the access was open";
    const closings = await Promise.race([online.ask("close", { why }).catch(() => null), late]);
    clearTimeout(timer);
    const closed = closings?.every(({ verdict }) => verdict === "CLOSED") === true;
    if (closed) progress.note("closed; `--resume` writes the record of it");
    else {
      // The process that held the access is gone or hangs: its closer's session lies on the disk.
      await online.end();
      const asked = { dir, incident, practiceEndpoint: endpoint };
      const shut = await shutWithCloser(stage.online(watchOnline(progress)), asked);
      progress.note(
        shut
          ? "shut with the closer's session: every call is denied; `--resume` turns the keys off"
          : "NOT closed: AWS ends it at its deadline, and `--resume` closes it now",
      );
    }
    throw interrupted ? new Interrupted(closed) : error;
  }
}

/**
 * The online process for a flow that ends when it is asked to: waiting ends at once. Opening and
 * closing are not left in their middle; nothing new begins after them.
 */
function untilAsked(online: OnlineProcess, asked: AbortSignal): OnlineProcess {
  const ended = new Promise<never>((_, reject) => {
    asked.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  ended.catch(() => undefined);
  return {
    ...online,
    ask: (name, input) => {
      if (asked.aborted) return ended;
      const answer = online.ask(name, input);
      if (name === "open" || name === "close") return answer;
      answer.catch(() => undefined);
      return Promise.race([answer, ended]);
    },
  };
}

export const flowPorts = ({ records, progress, endpoint }: Drill): AccessFlowPorts => ({
  records,
  clock,
  progress,
  practiceEndpoint: endpoint,
});

export const glassPorts = ({ stage, cast, records, progress }: Drill) => ({
  vault: stage.vault,
  online: () => stage.online(watchOnline(progress)),
  cast,
  records,
  clock,
  progress,
});

export function incidentOf({ dir, scene }: Drill, durationSeconds: number): Incident {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return {
    dir,
    id: `INC-DRILL-${stamp}`,
    reason: "Drill: the database of the sample shop does not come back",
    responder: scene.people.responder,
    officer: scene.people.officer,
    durationSeconds,
  };
}

export async function finish(
  { dir, stage, progress, vaultPeakBytes }: Drill,
  subject: Subject,
  vaultName: string,
  outcome: Parameters<typeof report>[2]["outcome"],
  json: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const { steps, refusals } = progress;
  const result = await report(dir, stage, {
    subject,
    vaultName,
    steps,
    refusals,
    vaultPeakBytes,
    outcome,
  });
  if (json) process.stdout.write(result.summary);
  terminal.title(result.passed ? "The drill passed" : "The drill did NOT pass");
  terminal.note(`print ${dir}/record.html; every step and AWS call is in ${dir}/summary.json`);
  terminal.title("Check it yourself");
  for (const line of result.lines) terminal.plain(line);
  return result.passed;
}
