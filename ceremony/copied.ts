import type { CopyWritten } from "../contract/copy.ts";
import type { RecordBody } from "../crypto/record.ts";
import { dueAfter, isPast } from "./due-time.ts";
import type { StationEntry } from "./ports.ts";

/** After a commit the first copy is made while its people are still near. */
const FIRST_DAYS = 7;
/** Later the records go on without it: it is written anew when the cards come, once a quarter. */
const AGAIN_DAYS = 91;

/** The station's record of a copy that was written and read back; `holder`: who takes it. */
export const copiedEntry = (
  { stick, folder, epoch, fileSha256, upTo }: CopyWritten,
  holder: string,
  now: string,
): StationEntry => ({
  kind: "copied",
  who: { custodian: holder },
  why: `the vault's folder, up to record ${upTo.seq}, was copied to a stick and read back`,
  at: { time: now, clock: "station" },
  evidence: { stick, folder, epoch, fileSha256, upTo: { ...upTo } },
});

/** The last copy of the live epoch; null: none was written. */
export function lastCopy(
  story: readonly Pick<RecordBody, "kind" | "at" | "evidence">[],
): string | null {
  const file = story.findLast(({ kind }) => kind === "committed")?.evidence["fileSha256"];
  const copied = story.findLast(
    ({ kind, evidence }) => kind === "copied" && evidence["fileSha256"] === file,
  );
  return copied?.at.time ?? null;
}

/** When the next copy is due: soon after a commit, then once a quarter. Null: nothing is committed. */
export function copyDue(
  story: readonly Pick<RecordBody, "kind" | "at" | "evidence">[],
  now: string,
): { readonly last: string | null; readonly on: string } | null {
  const commit = story.findLast(({ kind }) => kind === "committed");
  if (commit === undefined) return null;
  const last = lastCopy(story.filter(({ kind, at }) => kind !== "copied" || isPast(at.time, now)));
  return {
    last,
    on: last === null ? dueAfter(commit.at.time, FIRST_DAYS, now) : dueAfter(last, AGAIN_DAYS, now),
  };
}
