import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { arch, platform, release } from "node:os";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { type Run, STEPS, WHICH } from "./by-hand-steps.ts";

/**
 * Walks a person through what only real keys can show and writes what they saw, step by step:
 * `node test/device/by-hand.ts [RESULT.json]`. The file is written after every step.
 */
const PULLSTATION = "../../cli/pullstation.mjs";
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const OUTCOMES = { p: "passed", f: "failed", s: "skipped" } as const;
type Outcome = (typeof OUTCOMES)[keyof typeof OUTCOMES];

interface Seen {
  readonly id: string;
  readonly outcome: Outcome;
  readonly note: string;
}

const [, , file = "by-hand-result.json"] = process.argv;
// Not as a terminal: that would keep it raw, and Ctrl-C from the command under test.
const lines = createInterface({ input: process.stdin, terminal: false });
// Ctrl-C belongs to the command under test; at a question it ends the walk, nothing is lost.
let underTest = false;
process.on("SIGINT", () => {
  if (!underTest) process.exit(130);
});

const answers = lines[Symbol.asyncIterator]();
async function ask(question: string): Promise<string> {
  process.stdout.write(question);
  const { value, done } = await answers.next();
  if (done === true) process.exit(130);
  return String(value).trim();
}

async function start(what: Run["run"]): Promise<void> {
  const script = typeof what === "string";
  const asked: string[] = [];
  if (!script)
    for (const word of what)
      asked.push(word === WHICH ? await ask("  Which key (part of its name)? ") : word);
  process.stdout.write(`\n  $ ${script ? what : `pullstation ${asked.join(" ")}`}\n`);
  const args = script ? [path(what)] : [path(PULLSTATION), ...asked];
  lines.pause();
  underTest = true;
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  await new Promise((ended) => void child.once("close", ended));
  underTest = false;
  lines.resume();
}

async function outcome(): Promise<Outcome> {
  for (;;) {
    const answer = await ask("  [p]assed, [f]ailed or [s]kipped? ");
    if (answer === "p" || answer === "f" || answer === "s") return OUTCOMES[answer];
  }
}

/** False: the person skips the step. */
async function walk(runs: readonly Run[]): Promise<boolean> {
  for (const [index, { act, run }] of runs.entries()) {
    process.stdout.write(`  ${index === 0 ? "Do:    " : "Then:  "} ${act}\n`);
    if ((await ask("  Enter when ready, s to skip: ")) === "s") return false;
    await start(run);
  }
  return true;
}

const key = await ask("Which key, with its firmware (as printed on it or by its maker's tool)? ");
const seen: Seen[] = [];
const steps = STEPS.filter(({ systems }) => systems.some((one) => one === platform()));
for (const [index, { id, expect, runs }] of steps.entries()) {
  process.stdout.write(`\n${index + 1} of ${steps.length}  ${id}\n  Expect: ${expect}\n`);
  if (await walk(runs)) {
    const judged = await outcome();
    const note = judged === "passed" ? "" : await ask("  What was seen instead? ");
    seen.push({ id, outcome: judged, note });
  } else seen.push({ id, outcome: "skipped", note: "" });
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
