import { severalAtOnce } from "../crash/table.ts";
import {
  BETWEEN,
  countLines,
  type Death,
  dieAndResume,
  journalDeath,
  makeTemplates,
  type Recovery,
  resumeDeath,
  RESUMING,
  SEALING,
} from "./drill-kills.ts";

/**
 * Kills a whole drill (main, vault, online and practice process) at every step of sealing, at
 * every line of the journal, between its records, and again while it is resumed. After each death:
 * `--resume` says what is open, closes first, ends at rest with records that verify; another
 * `--resume` changes nothing.
 */
const started = performance.now();
const templates = await makeTemplates();
const lines = await countLines(templates);
const upTo = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const groups: readonly (readonly [string, readonly Death[]])[] = [
  ["at each line of the journal", upTo(1, lines.whole).map(journalDeath)],
  ["between journal and records", BETWEEN],
  ["resuming, each line it adds", upTo(templates.openLines + 1, lines.rested).map(resumeDeath)],
  ["resuming, between", RESUMING],
  ["sealing, by files", SEALING],
];

const rows: string[][] = [["killed", "runs", "recovered", "not reached", "broken"]];
const failures: string[] = [];
for (const [what, deaths] of groups) {
  const ends = await severalAtOnce(deaths, 3, async (death): Promise<Recovery> => {
    const end = await dieAndResume(death, templates);
    process.stderr.write(`${death.name}: ${end.end} ${end.broken.join("; ")}\n`);
    return end;
  });
  ends.forEach(({ broken }, index) => {
    for (const line of broken) failures.push(`${what}, ${deaths[index]?.name ?? ""}: ${line}`);
  });
  const count = (holds: (end: Recovery) => boolean): string => String(ends.filter(holds).length);
  rows.push([
    what,
    String(ends.length),
    count(({ broken }) => broken.length === 0),
    count(({ end }) => end === "NOT REACHED"),
    count(({ broken }) => broken.length > 0),
  ]);
}
templates.remove();
const widths = (rows[0] ?? []).map((_, column) =>
  Math.max(...rows.map((row) => row[column]?.length ?? 0)),
);
for (const row of rows)
  process.stdout.write(
    `${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ")}\n`,
  );
const seconds = Math.round((performance.now() - started) / 1000);
process.stdout.write(`${seconds} s; journal of a whole job: ${lines.whole} lines\n`);
for (const failure of failures) process.stdout.write(`BROKEN ${failure}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;
