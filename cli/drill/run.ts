import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { explain } from "../../contract/failures.ts";
import { CodedError } from "../../crypto/errors.ts";
import { Refused } from "../../contract/serve.ts";
import type { DrillOptions } from "../drill.ts";
import { silent, type Terminal, terminalOn } from "../terminal.ts";
import { perform } from "./perform.ts";
import { resumeDrill } from "./resume.ts";
import { writeSettings } from "./scene.ts";

export type DrillCode = "THRESHOLD_TOO_HIGH" | "DRILL_FOLDER_USED" | "DRILL_FOLDER_MISSING";

/** Codes that are the input's fault: the exit status is 2. */
const UNUSABLE =
  /^(?:THRESHOLD_TOO_HIGH|DRILL_FOLDER_|INPUT_|POLICY_INVALID|PLAN_INVALID|CONTENTS_INVALID|KEY_(?:FILE|ID|SECRET|ROLE|ACCOUNT|DUPLICATE|MISSING)|PRACTICE_(?:KEY_FILE|POLICY|NO_STAGE)|REGION_|PROFILE_|KIT_EXPIRED|DURATION_TOO_LONG)/;

/** Runs the command; the exit status as its help gives it. */
export async function drill(options: DrillOptions): Promise<number> {
  const terminal: Terminal = options.json ? silent : terminalOn(process.stdout);
  try {
    const passed =
      options.resume === undefined
        ? await perform(begin(options), options, terminal)
        : await resumeDrill(oldFolder(options.resume), options, terminal);
    return passed ? 0 : 1;
  } catch (error) {
    return say(error, options.json);
  }
}

/** The folder of a new drill, with its settings in it: from here on it can be resumed. */
function begin(options: DrillOptions): string {
  const { custodians, threshold } = options;
  if (threshold > custodians)
    throw new CodedError<DrillCode>("THRESHOLD_TOO_HIGH", { threshold, custodians });
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  const dir = resolve(options.out ?? `drill-${stamp}`);
  if (existsSync(dir) && readdirSync(dir).length > 0)
    throw new CodedError<DrillCode>("DRILL_FOLDER_USED", { dir });
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
  });
  return dir;
}

function oldFolder(path: string): string {
  const dir = resolve(path);
  if (!existsSync(dir)) throw new CodedError<DrillCode>("DRILL_FOLDER_MISSING", { dir });
  return dir;
}

function say(error: unknown, json: boolean): number {
  if (!(error instanceof CodedError) && !(error instanceof Refused)) throw error;
  const { code, about } = error;
  const { what, todo } = explain(code, about);
  if (json) process.stdout.write(`${JSON.stringify({ passed: false, code, about, what, todo })}\n`);
  else process.stderr.write(`\n${what}\n${todo}\n(${code})\n`);
  return UNUSABLE.test(code) ? 2 : 1;
}
