import type { ScreenOf } from "../contract/app.ts";
import type { Due } from "../station/due.ts";

const DAY_MS = 86_400_000;

/** How many days before it is due a thing is said; what is not here is always said. */
const AHEAD_DAYS: Readonly<Record<string, number>> = {
  "card-check": 30,
  "full-check": 30,
  "key-check": 30,
  custody: 30,
  drill: 30,
  alarm: 30,
  // Time to make a new kit and to seal again.
  "kit-expiry": 90,
};

/** Rows that fit; of the same kind the soonest is shown, and the others are counted. */
const SHOWN = 4;

/** What the first screen says of what is due, soonest first. `now` RFC 3339, this laptop's clock. */
export function dueOnHome(rows: readonly Due[], now: string): ScreenOf<"home">["due"] {
  const soon = rows.filter(({ what, on }) => {
    const days = AHEAD_DAYS[what];
    const left = Date.parse(on) - Date.parse(now);
    // A date that can't be read is no reason to be at ease.
    return days === undefined || !(left > days * DAY_MS);
  });
  return [...Map.groupBy(soon, ({ what }) => what).values()]
    .flatMap((same) =>
      same.slice(0, 1).map(({ what, who, on }) => ({
        what,
        by: who === "" ? null : who,
        on,
        more: same.length - 1,
      })),
    )
    .slice(0, SHOWN);
}
