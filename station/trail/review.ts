import type { AddressRange } from "../../aws/documents/trail/sources.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import type { Copy } from "../../ceremony/verify.ts";
import { readProofs } from "./proofs.ts";
import { readTrail } from "./read.ts";
import { type RecordedStory, recordedStory } from "./recorded.ts";

/** What a reviewer brings; everything but trail and records may be missing, and is then said to be. */
export interface ReviewInput {
  readonly records: Copy;
  /** They are this laptop's own: what it signed since it was restored counts, although no seal names it yet. */
  readonly own?: boolean;
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
  /** The regions given are all that are enabled. */
  readonly allRegions?: boolean;
  /** Beside those that the records name. */
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
  // As the vault signed them when it opened, and as people say beside that.
  const keys = [...new Set([...access.keys, ...input.keys])];
  const trail = await readTrail(input.trail, { accounts: access.accounts, keys });
  const { regions, allRegions = false, sources, nowMs } = input;
  const question = { access, others, regions, allRegions, keys, sources, proofs, nowMs };
  return { story, found: review(trail, question) };
}
