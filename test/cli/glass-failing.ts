import { breakAct } from "../../cli/glass/acts.ts";
import { deskOf } from "../../cli/glass/desk.ts";
import { openKeyboard } from "../../cli/glass/keyboard.ts";
import { openStation } from "../../cli/glass/station.ts";
import { listenForSignals } from "../../cli/drill/interruption.ts";
import { terminalOn } from "../../cli/terminal.ts";
import type { Fault } from "../../practice/aws/faults.ts";
import { openAws } from "../../practice/kit/stage.ts";

/**
 * The glass broken at a terminal, at an AWS that refuses to turn the key on, and then to take the latch
 * back, until somebody has closed once more in vain.
 */
const [dir = ""] = process.argv.slice(2);
const station = await openStation(dir);
const keyboard = openKeyboard();
const interruption = listenForSignals(() => dir, "pullstation resume");
const terminal = terminalOn(process.stdout);
const records = await station.open(terminal.note);
const aws = await openAws(dir, 0);
const faults: readonly Fault[] = [
  { kind: "denied", action: "UpdateAccessKey", times: 1 },
  { kind: "http500", action: "AttachUserPolicy", times: "always" },
];
for (const fault of faults) aws.faults.add(fault);
let asked = 0;
const failing: typeof keyboard = {
  ...keyboard,
  // What stalls would go on by itself for as long as AWS fails: a wish to stop ends that.
  online: (onView) => {
    const online = keyboard.online((view) => {
      onView(view);
      if (!/"iam:AttachUserPolicy".*SERVICE_FAILED/.test(JSON.stringify(view))) return;
      online.ask("stop", null).catch(() => undefined);
    });
    return online;
  },
  ask: (name, input) => {
    if (JSON.stringify(input).includes("once more") && ++asked === 2) aws.faults.clear();
    return keyboard.ask(name, input);
  },
};
try {
  const there = { ...station, endpoint: aws.endpoint };
  const desk = deskOf({ station: there, keyboard: failing, terminal, interruption, records });
  const wishes = { incident: "INC-STALL", reason: "it stalls", duration: 600 };
  process.exitCode = (await breakAct(desk, wishes)) ? 0 : 1;
} catch (error) {
  terminal.refused(String(Object(error).code), String(error));
  process.exitCode = 1;
} finally {
  interruption.end();
  await keyboard.end();
  await aws.close();
  await station.end();
}
