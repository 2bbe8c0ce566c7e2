import { join, relative } from "node:path";
import type { Compared } from "../../ceremony/drill/compare.ts";
import type { Ended } from "../../ceremony/drill/judge.ts";
import type { RestoredFirst } from "../../ceremony/drill/record.ts";
import type { FaultTold } from "../../ceremony/drill/seen.ts";
import type { Subject } from "../../ceremony/ports.ts";
import { isWholeSinceRestored } from "../../ceremony/restore.ts";
import { verify } from "../../ceremony/verify.ts";
import type { practiceRequests } from "../../contract/practice.ts";
import type { Output } from "../../contract/serve.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { NAMESPACES, type RecordBody, recordName, SIGNER_OF } from "../../crypto/record.ts";
import { drillHtml } from "../../station/paper/drill.ts";
import { recordHtml } from "../../station/paper/record.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { replaceFile } from "../../station/vault-file.ts";
import type { Refusal, Step } from "./progress.ts";

/**
 * Writes the drill's papers and its summary from its own files, as a stranger would. Passed: as it was
 * judged, and the records verify with the drill's own among them.
 */
export async function report(
  dir: string,
  told: {
    readonly subject: Subject;
    readonly vaultName: string;
    readonly steps: readonly Step[];
    readonly refusals: readonly Refusal[];
    readonly vaultPeakBytes: number;
    readonly ended: Ended;
    readonly faults: readonly FaultTold[];
    /** In the summary where there is one. */
    readonly restored: RestoredFirst | undefined;
    readonly compared: readonly Compared[];
    readonly standing: Output<typeof practiceRequests, "standing">;
    readonly calls: Output<typeof practiceRequests, "calls">;
    readonly passed: boolean;
  },
): Promise<{
  readonly passed: boolean;
  readonly summary: string;
  readonly lines: readonly string[];
}> {
  const { subject, vaultName, steps, refusals, ended, compared, faults } = told;
  const copy = readCopy(dir);
  const verdict = verify(copy === null ? [] : [copy], { vaultId: subject.vaultId });
  const records = readStory(dir);
  const write = (name: string, text: string): void =>
    replaceFile(join(dir, name), utf8(text), 0o644);
  write("record.html", recordHtml({ vaultName, records }));
  write("drill.html", drillHtml({ vaultName, records }));
  const passed = isWholeSinceRestored(verdict) && told.passed;
  const { opened: _, ...outcome } = ended;
  const summary = `${JSON.stringify(
    {
      format: "pullstation-drill-summary@v1",
      mode: subject.mode,
      passed,
      vaultId: subject.vaultId,
      epoch: subject.epoch,
      ...outcome,
      faults,
      restored: told.restored,
      records: { verdict: verdict.verdict, count: records.length, head: verdict.head },
      atRest: told.standing,
      vaultPeakBytes: told.vaultPeakBytes,
      refusals,
      steps,
      compared,
      awsCalls: told.calls,
    },
    null,
    2,
  )}\n`;
  write("summary.json", summary);
  return { passed, summary, lines: verifyLines(dir, records) };
}

/** One stock command for each signer that the chain has, and ours for the whole. */
function verifyLines(dir: string, records: readonly RecordBody[]): string[] {
  const last = new Map(records.map((record) => [SIGNER_OF[record.kind], record]));
  const stock = [...last].map(([signer, { seq, mode, evidence }]) => {
    const principal = signer === "approver" ? `approver:${String(evidence["approver"])}` : signer;
    const file = `records/${recordName(seq)}`;
    return (
      `ssh-keygen -Y verify -f allowed_signers -I ${principal} ` +
      `-n ${NAMESPACES[mode]} -s ${file}.sig < ${file}`
    );
  });
  const vaultId = records[0]?.vaultId ?? "";
  const here = relative(process.cwd(), dir);
  return [
    `npx pullstation verify ${quoted(here === "" ? "." : here)} --vault-id ${vaultId}`,
    `cd ${quoted(dir)}`,
    ...stock,
  ];
}

/** As a shell reads it. */
export const quoted = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
