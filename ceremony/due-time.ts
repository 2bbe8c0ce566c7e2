const DAY_MS = 86_400_000;

/** A record dated later than `now`, by a clock that was wrong, says nothing of when it was done. */
export const isPast = (time: string, now: string): boolean => Date.parse(time) <= Date.parse(now);

/** When it is due again, RFC 3339: so many days after it was done; at once where nobody knows when that was. */
export const dueAfter = (done: string, days: number, now: string): string =>
  isPast(done, now) ? new Date(Date.parse(done) + days * DAY_MS).toISOString() : now;
