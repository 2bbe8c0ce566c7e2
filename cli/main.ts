import { Command } from "commander";
import { registerBreakGlass } from "./break-glass.ts";
import { registerCheckKey } from "./check-key.ts";
import { registerCheckShare } from "./check-share.ts";
import { registerBlankCard } from "./blank-card.ts";
import { registerCalendar } from "./calendar.ts";
import { registerAlarmCheck } from "./alarm-check.ts";
import { registerDrill } from "./drill.ts";
import { registerEvidence } from "./evidence.ts";
import { registerInspect } from "./inspect.ts";
import { registerPracticeAws } from "./practice-aws.ts";
import { registerPracticeKey } from "./practice-key.ts";
import { registerKeys } from "./keys.ts";
import { registerRestore } from "./restore.ts";
import { registerTemplate } from "./template.ts";
import { registerReview } from "./review.ts";
import { registerVerify } from "./verify.ts";

const about =
  "The break-glass vault: seals a company's emergency AWS keys for n custodians, opens them only " +
  "when k of them meet and a security key is touched, opens the access for minutes or hours, and " +
  "makes sure that it ends.";

const examples = `
Examples:
  $ pullstation drill                       the whole job, rehearsed on practice AWS
  $ pullstation drill --out rehearsal --duration 1m
  $ pullstation drill --resume rehearsal    after a crash or a power cut
  $ pullstation break-glass VAULT           at a terminal, when the app can't be shown
  $ pullstation close VAULT                 shut at once what may be open, without a quorum
  $ pullstation verify rehearsal            are these records genuine and whole?
  $ pullstation review --trail logs --record vault   what was done with the access?
  $ pullstation restore STICK --into DIR    a station again, on a fresh laptop
  $ pullstation inspect rehearsal/vault.pullstation
  $ pullstation check-share ~/vault         is my share still good? Nothing is reconstructed
  $ pullstation check-key ~/vault           do the security keys still answer? Nothing is opened
  $ pullstation template --account 111122223333 --format terraform --out kit
  $ pullstation evidence ~/vault --out evidence   one folder that an auditor checks alone
  $ pullstation calendar ~/vault --out due.ics
  $ pullstation blank-card --out blank.svg  a share card to fill in by hand
  $ pullstation keys                        which security keys are plugged in, and can they seal?

Exit status: 0 done or valid, 1 not done or not valid, 2 unusable input.`;

/** Each command registers its options here and loads its code only when it runs. */
export function program(): Command {
  const command = new Command("pullstation")
    .description(about)
    .version("0.1.0")
    .helpCommand(true)
    .showSuggestionAfterError(true)
    .showHelpAfterError("(add --help for the options and examples)")
    .addHelpText("after", examples)
    .configureHelp({ showGlobalOptions: false });
  // Before the sub-commands: they inherit it. A wrong option or argument is unusable input: 2.
  command.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });
  registerDrill(command);
  registerBreakGlass(command);
  registerVerify(command);
  registerReview(command);
  registerCheckShare(command);
  registerCheckKey(command);
  registerInspect(command);
  registerKeys(command);
  registerAlarmCheck(command);
  registerPracticeAws(command);
  registerPracticeKey(command);
  registerRestore(command);
  registerTemplate(command);
  registerCalendar(command);
  registerBlankCard(command);
  registerEvidence(command);
  return command;
}

export async function main(argv: readonly string[]): Promise<void> {
  await program().parseAsync([...argv]);
}
