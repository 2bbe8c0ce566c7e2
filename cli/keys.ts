import type { Command } from "commander";

export interface KeysOptions {
  readonly json: boolean;
  readonly try: boolean;
  readonly key?: string;
}

const help = `
For each key: product, serial, firmware, kind (FIDO2, or the OTP slots of a YubiKey), whether a PIN
is set and how many tries are left, and whether it can seal a vault or exactly why not. Nothing is
written to the key and no touch is asked for.

A key seals a vault if it is a FIDO2 key with the hmac-secret extension, has a PIN, and binds its
answer to the PIN (credProtect, or CTAP 2.1). An OTP slot never seals alone: its answers are always
the same and cross USB in the clear.

With --try the key makes a credential for this trial (it stores nothing on the key) and derives a
secret at two touches. Both must be the same, and without the PIN the key must refuse or answer
otherwise. The secret is not shown. You are asked for the PIN (from a pipe: its first line) and for
three touches. Ctrl-C cancels the touch. If the key is unplugged, plug it in again to go on.

Linux: a key that may not be opened needs the udev rule 70-pullstation.rules; a missing system
library is named with its package.

Examples:
  $ pullstation keys
  $ pullstation keys --json | jq '.keys[] | select(.usable)'
  $ pullstation keys --try
  $ pullstation keys --try --key "YubiKey"      which one, if several are plugged in

Exit status: 0 a key can seal (--try: the trial passed), 1 none can (--try: it did not pass),
2 keys can't be reached.`;

export function registerKeys(program: Command): void {
  program
    .command("keys")
    .summary("list the security keys that are plugged in, and try one")
    .description("List the security keys that are plugged in: can they seal a vault, or why not?")
    .option("--try", "touch a key and see that its secret is stable, without showing it", false)
    .option("--key <name>", "which key to try: a part of its product name, serial or path")
    .option("--json", "print what was found as JSON", false)
    .addHelpText("after", help)
    .action(async (options: KeysOptions) => {
      const { keys } = await import("./keys-run.ts");
      const status = await keys(options);
      // Handles of keys are let go of in the background: the answer is out, and the exit does it.
      process.stdout.write("", () => process.exit(status));
    });
}
