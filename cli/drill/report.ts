import { join, relative } from "node:path";
import type { Subject } from "../../ceremony/ports.ts";
import { verify } from "../../ceremony/verify.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { NAMESPACES, type RecordBody, recordName, SIGNER_OF } from "../../crypto/record.ts";
import { recordHtml } from "../../station/paper/record.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { replaceFile } from "../../station/vault-file.ts";
import type { Stage } from "./stage.ts";
import type { Refusal, Step } from "./progress.ts";

export interface Outcome {
  readonly incident: string | null;
  readonly expiryProven: boolean | null;
  readonly dead: boolean;
  readonly resumed: boolean;
}

/**
 * Judges the drill by its own files, as a stranger would, and writes record.html and summary.json.
 * True when the records verify, AWS ended the access by itself, and it stands at rest.
 */
export async function report(
  dir: string,
  stage: Stage,
  told: {
    readonly subject: Subject;
    readonly vaultName: string;
    readonly steps: readonly Step[];
    readonly refusals: readonly Refusal[];
    readonly vaultPeakBytes: number;
    readonly outcome: Outcome;
  },
): Promise<{
  readonly passed: boolean;
  readonly summary: string;
  readonly lines: readonly string[];
}> {
  const { subject, vaultName, steps, refusals, outcome } = told;
  const copy = readCopy(dir);
  const verdict = verify(copy === null ? [] : [copy], { vaultId: subject.vaultId });
  const records = readStory(dir);
  replaceFile(
    join(dir, "record.html"),
    utf8(recordHtml({ vaultName, records, headSha256: verdict.head?.sha256 ?? "" })),
    0o644,
  );
  const standing = await stage.ask("standing", null);
  const calls = await stage.ask("calls", null);
  const atRest = standing.every(
    ({ latched, activeKeys, inlinePolicies }) =>
      latched && activeKeys === 0 && inlinePolicies.length === 0,
  );
  // An expiry that AWS did not enforce is what a drill is there to find.
  const expired = outcome.expiryProven !== false;
  const passed = verdict.verdict === "VALID" && atRest && outcome.dead && expired;
  const summary = `${JSON.stringify(
    {
      format: "pullstation-drill-summary@v1",
      mode: subject.mode,
      passed,
      vaultId: subject.vaultId,
      epoch: subject.epoch,
      ...outcome,
      records: { verdict: verdict.verdict, count: records.length, head: verdict.head },
      atRest: standing,
      vaultPeakBytes: told.vaultPeakBytes,
      refusals,
      steps,
      awsCalls: calls,
    },
    null,
    2,
  )}\n`;
  replaceFile(join(dir, "summary.json"), utf8(summary), 0o644);
  return {
    passed,
    summary,
    lines: verifyLines(dir, records),
  };
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
