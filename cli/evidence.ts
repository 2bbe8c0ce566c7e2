import type { Command } from "commander";

const help = `
DIR is a vault's folder, or a copy of it. FOLDER is made, and must not be there yet. It holds the
records with their signatures, who may sign them, the reviews that records name, the public runbook,
and index.html: sealings, uses, checks, custody, and a map of controls (SOC 2, ISO 27001, HIPAA),
each claim with a link to the file that proves it. README.txt says how an auditor checks all of it
with ssh-keygen and sha256sum. The vault, the station's key and the journals are not in it.

Records that don't hold make no evidence: they are refused, and \`pullstation verify\` says why.

Example:
  $ pullstation evidence ~/vault --out evidence-2026-06

Exit status: 0 written, 2 unusable input.`;

export function registerEvidence(program: Command): void {
  program
    .command("evidence")
    .summary("one folder that an auditor can check alone")
    .description("Export the evidence of a vault: records, reviews, runbook and a map of controls.")
    .argument("<dir>", "the vault's folder, or a copy of it")
    .requiredOption("--out <folder>", "the folder to make")
    .addHelpText("after", help)
    .action(async (dir: string, { out }: { readonly out: string }) => {
      const { runEvidence } = await import("./evidence-run.ts");
      process.exitCode = await runEvidence(dir, out, {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
        now: new Date().toISOString(),
      });
    });
}
