import type { Command } from "commander";
import { InvalidArgumentError } from "commander";

export interface VerifyOptions {
  readonly vaultId?: string;
  readonly head?: { readonly seq: number; readonly sha256: string };
  readonly json: boolean;
}

export const vaultId = (text: string): string => {
  const bare = text.toLowerCase().replaceAll(/[\s:-]/g, "");
  if (!/^[0-9a-f]{32}$/.test(bare))
    throw new InvalidArgumentError("A vault id is 32 hex digits, as on a share card.");
  return bare;
};

/** "000010:36c0…", as a record's page prints its number and hash. */
export function head(text: string): { readonly seq: number; readonly sha256: string } {
  const [, seq = "", hash = ""] = /^0*([1-9]\d{0,5}):(.*)$/.exec(text) ?? [];
  const sha256 = hash.toLowerCase().replaceAll(/[\s-]/g, "");
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new InvalidArgumentError(
      "Give the record's number, a colon and its SHA-256, as printed.",
    );
  return { seq: Number(seq), sha256 };
}

const help = `
PATH is a vault's folder, its records/ folder, or one record file. Several folders are judged
together as copies of one chain: where they differ is a fork.

What is checked: every signature, and that the record's kind may be signed by that key (quorum and
touch for sealed, rotated and glass-broken); every record's place in the chain; one vault and one
mode throughout; epochs (the highest committed one wins); the vault file beside the records. Keys
come from the records themselves, beginning with the key that sealed epoch 1; allowed_signers is
only compared.

A chain that was cut off at its end is whole in itself: only a later record on paper tells. Give
the newest printed record with --head.

Without --vault-id the verdict of good records is UNANCHORED: whole and consistent, but nothing
says of whose vault. The id is printed on every share card.

Examples:
  $ pullstation verify rehearsal
  $ pullstation verify rehearsal --vault-id 2f9c6e0d41b7a8530c1d9e4f7a62b853
  $ pullstation verify /media/usb-ana /media/usb-ben ~/vault    do these copies tell one story?
  $ pullstation verify rehearsal/records/000004.json             one record, and all before it
  $ pullstation verify rehearsal --json | jq .verdict

The same for one record with stock OpenSSH, in the vault's folder:
  $ ssh-keygen -Y verify -f allowed_signers -I vault -n pullstation-record@v1 \\
      -s records/000001.json.sig < records/000001.json
  (practice records: -n pullstation-drill@v1; other signers: -I station, -I approver:LABEL)

Exit status: 0 valid or unanchored, 1 not valid, 2 unusable input.`;

export function registerVerify(program: Command): void {
  program
    .command("verify")
    .summary("are these records genuine and whole?")
    .description("Check signed records: are they genuine, whole, and of this vault?")
    .argument("<path...>", "a vault's folder, its records folder, or one record file")
    .option("--vault-id <id>", "the vault's id, from a share card: anchors the verdict", vaultId)
    .option("--head <seq:sha256>", "a later record from paper: the chain must reach it", head)
    .option("--json", "print the verdict as JSON", false)
    .addHelpText("after", help)
    .action(async (paths: readonly string[], options: VerifyOptions) => {
      const { verifyPaths } = await import("./verify-records.ts");
      process.exitCode = await verifyPaths(paths, options, {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
      });
    });
}
