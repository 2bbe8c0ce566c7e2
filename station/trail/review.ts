import type { AddressRange } from "../../aws/documents/trail/sources.ts";
import { interestOf, review, type Review } from "../../aws/documents/trail/review.ts";
import type { Copy } from "../../ceremony/verify.ts";
import { readProofs } from "./proofs.ts";
import { readTrail } from "./read.ts";
import { type RecordedStory, recordedStory } from "./recorded.ts";

/** What a reviewer brings; everything but trail and records may be missing, and is then said to be. */
export interface ReviewInput {
  readonly records: Copy;
  /** Judges the records up to this one only. */
  readonly upTo: number | undefined;
  /** From a share card. */
  readonly vaultId: string | undefined;
  /** The newest opening unless given. */
  readonly incident: string | undefined;
  /** Files and folders. */
  readonly trail: readonly string[];
  readonly publicKeys: readonly string[];
  readonly digestMeta: readonly string[];
  readonly regions: readonly string[];
  readonly keys: readonly string[];
  readonly sources: readonly AddressRange[];
  readonly nowMs: number;
}

export interface Reviewed {
  readonly story: RecordedStory;
  readonly found: Review;
}

/**
 * Verifies the records, reads the trail and reviews the access: the same for terminal and app.
 * Nothing is written. Throws the coded errors of its parts before anything is reviewed.
 */
export async function reviewTrail(input: ReviewInput): Promise<Reviewed> {
  const story = await recordedStory(input.records, input);
  const proofs = readProofs(input.publicKeys, input.digestMeta);
  const { access, others } = story;
  const trail = await readTrail(input.trail, interestOf(access.accounts, input.keys));
  const { regions, keys, sources, nowMs } = input;
  return { story, found: review(trail, { access, others, regions, keys, sources, proofs, nowMs }) };
}
