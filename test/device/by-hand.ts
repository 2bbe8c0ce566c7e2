import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { type Step, STEPS } from "./by-hand-steps.ts";

/**
 * Walks a person through what only real keys can show and writes what they saw, step by step:
 * `node test/device/by-hand.ts [RESULT.json]`. The file is written after every step.
 */
const PULLSTATION = "../../cli/pullstation.mjs";
const OTP = "otp-by-hand.ts";
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const OUTCOMES = { p: "passed", f: "failed", s: "skipped" } as const;
type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

interface Seen {
  readonly id: string;
  readonly outcome: Outcome;
  readonly note: string;
}

const [, , file = "by-hand-result.json"] = process.argv;
const lines = createInterface({ input: process.stdin, output: process.stdout });
// Ctrl-C belongs to the command under test; at a question it ends the walk, nothing is lost.
lines.on("SIGINT", () => process.exit(130));
process.on("SIGINT", () => undefined);

const answers = lines[Symbol.asyncIterator]();
async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const { value, done } = await answers.next();
  if (done === true) process.exit(130);
  return String(value).trim();
}

function run(what: Step["run"]): void {
  const args = what === OTP ? [path(OTP)] : [path(PULLSTATION), ...what];
  process.stdout.write(`\n  $ ${what === OTP ? OTP : `pullstation ${what.join(" ")}`}\n`);
  lines.pause();
  spawnSync(process.execPath, args, { stdio: "inherit" });
  lines.resume();
}

async function outcome(): Promise<Outcome> {
  for (;;) {
    const answer = await ask("  [p]assed, [f]ailed or [s]kipped? ");
    if (answer === "p" || answer === "f" || answer === "s") return OUTCOMES[answer];
  }
}

const key = await ask("Which key, with its firmware (as printed on it or by its maker's tool)? ");
const seen: Seen[] = [];
const steps = STEPS.filter(({ systems }) => systems.some((one) => one === platform()));
for (const [index, { id, act, expect, run: what }] of steps.entries()) {
  process.stdout.write(
    `\n${index + 1} of ${steps.length}  ${id}\n  Do:     ${act}\n  Expect: ${expect}\n`,
  );
  const ready = await ask("  Enter when ready, s to skip: ");
  if (ready === "s") seen.push({ id, outcome: "skipped", note: "" });
  else {
    run(what);
    const judged = await outcome();
    const note = judged === "passed" ? "" : await ask("  What was seen instead? ");
    seen.push({ id, outcome: judged, note });
  }
  const about = { at: new Date().toISOString(), node: process.version };
  const system = `${platform()} ${release()} ${arch()}`;
  writeFileSync(file, `${JSON.stringify({ key, system, ...about, steps: seen }, null, 2)}\n`);
}
lines.close();
const count = (wanted: Outcome): number => seen.filter((one) => one.outcome === wanted).length;
process.stdout.write(
  `\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped: ${file}\n`,
);
process.exitCode = count("failed") === 0 ? 0 : 1;
