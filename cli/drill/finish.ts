import { canOpen, remaining } from "../../ceremony/drill/fault.ts";
import { compareSteps } from "../../ceremony/drill/compare.ts";
import { type DrillTold, drillEntry, pastDrills } from "../../ceremony/drill/record.ts";
import { type FaultTold, type Seen, tellFault } from "../../ceremony/drill/seen.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { isWholeSinceRestored } from "../../ceremony/restore.ts";
import { verify } from "../../ceremony/verify.ts";
import { explain } from "../../contract/failures.ts";
import type { Output } from "../../contract/serve.ts";
import type { practiceRequests } from "../../contract/practice.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import type { Terminal } from "../terminal.ts";
import { type Drill, ownStory } from "./act.ts";
import { chart } from "./chart.ts";
import { report } from "./report.ts";
import { clock } from "./scene.ts";
import { askWitness } from "./witness.ts";

/** How a drill went, before it is judged. */
export interface Ended {
  readonly incident: string | null;
  readonly opened: boolean;
  readonly expiryProven: boolean | null;
  readonly dead: boolean;
  readonly resumed: boolean;
  /** The code that kept it shut. */
  readonly cannotOpen: string | null;
}

type Calls = Output<typeof practiceRequests, "calls">;
type Standing = Output<typeof practiceRequests, "standing">;

export const isAtRest = (standing: Standing): boolean =>
  standing.every(
    ({ latched, activeKeys, inlinePolicies }) =>
      latched && activeKeys === 0 && inlinePolicies.length === 0,
  );

/**
 * Judges the drill, lets the witness add what people saw, and writes its record and reports. A drill
 * that was recorded before is only reported again.
 */
export async function finish(
  drill: Drill,
  subject: Subject,
  vaultName: string,
  ended: Ended,
  json: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const { dir, stage, progress, records, vaultPeakBytes } = drill;
  const { lostAnswers } = await stage.ask("mend", null);
  drill.notes.lostAnswers.push(...lostAnswers);
  const calls = await stage.ask("calls", null);
  const standing = await stage.ask("standing", null);
  const story = readStory(dir);
  const recorded = ownStory(drill).findLast(({ kind }) => kind === "drill");
  const seen = judge(
    drill,
    subject,
    ended,
    isAtRest(standing),
    tellAll(drill, calls, ended.resumed),
  );
  // What was recorded is what is reported: a later look knows less.
  const told =
    recorded === undefined
      ? { ...seen, ...(await askWitness(drill.settings, json)) }
      : (recorded.evidence as unknown as DrillTold);
  if (recorded === undefined) {
    const { officer, responder, witness } = drill.scene.people;
    const people = { officer, responder, witness: drill.settings.witness ?? witness };
    records.append(subject, drillEntry(told, people, clock.now()));
  }
  const { steps, refusals } = progress;
  const before = pastDrills(story).filter(({ seq }) => seq <= drill.settings.after);
  const compared = compareSteps(told.steps, before);
  const result = await report(dir, {
    subject,
    vaultName,
    steps,
    refusals,
    vaultPeakBytes,
    ended,
    faults: told.faults,
    compared,
    standing,
    calls,
    passed: told.passed && isAtRest(standing),
  });
  if (json) process.stdout.write(result.summary);
  tellFaults(terminal, told);
  if (compared.length > 0) {
    terminal.title("Time per step, against the last drills");
    for (const line of chart(compared)) terminal.plain(line);
  }
  terminal.title(result.passed ? "The drill passed" : "The drill did NOT pass");
  terminal.note(
    `print ${dir}/record.html and drill.html; every step and AWS call is in ${dir}/summary.json`,
  );
  terminal.title("Check it yourself");
  for (const line of result.lines) terminal.plain(line);
  return result.passed;
}

/** A drill passed when AWS ended the access by itself, nothing is open, and each fault was felt. */
function judge(
  { dir, progress, settings, scene }: Drill,
  { vaultId }: Subject,
  ended: Ended,
  atRest: boolean,
  faults: readonly FaultTold[],
): DrillTold {
  const copy = readCopy(dir);
  const isWhole = isWholeSinceRestored(verify(copy === null ? [] : [copy], { vaultId }));
  const { custodians } = scene;
  const group = { custodians: custodians.length, threshold: settings.threshold };
  // After an interruption what was felt before it is not known any more.
  const felt = faults.every(({ struck }) => struck !== false);
  const asExpected = ended.resumed || ended.opened === canOpen(settings.faults, group);
  const { incident, opened, expiryProven, dead, resumed, cannotOpen: code } = ended;
  return {
    incident,
    opened,
    expiryProven,
    dead,
    resumed,
    passed: isWhole && atRest && dead && expiryProven !== false && felt && asExpected,
    cannotOpen: code === null ? null : { code, remains: remaining(code) },
    faults,
    seed: settings.seed,
    steps: progress.steps.map(({ name, ms }) => ({ name, ms: Math.round(ms) })),
    refusals: progress.refusals,
    deviations: [],
    followUps: [],
    alarm: null,
  };
}

function tellAll(drill: Drill, answered: Calls, resumed: boolean): readonly FaultTold[] {
  const { settings, scene, notes, heard, progress } = drill;
  const { faults, threshold } = settings;
  const names = [...scene.custodians].toReversed();
  const missing = faults.includes("missing-custodian") ? (names.shift() ?? null) : null;
  const closed = ownStory(drill).findLast(({ kind }) => kind === "closed");
  const accounts = closed?.evidence["accounts"];
  const closings = Array.isArray(accounts) ? accounts.map((one) => Object(one)) : [];
  const seen: Seen = {
    refusals: progress.refusals,
    quorum: notes.present,
    need: threshold,
    missing,
    damaged: faults.includes("damaged-share") ? (names[0] ?? null) : null,
    lost: faults.includes("lost-key") ? (scene.keyLabels[0] ?? null) : null,
    touched: notes.touched,
    heard: heard.calls,
    answered,
    lostAnswers: notes.lostAnswers,
    foreign: closings.flatMap(({ foreign }) =>
      Array.isArray(foreign)
        ? foreign.flatMap((one) => (Object(one).kind === "KEY_ACTIVE" ? [String(one.what)] : []))
        : [],
    ),
    backAfterMs: notes.backAfterMs,
    death: notes.death,
    dead: closings.length > 0 && closings.every(({ verdict }) => verdict !== "NOT_AT_REST"),
  };
  const cut = ["the drill was cut off: what was felt before is not known"];
  return faults.map((fault) => {
    const told = tellFault(fault, seen);
    return resumed && told.struck === false ? { fault, struck: null, did: cut } : told;
  });
}

function tellFaults(terminal: Terminal, { faults, cannotOpen, followUps }: DrillTold): void {
  if (cannotOpen !== null) {
    terminal.title("It can't be opened, and this is what remains");
    terminal.note(explain(cannotOpen.code).todo);
    for (const line of cannotOpen.remains) terminal.plain(`- ${line}`);
  }
  if (faults.length === 0) return;
  terminal.title("What went wrong on purpose, and what the app did");
  for (const { fault, struck, did } of faults)
    for (const line of struck === false ? ["NOT felt at all: nothing was practised"] : did)
      terminal.plain(`${fault}: ${line}`);
  terminal.title("To follow, if it were real");
  for (const line of new Set(followUps)) terminal.plain(`- ${line}`);
}
