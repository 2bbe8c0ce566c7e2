import { type Command, InvalidArgumentError, Option } from "commander";
import { head, vaultId } from "./verify.ts";

export interface RestoreOptions {
  readonly into: string;
  readonly vaultId?: string;
  readonly head?: { readonly seq: number; readonly sha256: string };
  readonly oldStation?: "gone" | "kept";
  readonly officer?: string;
}

function name(text: string): string {
  if (text.trim() === "" || text.length > 64 || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    throw new InvalidArgumentError("Give a name in one line.");
  return text.trim();
}

const help = `
COPY is a stick or folder that holds a copy of the vault's folder (vault.pullstation, records/). With
several they are judged together: where they differ is a fork, and nothing is restored; the newest is
taken. Sealed files are copied, never opened: no share and no key is needed here.

What is noticed: records that are forged, cut or forked; a vault file of another epoch than its records
made live; a copy that ends before another, or before a record on paper (--head); a station that no
seal names yet. A single copy can't know that it is old: bring two, or the newest printed record.

The new station signs with a key of its own, which no seal names until the next epoch: its records are
UNCERTIFIED until then, and \`verify\` says so. Rotate soon. Whether the old station is gone is asked and
recorded: two that both go on would tell two stories.

Examples:
  $ pullstation restore STICK --into ~/.config/pullstation/station --vault-id 2f9c…b853 --head 12:36c0…
  $ pullstation restore STICK1 STICK2 --into station --old-station gone --officer "Mia Roth"
  $ pullstation drill --restored rehearsal --out rehearsal-2     the same, practised

Exit status: 0 restored, 1 the copies will not do, 2 unusable input.`;

export function registerRestore(program: Command): void {
  program
    .command("restore")
    .summary("make a station of a copy, on a fresh laptop")
    .description("Make this laptop a station from a copy of the vault's folder, and record it.")
    .argument("<copy...>", "sticks or folders with a copy of the vault's folder")
    .requiredOption("--into <dir>", "the new station's folder, empty or not there yet")
    .option("--vault-id <id>", "the vault's id, from a share card", vaultId)
    .option("--head <seq:sha256>", "the newest record on paper: the copy must reach it", head)
    .addOption(
      new Option("--old-station <fate>", "gone for good, or kept and primary (else asked)").choices(
        ["gone", "kept"],
      ),
    )
    .addOption(new Option("--officer <name>", "who restores (else asked)").argParser(name))
    .addHelpText("after", help)
    .action(async (copies: readonly string[], options: RestoreOptions) => {
      const { runRestore } = await import("./restore-run.ts");
      process.exitCode = await runRestore(copies, options);
    });
}
