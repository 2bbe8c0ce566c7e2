const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
/** As Java writes it, in UTC and without saying so. */
const JAVA = /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d [AP]M$/;
/** aws-cli 1 gives epoch seconds: between 2001 and 2286 they have ten digits. */
const EPOCH = { from: 1e9, to: 1e10 };

/** Epoch ms of a time as CloudTrail, STS or aws-cli writes it; null when it is none. */
export function parseTime(value: unknown): number | null {
  if (typeof value === "number")
    return value >= EPOCH.from && value < EPOCH.to ? value * 1000 : null;
  if (typeof value !== "string" || value.length > 64) return null;
  if (ISO.test(value)) return known(Date.parse(value));
  const text = value.replaceAll(/[\u00a0\u202f]/g, " ");
  return JAVA.test(text) ? known(Date.parse(`${text} UTC`)) : null;
}

const known = (ms: number): number | null => (Number.isNaN(ms) ? null : ms);

/** RFC 3339 UTC, to the second. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
