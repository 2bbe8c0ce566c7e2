import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { filesOf, type Line } from "../ceremony/chain-kit.ts";

/** An auditor: the folder, the README's blocks of commands pasted into one shell, and nothing else. */
export interface Auditor {
  /** How many blocks the README has. */
  readonly blocks: number;
  /** What each step printed, by its number; how it ended is part of what is seen. */
  readonly step: readonly string[];
  /** What was printed by the steps that print nothing when all is well. */
  readonly objections: string;
}

/** The steps that print a figure for comparison; the others are silent. */
const FIGURES: ReadonlySet<number> = new Set([2, 6, 7]);
const MARK = "@@@@";

export function audit(out: string, shell = "bash"): Auditor {
  const blocks = readFileSync(join(out, "README.txt"), "utf8")
    .split(/\n(?! {4})/)
    .map((part) => part.slice(Math.max(0, part.indexOf("\n    ") + 1)))
    .filter((part) => part.startsWith("    "));
  const script = blocks.map((block) => `echo ${MARK}\n{\n${block}\n} || echo FAILED\n`);
  const said = execFileSync(shell, ["-c", `exec 2>&1\n${script.join("")}`], {
    cwd: out,
    env: { ...process.env, TMPDIR: dirname(out) },
    encoding: "utf8",
  });
  const step = said.split(`${MARK}\n`);
  const objections = step.filter((_, index) => !FIGURES.has(index)).join("");
  return { blocks: blocks.length, step, objections };
}

/** The folder as a forger makes it: sums that fit again. */
export function sumAgain(out: string): void {
  const path = join(out, "SHA256SUMS");
  const names = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.slice(66));
  const lines = names.map((name) => `${hex(sha256(readFileSync(join(out, name))))}  ${name}\n`);
  writeFileSync(path, lines.join(""));
}

/** A chain's files as they lie in a folder. */
export function layRecords(dir: string, lines: readonly Line[]): void {
  mkdirSync(join(dir, "records"), { recursive: true });
  for (const [name, bytes] of filesOf(lines)) writeFileSync(join(dir, "records", name), bytes);
}
