import { verify } from "../ceremony/verify.ts";
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

/**
 * Checks every record as a stranger would, and lays the page of one incident (or of everything up to
 * record `seq`) ready to be shown, printed and saved: one HTML for all three.
 */
export function layPaper(
  { papers }: House,
  dir: string,
  vault: { readonly name: string; readonly vaultId: string },
  seq: number | null,
): RecordPaper {
  const copy = readCopy(dir);
  const { verdict } = verify(copy === null ? [] : [copy], { vaultId: vault.vaultId });
  const story = readStory(dir);
  const last = seq === null ? story.length : Math.min(seq, story.length);
  const told = story.slice(0, last);
  const page = `paper/record-${String(last).padStart(6, "0")}.html`;
  papers.set(
    `/${page}`,
    recordHtml({
      vaultName: vault.name,
      records: told,
      headSha256: told.at(-1)?.written.sha256 ?? "",
    }),
  );
  const glass = told.findLastIndex(({ kind }) => kind === "glass-broken");
  return {
    page,
    verdict,
    count: story.length,
    approved: story.slice(glass + 1).some(({ kind }) => kind === "approval"),
    seq: last,
  };
}
