import { type Command, InvalidArgumentError, Option } from "commander";
import { DRILL_FAULTS, type DrillFault } from "../contract/drill.ts";

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
  /** The folder of an earlier drill, whose vault is used again. */
  readonly again?: string;
  /** The folder of an earlier drill, whose laptop is gone. */
  readonly restored?: string;
  readonly fault?: readonly (DrillFault | "random")[];
  readonly seed?: number;
  readonly witness?: string;
  readonly deviation?: readonly string[];
  readonly followUp?: readonly string[];
  readonly alarm?: string;
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

/** Collects: the option may be given several times. */
const faults = (
  name: string,
  before: readonly (DrillFault | "random")[] = [],
): readonly (DrillFault | "random")[] => {
  const fault = name === "random" ? name : DRILL_FAULTS.find((one) => one === name);
  if (fault === undefined)
    throw new InvalidArgumentError(`Faults are ${DRILL_FAULTS.join(", ")}, and random.`);
  return [...before, fault];
};

/** Longest line that a record's page shows whole. */
const MOST = 500;

/** Why these words can't stand in a record; null: they can. */
export const unfitWords = (text: string): string | null =>
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
    ? "Plain words in one line, please."
    : text.length > MOST
      ? `At most ${MOST} characters a line.`
      : null;

function words(text: string): string {
  const unfit = unfitWords(text);
  if (unfit !== null || text.trim() === "")
    throw new InvalidArgumentError(unfit ?? "Say something.");
  return text.trim();
}
const lines = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  words(text),
];

const help = `
What it does, with the real code all the way; only AWS, the security keys and the people are
the practice stage's, on this machine, and every file says PRACTICE:
  seal → break the glass (three mistakes on purpose) → activate → expire → close → records

Afterwards DIR holds: vault.pullstation, cards/, records/ (signed), allowed_signers, journal/,
record.html and drill.html (to print), summary.json. Check them with \`pullstation verify DIR\` or ssh-keygen.

Key files are the AWS console's accessKeys.csv. The file's name says whose key it is and of
which account, e.g. 111122223333-activator.csv, 111122223333-closer.csv (optional) and
111122223333-emergency.csv. Never give real keys to a drill: it keeps them in the clear.

Faults, each with what the app does about it in the drill's signed record:
  missing-custodian  damaged-share  lost-key      who or what does not come to the table
  throttled  response-lost  slow-propagation      AWS on a bad day
  iam-down                                        it can't be opened: the drill ends with what remains
  network-gone  foreign-key                       while the access is open
  laptop-killed                                   in the middle of the opening
  clock-wrong                                     the laptop's, by hours
  random                                          one that fits, drawn by --seed

Every drill ends in a record of kind drill: times per step against the last drills in the same
folder, what the witness types, what has to follow. --again uses a folder's vault once more, so that
its chain tells of one drill after the other.

Examples:
  $ pullstation drill
  $ pullstation drill --fault lost-key --fault throttled --out rehearsal
  $ pullstation drill --again rehearsal --fault random --seed 7 --deviation "The bag was not sealed."
  $ pullstation drill --custodians 7 --threshold 4 --accounts 2 --out rehearsal
  $ pullstation drill --keys activator.csv emergency.csv --runbook runbook.md
  $ pullstation drill --restored rehearsal --out rehearsal-2
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
    .addOption(
      new Option("--again <dir>", "another drill with the vault that stands in DIR").conflicts([
        "keys",
        "runbook",
        "policy",
        "out",
        "resume",
        "custodians",
        "threshold",
        "accounts",
      ]),
    )
    .addOption(
      new Option(
        "--restored <dir>",
        "on a fresh laptop, made a station from what a stick of DIR's vault carries",
      ).conflicts([
        "keys",
        "runbook",
        "policy",
        "again",
        "resume",
        "custodians",
        "threshold",
        "accounts",
      ]),
    )
    .addOption(
      new Option("--fault <name>", "goes wrong on purpose; may be given several times")
        .argParser(faults)
        .conflicts("resume"),
    )
    .addOption(
      new Option("--seed <n>", "draws random faults: the same number draws the same")
        .argParser(wholeNumber("n", 0, 4_294_967_295))
        .conflicts("resume"),
    )
    .addOption(new Option("--witness <name>", "who watched").argParser(words).conflicts("resume"))
    .addOption(
      new Option("--deviation <text>", "what went otherwise than planned; several times")
        .argParser(lines)
        .conflicts("resume"),
    )
    .addOption(
      new Option("--follow-up <text>", "what has to be done after it; several times")
        .argParser(lines)
        .conflicts("resume"),
    )
    .addOption(
      new Option("--alarm <code>", "the receipt that on-call read out; practice AWS sends none")
        .argParser(words)
        .conflicts("resume"),
    )
    .option("--json", "print the summary as JSON and nothing else", false)
    .addHelpText("after", help)
    .action(async (options: DrillOptions) => {
      const { drill } = await import("./drill/run.ts");
      process.exitCode = await drill(options);
    });
}
