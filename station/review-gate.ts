import { unreviewed } from "../ceremony/review.ts";
import { refuse } from "./errors.ts";
import { readChain } from "./record-store.ts";
import { readStory } from "./records-folder.ts";

/**
 * A real vault opens only when the review of every earlier use is signed, or when this quorum names
 * each that it overrides. Judged by the process that hands the access over, from the records on this
 * laptop, whoever starts it: links and signatures hold (`CHAIN_NOT_VALID`), so that no approval by touch
 * is made up; that the newest records are there only a later copy can tell. `REVIEW_DUE` names those
 * that are left.
 */
export function requireReviewed(dir: string, overrides: readonly string[]): void {
  readChain(dir);
  const left = unreviewed(readStory(dir))
    .map(({ incident }) => incident)
    .filter((incident) => !overrides.includes(incident));
  if (left.length > 0) refuse("REVIEW_DUE", { incidents: left.join(", ") });
}
