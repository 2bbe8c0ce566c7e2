import type { RecordBody } from "../crypto/record.ts";
import type { StationEntry, Written } from "./ports.ts";

/** A record of the chain as it is read from disk, with its place. */
export type Kept = Pick<RecordBody, "kind" | "who" | "at" | "evidence"> & {
  readonly written: Written;
};

/** Who signs a review: a name, and the security key that this person touches. */
export interface Reviewer {
  readonly name: string;
  readonly key: string;
}

/** What was found, as the record says it; the files hold the rest. */
export interface ReviewOutcome {
  readonly verdict: "CLEAR" | "EXPLAIN";
  /** How far AWS's digests prove the logs. */
  readonly proof: string;
  /** How many findings of each severity. */
  readonly findings: Readonly<Record<"error" | "warning" | "note", number>>;
  readonly events: number;
  /** The review's files, under the vault's folder, each with its SHA-256 (hex). */
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
}

/** One use of the vault, and how far its review is. */
export interface ReviewState {
  readonly incident: string;
  /** RFC 3339: when it ended, or when the glass was broken if no end is recorded. */
  readonly since: string;
  readonly closed: boolean;
  /** The newest `reviewed` record that covers all of the use; null: none. */
  readonly reviewed: (Written & { readonly at: string }) | null;
  readonly reviewers: readonly (Reviewer & { readonly signedAt: string | null })[];
  /** Every reviewer whom the record names approved it by touch. */
  readonly signed: boolean;
}

const textIn = (evidence: RecordBody["evidence"], name: string): string | null => {
  const value = evidence[name];
  return typeof value === "string" ? value : null;
};

/**
 * Every use that the records tell of, oldest first. A use begins when the glass is broken to open;
 * it needs no review when a later record says that AWS was never asked (`cancelled`, or an opening
 * that was refused before its first call) and none says that the access was open. A review counts
 * only when it was recorded after the last record of that use.
 */
export function reviewStates(story: readonly Kept[]): readonly ReviewState[] {
  const begun = story.filter(
    ({ kind, evidence }) => kind === "glass-broken" && evidence["purpose"] !== "rest",
  );
  const incidents = [
    ...new Set(begun.flatMap(({ evidence }) => textIn(evidence, "incident") ?? [])),
  ];
  return incidents.flatMap((incident) => {
    const own = story.filter(({ evidence }) => textIn(evidence, "incident") === incident);
    const use = own.filter(({ kind }) => USE.has(kind));
    const last = use.at(-1);
    if (last === undefined || !wasUsed(own)) return [];
    const closed = use.findLast(({ kind }) => kind === "closed");
    const found = own.findLast(
      ({ kind, written }) => kind === "reviewed" && written.seq > last.written.seq,
    );
    const reviewers = found === undefined ? [] : signatures(found, story);
    return [
      {
        incident,
        since: (closed ?? last).at.time,
        closed: closed === last,
        reviewed: found === undefined ? null : { ...found.written, at: found.at.time },
        reviewers,
        signed: reviewers.length > 0 && reviewers.every(({ signedAt }) => signedAt !== null),
      },
    ];
  });
}

/** Uses whose review is not signed: a real vault's next opening waits for them. */
export const unreviewed = (story: readonly Kept[]): readonly ReviewState[] =>
  reviewStates(story).filter(({ signed }) => !signed);

const USE: ReadonlySet<string> = new Set([
  "glass-broken",
  "access-open",
  "access-failed",
  "closed",
  "resumed",
]);

function wasUsed(own: readonly Kept[]): boolean {
  if (own.some(({ kind }) => kind === "access-open")) return true;
  const broken = own.findLast(({ kind }) => kind === "glass-broken")?.written.seq ?? 0;
  return !own.some(
    ({ kind, evidence, written }) =>
      written.seq > broken &&
      (kind === "cancelled" ||
        (kind === "access-failed" &&
          (evidence["opening"] as { kind?: unknown } | null)?.kind === "REFUSED")),
  );
}

function signatures(reviewed: Kept, story: readonly Kept[]): ReviewState["reviewers"] {
  const { seq, sha256 } = reviewed.written;
  const list = reviewed.evidence["reviewers"];
  const named = Array.isArray(list) ? (list as readonly unknown[]) : [];
  return named.flatMap((one) => {
    const { name, key } = Object(one) as { name?: unknown; key?: unknown };
    if (typeof name !== "string" || typeof key !== "string") return [];
    const signed = story.find(({ kind, evidence }) => {
      if (kind !== "approval" || evidence["approver"] !== key) return false;
      const approved = Object(evidence["approved"]) as { seq?: unknown; sha256?: unknown };
      return approved.seq === seq && approved.sha256 === sha256;
    });
    return [{ name, key, signedAt: signed?.at.time ?? null }];
  });
}

/** The station's record of a review; it counts once each reviewer approved it by touch. */
export const reviewedEntry = (
  incident: string,
  found: ReviewOutcome,
  reviewers: readonly Reviewer[],
  explanation: string,
  now: string,
): StationEntry => ({
  kind: "reviewed",
  who: Object.fromEntries(
    reviewers.map(({ name }, index) => [index === 0 ? "reviewer" : `reviewer-${index + 1}`, name]),
  ),
  why:
    explanation === ""
      ? found.verdict === "CLEAR"
        ? "nothing in the trail had to be explained"
        : "what was found is explained in the review"
      : explanation,
  at: { time: now, clock: "station" },
  evidence: {
    incident,
    verdict: found.verdict,
    proof: found.proof,
    findings: { ...found.findings },
    events: found.events,
    files: found.files.map((one) => ({ ...one })),
    reviewers: reviewers.map((one) => ({ ...one })),
  },
});
