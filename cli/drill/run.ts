import { randomInt } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { accountKeys, parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { drawFaults } from "../../ceremony/drill/fault.ts";
import { explain } from "../../contract/failures.ts";
import { CodedError } from "../../crypto/errors.ts";
import { refuse } from "../../station/errors.ts";
import { readPolicy, readText } from "../../station/inputs.ts";
import { lockFolder } from "../../station/lock.ts";
import { readStory } from "../../station/records-folder.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { makeFolder } from "../../station/vault-file.ts";
import { coded } from "../coded.ts";
import type { DrillOptions } from "../drill.ts";
import { silent, type Terminal, terminalOn } from "../terminal.ts";
import { Interrupted, listenForSignals } from "./interruption.ts";
import { perform, performAgain } from "./perform.ts";
import { restoreForDrill } from "./restored.ts";
import { resumeDrill } from "./resume.ts";
import { readSettings, type Settings, writeSettings } from "./scene.ts";

export type DrillCode =
  | "THRESHOLD_TOO_HIGH"
  | "DRILL_FOLDER_USED"
  | "DRILL_FOLDER_UNUSABLE"
  | "DRILL_FOLDER_MISSING"
  | "DRILL_UNFINISHED"
  | "RECORDS_MISSING"
  | "DISK_REFUSED";

/** Codes that are the input's fault: the exit status is 2. */
const UNUSABLE =
  /^(?:THRESHOLD_TOO_HIGH|DRILL_(?:FOLDER_|FAULTS_|UNFINISHED)|INPUT_|POLICY_INVALID|PLAN_INVALID|CONTENTS_INVALID|KEY_(?:FILE|ID|SECRET|ROLE|ACCOUNT|DUPLICATE|MISSING)|PRACTICE_(?:KEY_FILE|POLICY|NO_STAGE)|REGION_|PROFILE_|KIT_EXPIRED|DURATION_TOO_LONG|RESTORE_|COP(?:Y|IES)_)/;

/** Runs the command; the exit status as its help gives it. */
export async function drill(options: DrillOptions): Promise<number> {
  const terminal: Terminal = options.json ? silent : terminalOn(process.stdout);
  let release: (() => void) | null = null;
  let dir = "";
  outliveReaders();
  const interruption = listenForSignals(() => dir);
  try {
    const { resume, again, restored } = options;
    const scenario = scenarioOf(options);
    const old = resume ?? again;
    dir = old === undefined ? newFolder(options) : oldFolder(old);
    if (restored !== undefined) await beginRestored(restored, dir, options, scenario, terminal);
    release = lockFolder(dir);
    if (again !== undefined) await beginAgain(dir, options, scenario);
    else if (resume === undefined && restored === undefined) begin(dir, options, scenario);
    const stands = again !== undefined || restored !== undefined;
    const act = resume !== undefined ? resumeDrill : stands ? performAgain : perform;
    const passed = await act(dir, options, terminal, interruption);
    return passed ? 0 : 1;
  } catch (error) {
    return error instanceof Interrupted
      ? interruption.leave(error.closed)
      : say(error, options.json);
  } finally {
    interruption.end();
    release?.();
  }
}

/** Nobody reads any more (`| head`, a closed window): that ends no ceremony in its middle. */
function outliveReaders(): void {
  for (const out of [process.stdout, process.stderr]) out.on("error", () => undefined);
}

/** Stands in for the account of files that name none; the practice kit names its own later. */
const ANY_ACCOUNT = "000000000000";

/** An empty folder for a new drill, once what it is given can be used. */
function newFolder(options: DrillOptions): string {
  const { custodians, threshold, policy, runbook, duration, out, keys = [] } = options;
  if (threshold > custodians)
    throw new CodedError<DrillCode>("THRESHOLD_TOO_HIGH", { threshold, custodians });
  // Now, in the user's own files: later the glass is broken already.
  if (policy !== undefined) {
    const most = readPolicy(policy).maxDurationSeconds;
    if (duration > most) refuse("DURATION_TOO_LONG", { asked: duration, most });
  }
  if (runbook !== undefined) readText(runbook);
  accountKeys(keys.flatMap((file) => parseAccessKeys(readText(file), basename(file), ANY_ACCOUNT)));
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const dir = resolve(out ?? `drill-${stamp}`);
  try {
    makeFolder(dir);
    if (readdirSync(dir).length === 0) return dir;
  } catch (cause) {
    throw new CodedError<DrillCode>("DRILL_FOLDER_UNUSABLE", { dir }, { cause });
  }
  throw new CodedError<DrillCode>("DRILL_FOLDER_USED", { dir });
}

/** The settings come first: from here on the drill can be resumed. */
function begin(dir: string, options: DrillOptions, scenario: Scenario): void {
  const { custodians, threshold } = options;
  const { keys = [], runbook, policy, accounts, duration } = options;
  writeSettings(dir, {
    format: "pullstation-drill@v1",
    keys: keys.map((file) => resolve(file)),
    ...(runbook === undefined ? {} : { runbook: resolve(runbook) }),
    ...(policy === undefined ? {} : { policy: resolve(policy) }),
    custodians,
    threshold,
    accounts,
    duration,
    ...scenario,
  });
}

type Scenario = Pick<
  Settings,
  "faults" | "seed" | "witness" | "deviations" | "followUps" | "alarm"
>;

/** What goes wrong and what people say, as the command line has it; before anything is written. */
function scenarioOf(options: DrillOptions): Scenario {
  const { fault = [], witness = null, deviation = [], followUp = [], alarm = null } = options;
  const drawn = fault.includes("random");
  const seed = drawn ? (options.seed ?? randomInt(2 ** 32)) : null;
  return {
    faults: [...drawFaults(fault, seed ?? 0)],
    seed,
    witness,
    deviations: [...deviation],
    followUps: [...followUp],
    alarm,
  };
}

/** The settings of the next drill with the vault in `dir`, whose last one must be over. */
async function nextAfter(dir: string, { duration }: DrillOptions): Promise<Settings> {
  const before = readSettings(dir);
  const isOver = readStory(dir).some(({ kind, seq }) => kind === "drill" && seq > before.after);
  if (!isOver || (await maybeOpen(dir)).length > 0)
    throw new CodedError<DrillCode>("DRILL_UNFINISHED", { dir });
  const most = readPolicy(join(dir, "policy.json")).maxDurationSeconds;
  if (duration > most) refuse("DURATION_TOO_LONG", { asked: duration, most });
  const { restored: _, ...settings } = before;
  return { ...settings, duration };
}

async function beginAgain(dir: string, options: DrillOptions, next: Scenario): Promise<void> {
  const settings = await nextAfter(dir, options);
  writeSettings(dir, { ...settings, ...next, after: readStory(dir).at(-1)?.seq ?? 0 });
}

/** A drill on a fresh laptop, with the vault of an earlier one. */
async function beginRestored(
  from: string,
  dir: string,
  options: DrillOptions,
  next: Scenario,
  terminal: Terminal,
): Promise<void> {
  const old = oldFolder(from);
  const settings = await nextAfter(old, options);
  const restored = await restoreForDrill(old, dir, terminal);
  writeSettings(dir, { ...settings, ...next, after: restored.record, restored });
}

function oldFolder(path: string): string {
  const dir = resolve(path);
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CodedError<DrillCode>("DRILL_FOLDER_MISSING", { dir });
  return dir;
}

function say(error: unknown, json: boolean): number {
  const { code, about } = coded(error);
  const { what, todo } = explain(code, about);
  if (json) process.stdout.write(`${JSON.stringify({ passed: false, code, about, what, todo })}\n`);
  else process.stderr.write(`\n${what}\n${todo}\n(${code})\n`);
  return UNUSABLE.test(code) ? 2 : 1;
}
