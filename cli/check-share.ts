import { type Command, Option } from "commander";

export interface CheckShareOptions {
  readonly form: "card" | "full";
  readonly json: boolean;
}

const help = `
VAULT is the vault's folder, or the vault file in it. Only the live epoch's cards are good.

  card   is this the very card that was sealed? No passphrase: this laptop learns nothing with which
         the share could be used. Due every 90 days.
  full   the share itself, with its passphrase. Due once a year: a laptop that sees every share with
         its passphrase knows everything but a touch.

Nothing is reconstructed: the process that checks holds no code that could combine shares. At the
station each check is a signed, dated record; a refused one too. Beside a copy nothing is recorded.

The card is typed as its 43 words, in as many lines as it takes, or as the line that begins with BG1;
or it lies on a stick that is plugged in: then Enter is enough. A real vault waits until no network
link is up.

Examples:
  $ pullstation check-share ~/vault
  $ pullstation check-share ~/vault --form card

Exit status: 0 the share is good, 1 it is not or nobody entered one, 2 unusable input.`;

export function registerCheckShare(program: Command): void {
  program
    .command("check-share")
    .summary("is my card, or my share, still good?")
    .description("Check one custodian's card or share alone, and record it.")
    .argument("<vault>", "the vault's folder, or the vault file in it")
    .addOption(
      new Option("--form <form>", "what is checked").choices(["card", "full"]).default("full"),
    )
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", help)
    .action(async (vault: string, options: CheckShareOptions) => {
      const { runCheckShare } = await import("./check-share-run.ts");
      process.exitCode = await runCheckShare(vault, options);
    });
}
