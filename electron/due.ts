import { kitExpiry } from "../ceremony/kit-expiry.ts";
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
  copy: 30,
  alarm: 30,
  // Time to make a new kit and to seal again.
  "kit-expiry": 90,
  roots: 30,
};

/** Rows that fit beside nothing else, and beside the line that counts what has none. */
const SHOWN = 4;
const SHOWN_OF_MORE = 3;

/** From when on a kit's end comes before what is merely due: a new one takes an administrator weeks. */
const KIT_FIRST_DAYS = 30;

/**
 * Whether the vault does not open, or only the old one does, until it is done, or soon won't: never more
 * kinds than fit.
 */
const blocks = ({ what, on }: Due, now: string): boolean =>
  what === "rotation" || what === "review" || (what === "kit-expiry" && isKitFirst(on, now));

function isKitFirst(on: string, now: string): boolean {
  const expiry = kitExpiry(on, now);
  return expiry.kind === "over" || (expiry.kind === "near" && expiry.within <= KIT_FIRST_DAYS);
}

/** Of `rows`, soonest first, what is due at `now` or will be before long. `now` RFC 3339. */
function soonOf(rows: readonly Due[], now: string): readonly Due[] {
  return rows.filter(({ what, on }) => {
    const days = AHEAD_DAYS[what];
    const left = Date.parse(on) - Date.parse(now);
    // A date that can't be read is no reason to be at ease.
    return days === undefined || !(left > days * DAY_MS);
  });
}

const named = (who: string): string | null => (who === "" ? null : who);

/**
 * What the first screen says of what is due: what blocks first, then the soonest. Of the same kind the
 * soonest is named and the others are counted, as is what has no row. `now` RFC 3339, this laptop's clock.
 */
export function dueOnHome(
  rows: readonly Due[],
  now: string,
): Pick<ScreenOf<"home">, "due" | "moreDue"> {
  const soon = soonOf(rows, now);
  const first = soon.filter((one) => blocks(one, now));
  const all = [...first, ...soon.filter((one) => !first.includes(one))];
  const kinds = [...Map.groupBy(all, ({ what }) => what).values()];
  const shown = kinds.slice(0, kinds.length > SHOWN ? SHOWN_OF_MORE : SHOWN);
  return {
    due: shown.flatMap((same) =>
      same.slice(0, 1).map(({ what, who, on }) => ({
        what,
        by: named(who),
        on,
        more: same.length - 1,
      })),
    ),
    moreDue: kinds.slice(shown.length).flat().length,
  };
}

/** Everything that home names or counts, one line for each. */
export const dueAtUpkeep = (rows: readonly Due[], now: string): ScreenOf<"upkeep">["due"] =>
  soonOf(rows, now).map(({ what, who, on }) => ({ what, by: named(who), on }));
