import type { Command } from "commander";

const help = `
DIR is a vault's folder. The file is an iCalendar (RFC 5545) for any calendar program: checks, drill,
reviews, custody, and the day when the kit at AWS expires, each a whole day with a reminder a week
before. Import it again after anything was done: the same day keeps its id and moves. It holds names
of people and of the vault, and no secret; carry it on a stick.

Example:
  $ pullstation calendar ~/vault --out due.ics

Exit status: 0 written, 2 unusable input.`;

export function registerCalendar(program: Command): void {
  program
    .command("calendar")
    .summary("what is due, for a calendar program")
    .description("Write every due date of a vault as a calendar file.")
    .argument("<dir>", "the vault's folder")
    .requiredOption("--out <file>", "the .ics file to write; an existing one is replaced")
    .addHelpText("after", help)
    .action(async (dir: string, { out }: { readonly out: string }) => {
      const { runCalendar } = await import("./calendar-run.ts");
      process.exitCode = runCalendar(dir, out, {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        now: new Date().toISOString(),
      });
    });
}
