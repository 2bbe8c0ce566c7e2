import type { Command } from "commander";

const help = `
Reads only what anyone may see: no share, no touch, nothing is opened. The file must be whole
and signed by its own vault key; whose vault it is, the vault id on a card tells.

Examples:
  $ pullstation inspect vault.pullstation
  $ pullstation inspect vault.pullstation --json | jq .custodians

Exit status: 0 a whole vault, 1 a damaged or refused one, 2 unusable input.`;

export function registerInspect(program: Command): void {
  program
    .command("inspect")
    .summary("show a vault's public header")
    .description(
      "Show the public header of a vault: mode, id, epoch, custodians, security keys, key " +
        "derivation, commitments.",
    )
    .argument("<vault>", "the vault file, or a folder that holds vault.pullstation")
    .option("--json", "print the header and the file's SHA-256 as JSON", false)
    .addHelpText("after", help)
    .action(async (path: string, options: { json: boolean }) => {
      const { inspect } = await import("./inspect-vault.ts");
      process.exitCode = await inspect(path, options);
    });
}
