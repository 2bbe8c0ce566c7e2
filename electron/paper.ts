import { verdictAtStation } from "../ceremony/restore.ts";
import { verify } from "../ceremony/verify.ts";
import { parseApprovalEvidence } from "../crypto/record.ts";
import { drillHtml } from "../station/paper/drill.ts";
import { recordHtml } from "../station/paper/record.ts";
import { readCopy } from "../station/record-store.ts";
import { readStory } from "../station/records-folder.ts";
import type { House } from "./house.ts";

export interface RecordPaper {
  readonly page: string;
  readonly verdict: string;
  readonly count: number;
  readonly approved: boolean;
  readonly seq: number;
}

/** Kinds that are about the record before them: its page takes them in. */
const ABOUT_IT: ReadonlySet<string> = new Set(["committed", "approval", "reviewed"]);

/**
 * Checks every record as a stranger would, and lays the page of everything up to record `seq`, with
 * what was recorded about it right after (null: everything), ready to be shown, printed and saved:
 * one HTML for all three.
 */
export function layPaper(
  { papers }: House,
  dir: string,
  vault: { readonly name: string; readonly vaultId: string },
  seq: number | null,
): RecordPaper {
  const copy = readCopy(dir);
  const verdict = verdictAtStation(verify(copy === null ? [] : [copy], { vaultId: vault.vaultId }));
  const story = readStory(dir);
  const asked = Math.min(seq ?? story.length, story.length);
  let last = asked;
  while (ABOUT_IT.has(story[last]?.kind ?? "")) last++;
  const told = story.slice(0, last);
  // A drill's record has a page of its own: what was practised, beside the last times.
  const isDrill = story[asked - 1]?.kind === "drill";
  const page = `paper/${isDrill ? "drill" : "record"}-${String(last).padStart(6, "0")}.html`;
  papers.set(
    `/${page}`,
    isDrill
      ? drillHtml({ vaultName: vault.name, records: told })
      : recordHtml({ vaultName: vault.name, records: told, of: asked }),
  );
  return {
    page,
    verdict,
    count: story.length,
    approved: story.some(
      ({ kind, evidence }) => kind === "approval" && parseApprovalEvidence(evidence).seq === asked,
    ),
    seq: asked,
  };
}
