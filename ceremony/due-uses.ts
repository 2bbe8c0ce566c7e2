import type { CustodyRow } from "../contract/custody.ts";
import { copyDue } from "./copied.ts";
import { drillDue } from "./drill/record.ts";
import { dueAfter, isPast } from "./due-time.ts";
import { kitExpiry } from "./kit-expiry.ts";
import { type Kept, unreviewed } from "./review.ts";

/** What is due after a use, and by the calendar; shares and keys have their own (due.ts). */
export interface UseDue {
  readonly what: "review" | "drill" | "alarm" | "kit-expiry" | "kit-unknown" | "custody" | "copy";
  /** The incident of a review, or who holds what is to be put away or inspected; "" otherwise. */
  readonly who: string;
  /** When it was done last, RFC 3339; null: never. */
  readonly last: string | null;
  /** RFC 3339; over when it lies before now. */
  readonly on: string;
  readonly overdue: boolean;
}

/** CloudTrail delivers within hours and its digests follow; the next opening waits meanwhile. */
const REVIEW_DAYS = 3;
const ALARM_DAYS = 91;

/** Soonest first. `kitExpires` null: no policy that was sealed lies beside the vault. */
export function dueUses(
  story: readonly Kept[],
  kitExpires: string | null,
  now: string,
  custody: readonly CustodyRow[] = [],
): readonly UseDue[] {
  const row = (what: UseDue["what"], who: string, last: string | null, on: string): UseDue => ({
    what,
    who,
    last,
    on,
    overdue: Date.parse(on) < Date.parse(now),
  });
  const drill = drillDue(story, now);
  const copy = copyDue(story, now);
  const sealed = story.find(({ kind }) => kind === "committed")?.at.time;
  // One that was not received, or late, counts for nothing.
  const alarm =
    story.findLast(
      ({ kind, at, evidence }) =>
        kind === "alarm-checked" && evidence["verdict"] === "RECEIVED" && isPast(at.time, now),
    )?.at.time ?? null;
  const paged = alarm ?? sealed;
  return [
    ...unreviewed(story).map(({ incident, since }) =>
      row("review", incident, null, dueAfter(since, REVIEW_DAYS, now)),
    ),
    ...(drill === null ? [] : [row("drill", "", drill.last, drill.on)]),
    ...(copy === null ? [] : [row("copy", "", copy.last, copy.on)]),
    ...(paged === undefined ? [] : [row("alarm", "", alarm, dueAfter(paged, ALARM_DAYS, now))]),
    ...custody
      .filter(({ due }) => due !== "")
      .map(({ holder, inspected, placed, due }) =>
        row("custody", holder, inspected ?? placed, due),
      ),
    ...(kitExpires === null
      ? [row("kit-unknown", "", null, now)]
      : [
          {
            ...row("kit-expiry", "", null, kitExpires),
            // A date that can't be read is no reason to be at ease.
            overdue: kitExpiry(kitExpires, now).kind === "over",
          },
        ]),
  ].toSorted((a, b) => Date.parse(a.on) - Date.parse(b.on));
}
