/** Numbers, lists, clock times and dates as the house says them. Times are UTC, as in records. */

const NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split(" ");

/** "three"; figures from thirteen. */
export const number = (count: number): string => NUMBERS[count] ?? String(count);

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "custodian" for one, "custodians" for others. */
export const plural = (count: number, one: string, others: string = `${one}s`): string =>
  count === 1 ? one : others;

const listed = (items: readonly string[], last: string): string =>
  items.length < 2
    ? (items[0] ?? "")
    : `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1) ?? ""}`;

export const both = (items: readonly string[]): string => listed(items, "and");
export const either = (items: readonly string[]): string => listed(items, "or");

const two = (value: number): string => String(value).padStart(2, "0");

/** "02:14:36" */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** "02:14", of an RFC 3339 time; anything else as it came. */
export const minute = (time: string): string => stamp(time)?.slice(11, 16) ?? time;
export const second = (time: string): string => stamp(time)?.slice(11, 19) ?? time;

function stamp(time: string): string | null {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "18 Jun" (padded, for a ledger in mono), or "18 Jun 2027" when that is another year than `nowMs`. */
export function day(time: string, nowMs: number): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return time;
  const date = new Date(ms);
  const figure = String(date.getUTCDate()).padStart(2, "\u00a0");
  const short = `${figure} ${MONTHS[date.getUTCMonth()]}`;
  const year = date.getUTCFullYear();
  return year === new Date(nowMs).getUTCFullYear() ? short : `${short} ${year}`;
}

const DAY = 86_400_000;

/** Whole days from today to that day, by the calendar (UTC). */
export const daysUntil = (time: string, nowMs: number): number =>
  Math.floor(Date.parse(time) / DAY) - Math.floor(nowMs / DAY);

/** "00", "41", "12" of what is left; never less than nothing. */
export function left(ms: number): readonly [string, string, string] {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return [
    two(Math.floor(seconds / 3600)),
    two(Math.floor((seconds % 3600) / 60)),
    two(seconds % 60),
  ];
}

/** "45 minutes", "1 hour 30 minutes". */
export function duration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  const parts = [
    hours > 0 ? `${hours} ${plural(hours, "hour")}` : "",
    minutes > 0 ? `${minutes} ${plural(minutes, "minute")}` : "",
    rest > 0 ? `${rest} ${plural(rest, "second")}` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no time" : parts.join(" ");
}

/** "000012" */
export const recordNumber = (seq: number): string => String(seq).padStart(6, "0");
