import type { TrailEvent } from "./event.ts";
import type { LogState } from "./logs.ts";
import type { DigestProofs } from "./proof.ts";
import type { AddressRange } from "./sources.ts";

/** One recorded opening, as verified records tell it. Times are epoch ms. */
export interface Access {
  readonly incident: string;
  readonly accounts: readonly string[];
  readonly openedMs: number;
  readonly deadlineMs: number;
  /** Null: no record of its end. */
  readonly closedMs: number | null;
  /** SHA-256 (hex) of its glass-broken records: the tag at AWS names one. */
  readonly recordSha256s: readonly string[];
}

export interface Question {
  readonly access: Access;
  /** Every other opening in the same chain. */
  readonly others: readonly Access[];
  /** Enabled in these accounts; empty: not stated. */
  readonly regions: readonly string[];
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
