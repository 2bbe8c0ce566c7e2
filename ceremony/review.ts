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

/** A key of the live vault that can sign a review; one of use `approve` never breaks the glass. */
export interface SigningKey {
  readonly label: string;
  readonly use: "open" | "approve";
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
 * it needs no review when a later record says that nothing was opened (`cancelled`, or an opening
 * that was refused before its first write), none says that the access was open, and no call of it
 * was given a session: with one, whoever held the laptop could do what the activator can. A review
 * counts only when it was recorded after the last record of that use.
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
  if (own.some((one) => one.kind === "access-open" || gotSession(one))) return true;
  const broken = own.findLast(({ kind }) => kind === "glass-broken")?.written.seq ?? 0;
  return !own.some(
    ({ kind, evidence, written }) =>
      written.seq > broken &&
      (kind === "cancelled" ||
        (kind === "access-failed" &&
          (evidence["opening"] as { kind?: unknown } | null)?.kind === "REFUSED")),
  );
}

const SESSIONS: ReadonlySet<unknown> = new Set(["sts:GetSessionToken", "sts:AssumeRole"]);

/** Calls that are not told could have got one. */
function gotSession({ kind, evidence: { calls, leftOut } }: Kept): boolean {
  if (kind !== "aws-calls") return false;
  const told = Array.isArray(calls) ? (calls as readonly unknown[]) : [];
  return (
    (typeof leftOut === "number" && leftOut > 0) ||
    told.some((one) => {
      const { action, verdict } = Object(one) as { action?: unknown; verdict?: unknown };
      return SESSIONS.has(action) && verdict === "OK";
    })
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

/** Labels of the keys that broke the glass in one use: to open the access, and to put it to rest. */
export const brokenWith = (
  story: readonly Pick<Kept, "kind" | "who" | "evidence">[],
  incident: string,
): readonly string[] => [
  ...new Set(
    story.flatMap(({ kind, who, evidence }) =>
      kind === "glass-broken" && textIn(evidence, "incident") === incident
        ? (who["key"] ?? [])
        : [],
    ),
  ),
];

/** Whether nobody signs with another key than those that broke the glass: `broken`, by label. */
export const onlyWithThose = (
  reviewers: readonly Pick<Reviewer, "key">[],
  broken: readonly string[],
): boolean => reviewers.length > 0 && reviewers.every(({ key }) => broken.includes(key));

/** Whether another key has to sign, too: where the vault has some that only approve. */
export const needsAnother = (keys: readonly SigningKey[]): boolean =>
  keys.some(({ use }) => use === "approve");

/** Why these people can't sign a review, as a failure's code and what it is about; null: they can. */
export function refusedReviewers(
  reviewers: readonly Reviewer[],
  keys: readonly SigningKey[],
  broken: readonly string[],
):
  | { readonly code: "REVIEWERS_INVALID"; readonly about: { readonly field: string } }
  | {
      readonly code: "REVIEWERS_OPENED";
      readonly about: Readonly<Record<"keys" | "others", string>>;
    }
  | null {
  const field = wrongIn(
    reviewers,
    keys.map(({ label }) => label),
  );
  if (field !== null) return { code: "REVIEWERS_INVALID", about: { field } };
  if (!needsAnother(keys) || !onlyWithThose(reviewers, broken)) return null;
  const others = keys.map(({ label }) => label).filter((label) => !broken.includes(label));
  const signing = reviewers.map(({ key }) => key).join(", ");
  return { code: "REVIEWERS_OPENED", about: { keys: signing, others: others.join(", ") } };
}

/** The first of what keeps these people from signing; null: nothing. */
function wrongIn(reviewers: readonly Reviewer[], labels: readonly string[]): string | null {
  if (reviewers.length === 0) return "nobody is named";
  const names = reviewers.map(({ name }) => name);
  const keys = reviewers.map(({ key }) => key);
  return (
    keys.find((key) => !labels.includes(key)) ??
    keys.find((key, index) => keys.indexOf(key) !== index) ??
    names.find((one, index) => names.indexOf(one) !== index) ??
    null
  );
}

/**
 * The station's record of a review; it counts once each reviewer approved it by touch. `broken`: labels of
 * the keys that broke the glass; that only those sign, it says (`sameKeyAsOpening`).
 */
export const reviewedEntry = (
  incident: string,
  found: ReviewOutcome,
  reviewers: readonly Reviewer[],
  explanation: string,
  now: string,
  broken: readonly string[],
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
    ...(onlyWithThose(reviewers, broken) ? { sameKeyAsOpening: true } : {}),
  },
});
