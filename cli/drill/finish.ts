import { compareSteps } from "../../ceremony/drill/compare.ts";
import { afflicted } from "../../ceremony/drill/fault.ts";
import {
  type Ended,
  isAtRest,
  judgeDrill,
  type Noted,
  tellFaults,
} from "../../ceremony/drill/judge.ts";
import { type DrillTold, drillEntry, pastDrills } from "../../ceremony/drill/record.ts";
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

type Calls = Output<typeof practiceRequests, "calls">;
type Standing = Output<typeof practiceRequests, "standing">;

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
  const seen = judge(drill, subject, ended, standing, calls);
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
    restored: told.restored,
    compared,
    standing,
    calls,
    passed: told.passed && isAtRest(standing),
  });
  if (json) process.stdout.write(result.summary);
  sayFaults(terminal, told);
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

function judge(
  drill: Drill,
  { vaultId }: Subject,
  ended: Ended,
  standing: Standing,
  calls: Calls,
): DrillTold {
  const { dir, progress, settings, scene, notes, heard } = drill;
  const { faults: asked, seed, threshold, restored } = settings;
  const { custodians, keyLabels } = scene;
  const copy = readCopy(dir);
  const noted: Noted = {
    ...notes,
    refusals: progress.refusals,
    need: threshold,
    afflicted: afflicted(asked, custodians, keyLabels),
    heard: heard.calls,
    answered: calls,
    closed: ownStory(drill).findLast(({ kind }) => kind === "closed"),
  };
  return judgeDrill({
    ended,
    isWhole: isWholeSinceRestored(verify(copy === null ? [] : [copy], { vaultId })),
    atRest: isAtRest(standing),
    asked,
    faults: tellFaults(asked, noted, ended.resumed),
    group: { custodians: custodians.length, threshold },
    seed,
    steps: progress.steps,
    refusals: progress.refusals,
    real: null,
    practice: null,
    ...(restored !== undefined && { restored }),
  });
}

function sayFaults(terminal: Terminal, { faults, cannotOpen, followUps }: DrillTold): void {
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
