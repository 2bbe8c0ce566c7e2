import { type Command, Option } from "commander";

const help = `
A share card without a share: the same sheet, with numbered lines for the 43 words. For a sealing at
which no printer may be trusted, the custodian copies the words from the screen by hand, in pencil or
archival ink, and types them back before they count. It holds no secret: print it anywhere,
beforehand, at its own size (no "fit to page").

Examples:
  $ pullstation blank-card --out blank.svg
  $ pullstation blank-card --out blank.svg --paper Letter

Exit status: 0 written, 2 unusable input.`;

export function registerBlankCard(program: Command): void {
  program
    .command("blank-card")
    .summary("a share card to fill in by hand")
    .description("Write a blank share card, to be printed and filled in by hand.")
    .requiredOption("--out <file>", "the .svg file to write; an existing one is replaced")
    .addOption(new Option("--paper <size>", "the sheet").choices(["A4", "Letter"]).default("A4"))
    .option("--practice", "for rehearsals: it says so, in bands")
    .addHelpText("after", help)
    .action(
      async ({
        out,
        paper,
        practice = false,
      }: {
        readonly out: string;
        readonly paper: "A4" | "Letter";
        readonly practice?: boolean;
      }) => {
        const { runBlankCard } = await import("./blank-card-run.ts");
        process.exitCode = runBlankCard(out, paper, practice ? "PRACTICE" : "REAL", {
          out: (text) => process.stdout.write(text),
          err: (text) => process.stderr.write(text),
        });
      },
    );
}
