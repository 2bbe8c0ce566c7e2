/** How near the end of the guard rails at AWS is: nothing can be opened past it. */
export type KitExpiry =
  | { readonly kind: "far"; readonly days: number }
  /** Within 90, 30 or 7 days: time to make a new kit and to seal again. */
  | { readonly kind: "near"; readonly days: number; readonly within: 90 | 30 | 7 }
  | { readonly kind: "over" };

const DAY_MS = 86_400_000;

/** Both RFC 3339 UTC; `days` are whole ones that remain. */
export function kitExpiry(kitExpires: string, now: string): KitExpiry {
  const left = Date.parse(kitExpires) - Date.parse(now);
  // A date that can't be read is no reason to be at ease.
  if (!(left > 0)) return { kind: "over" };
  const days = Math.floor(left / DAY_MS);
  const within = ([7, 30, 90] as const).find((limit) => left <= limit * DAY_MS);
  return within === undefined ? { kind: "far", days } : { kind: "near", days, within };
}
