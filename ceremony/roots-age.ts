/** A note, never a refusal: an old list refuses AWS only where AWS has taken a newer root. */
export type RootsAgeCode = "ROOTS_OLD";

const YEAR_MS = 365 * 86_400_000;

/** RFC 3339: from then on the list of roots of `asOf` (a date) should be renewed, with the app. */
export const rootsDue = (asOf: string): string =>
  new Date(Date.parse(asOf) + YEAR_MS).toISOString();

export const rootsOld = (asOf: string, now: string): boolean =>
  !(Date.parse(now) <= Date.parse(rootsDue(asOf)));
