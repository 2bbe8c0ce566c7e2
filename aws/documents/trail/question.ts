import type { TrailEvent } from "./event.ts";
import type { LogState } from "./logs.ts";
import type { DigestProofs } from "./proof.ts";
import type { AddressRange } from "./sources.ts";
import type { Span } from "./spans.ts";

/** One recorded opening, as verified records tell it. Times are epoch ms. */
export interface Access {
  readonly incident: string;
  readonly accounts: readonly string[];
  /** Those of them for which something was, or may have been, written; the others were only asked. */
  readonly opened: readonly string[];
  readonly openedMs: number;
  readonly deadlineMs: number;
  /** Null: no record of its end. */
  readonly closedMs: number | null;
  /** What its openings wrote; not exact: a crash left no record, and it lies between. Empty: nothing was opened. */
  readonly windows: readonly {
    readonly fromMs: number;
    readonly untilMs: number;
    readonly exact: boolean;
  }[];
  /** When AWS was asked, and nothing was opened. */
  readonly tries: readonly Span[];
  /** The longest that was asked for: what the kit's own sessions are reckoned from. */
  readonly durationMs: number;
  /** SHA-256 (hex) of its glass-broken records: the tag at AWS names one. */
  readonly recordSha256s: readonly string[];
  /** Where and what the window allows; empty or null: the records don't say. */
  readonly regions: readonly string[];
  readonly profile: string | null;
  /** The trail that was sealed with the keys; null: none was named. */
  readonly trail: { readonly arn: string; readonly bucket: string } | null;
}

export interface Question {
  readonly access: Access;
  /** Every other opening in the same chain. */
  readonly others: readonly Access[];
  /** To be covered beside those that the records name. */
  readonly regions: readonly string[];
  /** With those that the records name they are all that are enabled: no file says so, somebody has to. */
  readonly allRegions: boolean;
  /** Ids of the sealed emergency keys; empty: not stated. */
  readonly keys: readonly string[];
  /** From where the access was to be used; empty: not stated. */
  readonly sources: readonly AddressRange[];
  readonly proofs: DigestProofs;
  /** The reader's clock. */
  readonly nowMs: number;
}

/** before, inside, late (after the deadline), closed, or in another recorded access. */
export type Phase = "before" | "inside" | "late" | "closed" | "other";

export interface Action {
  readonly event: TrailEvent;
  readonly phase: Phase;
  readonly proof: LogState;
  /** The credential by which it belongs to the access; null for what was done to the kit. */
  readonly credential: string | null;
  readonly byName: boolean;
}
