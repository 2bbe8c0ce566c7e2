import { type Command, InvalidArgumentError, Option } from "commander";
import type { Wishes } from "./glass/incident.ts";

function seconds(text: string): number {
  const [, number = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
  const value = Number(number) * ({ s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
  if (!(value > 0 && value <= 43_200))
    throw new InvalidArgumentError("Give a number and s, m or h, at most 12h: 30m, 1h.");
  return value;
}

const shared = `
VAULT is the vault's folder at this station (the app's is named station, in its own folder; a drill's
is a practice vault). A copy has no station's key: nothing is opened from it.

The same processes, isolation, journal and records as in the app. Words, passphrases, PINs, codes and
the access keys pass between a keyboard process and the vault or online process: this command carries
them sealed and can't read them. Each person's task has its own, which ends with it.
`;

const examples = `
Examples:
  $ pullstation break-glass ~/.config/pullstation/station
  $ pullstation break-glass rehearsal --duration 30m --reason "A practice at the terminal"
  $ pullstation close rehearsal
  $ pullstation resume rehearsal

Exit status: 0 nothing is open and that is proven, 1 it is not, 2 unusable input.`;

/** The terminal path, for the night when the display stack fails. */
export function registerBreakGlass(program: Command): void {
  program
    .command("break-glass")
    .summary("open the access at a terminal, without the app")
    .description(
      "Break the glass at a terminal: reason, shares, touch, cable, access, close, record.",
    )
    .argument("<vault>", "the vault's folder at this station")
    .option("--incident <id>", "letters, figures and . _ -, 3 to 64 of them (else it is asked for)")
    .option("--reason <text>", "why, for the record")
    .option("--responder <name>", "who gets the access")
    .option("--officer <name>", "who runs the station")
    .option("--account <id...>", "open these accounts only (else every sealed one)")
    .addOption(new Option("--duration <time>", "how long: 30m, 1h").argParser(seconds))
    .addHelpText("after", shared + examples)
    .action(async (vault: string, wishes: Wishes) => {
      const { breakGlass } = await import("./glass/run.ts");
      process.exitCode = await breakGlass(vault, wishes);
    });
  program
    .command("close")
    .summary("shut at once whatever may be open, without a quorum")
    .description(
      "Shut whatever may be open with the closer's session: it can attach the latch and nothing " +
        "else, so anyone at the station may. Keys are turned off by `resume`.",
    )
    .argument("<vault>", "the vault's folder at this station")
    .addHelpText("after", shared + examples)
    .action(async (vault: string) => {
      const { close } = await import("./glass/run.ts");
      process.exitCode = await close(vault);
    });
  program
    .command("resume")
    .summary("close first, then bring to rest what was left open")
    .description(
      "Shut whatever may be open, then with quorum and touch drive it to rest, and record it. " +
        "Nothing is opened again.",
    )
    .argument("<vault>", "the vault's folder at this station")
    .addHelpText("after", shared + examples)
    .action(async (vault: string) => {
      const { resume } = await import("./glass/run.ts");
      process.exitCode = await resume(vault);
    });
}
