import type { RecordBody } from "../crypto/record.ts";
import { dueAfter } from "./due-time.ts";
import { type Kept, reviewStates } from "./review.ts";

/** An administrator makes new keys, and every custodian comes. */
const RESEAL_DAYS = 7;

/**
 * When the oldest use is to be resealed whose access keys are sealed still: until an epoch counts that was
 * sealed after that use and has new keys of each account that it opened, or has none of it any more. An
 * epoch that was sealed before holds what the use gave out, whenever it was proven. Null: none is left.
 */
export function resealDue(story: readonly Kept[], now: string): string | null {
  const counting = new Set(
    story.flatMap(({ kind, evidence }) => (kind === "committed" ? [evidence["fileSha256"]] : [])),
  );
  const rotations = story.filter(
    ({ kind, evidence }) => kind === "rotated" && counting.has(evidence["fileSha256"]),
  );
  const left = reviewStates(story).filter(({ incident }) => {
    if (gaveNothing(story.filter(({ evidence }) => evidence["incident"] === incident)))
      return false;
    const use = story.filter(
      ({ kind, evidence }) => evidence["incident"] === incident && USE.has(kind),
    );
    const last = use.at(-1)?.written.seq ?? 0;
    const renewed = rotations
      .filter(({ written }) => written.seq > last)
      .flatMap(({ evidence }) => {
        const about = Object(evidence["about"]) as RecordBody["evidence"];
        return [...namesIn(about["newKeys"]), ...namesIn(about["dropped"])];
      });
    return renewed.length === 0 || !openedBy(use).every((account) => renewed.includes(account));
  });
  const [oldest] = left;
  return oldest === undefined ? null : dueAfter(oldest.since, RESEAL_DAYS, now);
}

/** Refused before the first write, each time: no access key was switched on, and none was given. */
const gaveNothing = (own: readonly Kept[]): boolean => {
  const openings = own.filter(
    ({ kind, evidence }) => kind === "glass-broken" && evidence["purpose"] !== "rest",
  );
  const refused = own.filter(
    ({ kind, evidence }) =>
      kind === "access-failed" &&
      (Object(evidence["opening"]) as { kind?: unknown }).kind === "REFUSED",
  );
  const off = own.filter(({ kind }) => kind === "cancelled");
  return refused.length + off.length === openings.length;
};

const USE: ReadonlySet<string> = new Set(["glass-broken", "access-open"]);

/** What opened; where no record says so, all that it could have been. */
function openedBy(use: readonly Kept[]): readonly string[] {
  const told = (kind: string) =>
    use.flatMap((one) => (one.kind === kind ? namesIn(one.evidence["accounts"]) : []));
  const opened = told("access-open");
  return opened.length > 0 ? opened : told("glass-broken");
}

const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === "string") : [];
