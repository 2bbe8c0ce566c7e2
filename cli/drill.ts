import { type Command, InvalidArgumentError, Option } from "commander";

export interface DrillOptions {
  readonly keys?: readonly string[];
  readonly runbook?: string;
  readonly policy?: string;
  readonly custodians: number;
  readonly threshold: number;
  readonly accounts: number;
  readonly duration: number;
  readonly out?: string;
  readonly resume?: string;
  readonly json: boolean;
}

const wholeNumber =
  (name: string, from: number, to: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to))
      throw new InvalidArgumentError(`${name} is a whole number from ${from} to ${to}.`);
    return value;
  };

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** "20s", "5m", "1h" → seconds. */
function duration(text: string): number {
  const parts = /^(\d+)([smh])$/.exec(text);
  const seconds = Number(parts?.[1]) * (UNITS[parts?.[2] ?? ""] ?? Number.NaN);
  if (!(seconds >= 5 && seconds <= 3600))
    throw new InvalidArgumentError("Give a number and s, m or h, from 5s to 1h: 20s, 5m.");
  return seconds;
}

const help = `
What it does, with the real code all the way; only AWS, the security keys and the people are
the practice stage's, on this machine, and every file says PRACTICE:
  seal → break the glass (three mistakes on purpose) → activate → expire → close → records

Afterwards DIR holds: vault.pullstation, cards/, records/ (signed), allowed_signers, journal/,
record.html (to print), summary.json. Check them with \`pullstation verify DIR\` or ssh-keygen.

Key files are the AWS console's accessKeys.csv. The file's name says whose key it is and of
which account, e.g. 111122223333-activator.csv, 111122223333-closer.csv (optional) and
111122223333-emergency.csv. Never give real keys to a drill: it keeps them in the clear.

Examples:
  $ pullstation drill
  $ pullstation drill --custodians 7 --threshold 4 --accounts 2 --out rehearsal
  $ pullstation drill --keys activator.csv emergency.csv --runbook runbook.md
  $ pullstation drill --resume rehearsal

Exit status: 0 the drill is at rest and its records verify, 1 it is not, 2 unusable input.`;

export function registerDrill(program: Command): void {
  program
    .command("drill")
    .summary("rehearse the whole job on practice AWS")
    .description(
      "Rehearse the whole job on practice AWS: seal, break the glass, activate, let it expire, " +
        "close, and write the signed records.",
    )
    .option("--keys <files...>", "accessKeys.csv files (default: the drill makes its own)")
    .option("--runbook <file>", "the activation runbook, Markdown (default: a sample)")
    .option("--policy <file>", "durations, regions, profile as JSON (default: a sample)")
    .option("--custodians <n>", "how many custodians hold a share", wholeNumber("n", 2, 255), 5)
    .option("--threshold <k>", "how many of them open the vault", wholeNumber("k", 2, 255), 3)
    .option(
      "--accounts <n>",
      "how many practice AWS accounts (without --keys)",
      wholeNumber("n", 1, 20),
      1,
    )
    .addOption(
      new Option("--duration <time>", "how long the access stays open: 20s, 5m, 1h")
        .argParser(duration)
        .default(20, "20s"),
    )
    .option("--out <dir>", "where to write (default: a new folder drill-<time>)")
    .addOption(
      new Option(
        "--resume <dir>",
        "finish a drill that was interrupted: close first, then the rest",
      ).conflicts(["keys", "runbook", "policy", "out"]),
    )
    .option("--json", "print the summary as JSON and nothing else", false)
    .addHelpText("after", help)
    .action(async (options: DrillOptions) => {
      const { drill } = await import("./drill/run.ts");
      process.exitCode = await drill(options);
    });
}
