import type { Command } from "commander";

export interface CheckKeyOptions {
  readonly key?: readonly string[];
  readonly json: boolean;
}

const help = `
VAULT is the vault's folder, or the vault file in it.

Each enrolled key is plugged in in its turn, gets its PIN and one touch. A key that opens is asked with
its real salt: the public half that its answer yields must be the one in the vault's header. A
reviewer's key signs, and the signature is verified. Due once a year.

Nothing is opened: the process that checks holds no code that could unwrap the vault's secret. PIN,
tries left and firmware are told. At the station each key is a signed, dated record; a refused one too.
Beside a copy nothing is recorded. A real vault waits until no network link is up.

Enter instead of a PIN ends the check; what was proven until then counts.

Examples:
  $ pullstation check-key ~/vault
  $ pullstation check-key ~/vault --key key-b       only the one that came out of its safe

Exit status: 0 every key that was asked for is proven, 1 not, 2 unusable input.`;

export function registerCheckKey(program: Command): void {
  program
    .command("check-key")
    .summary("do the enrolled security keys still answer?")
    .description("Prove security keys against the vault, one touch each, and record it.")
    .argument("<vault>", "the vault's folder, or the vault file in it")
    .option("--key <label...>", "only these keys, by their labels")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", help)
    .action(async (vault: string, options: CheckKeyOptions) => {
      const { runCheckKey } = await import("./check-key-run.ts");
      process.exitCode = await runCheckKey(vault, options);
    });
}
