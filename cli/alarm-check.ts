import { type Command, InvalidArgumentError } from "commander";

export interface AlarmCheckOptions {
  readonly account: string;
  readonly region: string;
  readonly administrator: string;
  readonly onCall: string;
  readonly channel: readonly string[];
}

const matching =
  (pattern: RegExp, what: string) =>
  (text: string): string => {
    if (!pattern.test(text)) throw new InvalidArgumentError(what);
    return text;
  };
const name = matching(/^[^\p{Cc}]{1,100}$/u, "Give a name of at most 100 characters.");

const help = `
STATION is the station's folder, with its key. Once a quarter, without quorum and without network here:

  1  an administrator (OrgSecurityAdmin) attaches the latch that is attached already, which changes
     nothing and must page; the exact command is in the kit's README
  2  Enter here at that moment; then the receipt code of each message, as it comes in: the first
     eight characters of the event's id. Enter alone: no message came

Received is: the same code on every channel within five minutes. Whatever came of it is a signed,
dated record. Nothing here can test the alarm itself: only a real message does.

Example:
  $ pullstation alarm-check ~/station --account 111122223333 --region us-east-1 \\
      --administrator "Rui Tan" --on-call "Ivo Brandt" --channel pager --channel mail

Exit status: 0 received, 1 not, or late, 2 unusable input.`;

export function registerAlarmCheck(program: Command): void {
  program
    .command("alarm-check")
    .summary("record that the alarm at AWS still pages")
    .description("Record a live check of the alarm at AWS: who set it off, and each receipt code.")
    .argument("<station>", "the station's folder")
    .requiredOption(
      "--account <id>",
      "whose latch was attached",
      matching(/^\d{12}$/, "Twelve digits."),
    )
    .requiredOption(
      "--region <region>",
      "whose alarm is checked",
      matching(/^[a-z0-9-]{4,32}$/, "A region."),
    )
    .requiredOption("--administrator <name>", "who attaches the latch", name)
    .requiredOption("--on-call <name>", "who receives the message", name)
    .option(
      "--channel <name>",
      "where a message must come in; at least two",
      (text: string, before: readonly string[]) => [...before, name(text)],
      [],
    )
    .addHelpText("after", help)
    .action(async (station: string, options: AlarmCheckOptions) => {
      const { runAlarmCheck } = await import("./alarm-check-run.ts");
      process.exitCode = await runAlarmCheck(station, options);
    });
}
