import type { Digest } from "./digest.ts";
import type { TrailFinding } from "./finding.ts";
import type { Kept } from "./kept.ts";
import type { LogFile } from "./logs.ts";

/** What a file was, once it was read. */
export interface TrailFile {
  readonly file: string;
  /** Of its uncompressed bytes, hex, as a digest states it; null: not read to its end. */
  readonly sha256: string | null;
  readonly kind: "log" | "lookup" | "digest" | "unreadable" | "unknown";
  readonly events: number;
  /** Epoch ms of its oldest and newest event. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

export interface Seen {
  count: number;
  /** Epoch ms. */
  first: number;
  last: number;
}

/** What files came to that were read apart, as plain data: a thread can hand it to another. */
export interface TrailPart {
  readonly files: readonly TrailFile[];
  readonly digests: readonly Digest[];
  readonly findings: readonly TrailFinding[];
  readonly logs: readonly LogFile[];
  readonly read: number;
  readonly data: number;
  /** By account and region. */
  readonly seen: ReadonlyMap<string, Readonly<Seen>>;
  /** Links that were not reached when they were seen, and in which files. */
  readonly passed: ReadonlyMap<string, readonly number[]>;
  readonly reached: ReadonlySet<string>;
  /** Every story of every event: two may have one id. */
  readonly kept: readonly Kept[];
}

/** How much may be held at once. */
export interface Limits {
  /** Kept of an access. */
  readonly events: number;
  readonly digests: number;
  /** Keys, users and sessions that may still turn out to belong to the access. */
  readonly marks: number;
}

/** More digests than a year of one region in one account. */
export const LIMITS: Limits = { events: 1_000_000, digests: 20_000, marks: 2_000_000 };
