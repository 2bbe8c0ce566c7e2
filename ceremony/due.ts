import type { RecordBody } from "../crypto/record.ts";
import { dueAfter, isPast } from "./due-time.ts";

/** How often, in days. A card check needs no passphrase; a full check teaches the laptop a share. */
export interface DuePolicy {
  readonly cardDays: number;
  readonly fullDays: number;
  readonly keyDays: number;
}

export const DUE: DuePolicy = { cardDays: 90, fullDays: 365, keyDays: 365 };

/** One thing that somebody has to do, and until when. */
export interface DueRow {
  readonly what: "card-check" | "full-check" | "key-check";
  /** The custodian, or the security key's label. */
  readonly who: string;
  /** When it was proven last: RFC 3339; the commit's where nothing tells it. */
  readonly last: string;
  /** RFC 3339; over when it lies before now. */
  readonly on: string;
  readonly overdue: boolean;
}

/**
 * Who has to show a card, a share or a key, soonest first, by the records of the live epoch. The
 * commit counts as the first proof of all: every share was re-entered, every present key opened. A
 * key that was carried over unseen was proven by nothing then: its last proof is an older one. A full
 * check is a card check too.
 */
export function dueChecks(
  story: readonly Pick<RecordBody, "kind" | "at" | "evidence" | "vaultHash" | "who">[],
  now: string,
  policy: DuePolicy = DUE,
): readonly DueRow[] {
  const commit = story.findLast(({ kind }) => kind === "committed");
  const file = commit?.evidence["fileSha256"];
  const seal = story.findLast(
    ({ kind, evidence }) =>
      (kind === "sealed" || kind === "rotated") && evidence["fileSha256"] === file,
  );
  if (commit === undefined || seal === undefined) return [];
  const sealed = commit.at.time;
  const about = objectIn(seal.evidence["about"]);
  const latest = (times: readonly string[]): string | null =>
    times
      .filter((time) => isPast(time, now))
      .toSorted(byTime)
      .at(-1) ?? null;
  const shares = (who: string, forms: readonly unknown[]): string | null =>
    latest([
      sealed,
      ...story.flatMap((one) =>
        one.kind === "share-checked" &&
        one.vaultHash === file &&
        one.who["custodian"] === who &&
        forms.includes(one.evidence["form"])
          ? [one.at.time]
          : [],
      ),
    ]);
  // A rotation that was given up enrolled nothing that lasts.
  const files = new Set(
    story.flatMap((one) => (one.kind === "committed" ? [one.evidence["fileSha256"]] : [])),
  );
  const counts = (evidence: RecordBody["evidence"]): boolean => files.has(evidence["fileSha256"]);
  const touched = (label: string): string | null =>
    latest(
      story.flatMap(({ kind, at, who, evidence }) => {
        const checks = kind === "key-checked" && evidence["key"] === label;
        const used = (kind === "glass-broken" || kind === "rotated") && who["key"] === label;
        return checks || used || (counts(evidence) && enrols(evidence, label)) ? [at.time] : [];
      }),
    );
  const row = (what: DueRow["what"], who: string, last: string | null, days: number): DueRow => {
    // What nothing proves is due since the commit.
    const on = dueAfter(last ?? sealed, last === null ? 0 : days, now);
    const overdue = last === null || Date.parse(on) < Date.parse(now);
    return { what, who, last: last ?? sealed, on, overdue };
  };
  return [
    ...namesIn(about["custodians"]).flatMap((who) => [
      row("card-check", who, shares(who, ["card", "full"]), policy.cardDays),
      row("full-check", who, shares(who, ["full"]), policy.fullDays),
    ]),
    ...labelsIn(about["keys"], seal.evidence["approvers"]).map((label) =>
      row("key-check", label, touched(label), policy.keyDays),
    ),
  ].toSorted((a, b) => byTime(a.on, b.on));
}

const byTime = (a: string, b: string): number => Date.parse(a) - Date.parse(b);

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};

const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];

/**
 * Whether this is a seal at which the key was seen at work: its trial opening, or, for one that only
 * approves, its signature when it was enrolled. Older ones name only what was carried.
 */
const enrols = (evidence: RecordBody["evidence"], label: string): boolean => {
  const about = objectIn(evidence["about"]);
  const keys = Array.isArray(about["keys"]) ? about["keys"].map(objectIn) : [];
  const approves = keys.some((one) => one["label"] === label && one["use"] === "approve");
  if (Array.isArray(about["trialOpenedWith"]) && !approves)
    return namesIn(about["trialOpenedWith"]).includes(label);
  const isThere = labelsIn(about["keys"], evidence["approvers"]).includes(label);
  return isThere && !namesIn(about["carried"]).includes(label);
};

/** Of every key of the seal; seals of before named those with a credential only. */
const labelsIn = (keys: unknown, approvers: unknown): readonly string[] => {
  const named = Array.isArray(keys) ? keys : Array.isArray(approvers) ? approvers : [];
  return namesIn(named.map((one) => objectIn(one)["label"]));
};
