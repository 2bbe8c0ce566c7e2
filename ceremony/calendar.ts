import { utf8 } from "../crypto/bytes.ts";

/** A day in the calendar, of whatever kind. */
export interface CalendarDay {
  /** The same in every export, so that a new one replaces the old: what is due, and whose. */
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  /** RFC 3339; the day counts. */
  readonly on: string;
}

/** Octets of a content line, its line break left out (RFC 5545 §3.1). */
const LINE = 75;
/** A week before, and in the morning of the day: what is due within the week has no other. */
const REMINDERS = ["-P7D", "PT9H"];
/** Of today the morning may be over when the file is read in; then the next day's. */
const LATE_REMINDERS = ["PT9H", "P1DT9H"];

const DAY_MS = 86_400_000;

/** RFC 5545 §3.3.11; what no TEXT may hold is left out. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/(?!\n)\p{Cc}/gu, "")
    .replace(/[\\;,]/g, (char) => `\\${char}`)
    .replaceAll("\n", "\\n");

/** A continuation begins with a space, which counts; no character is cut in its octets. */
function folded(line: string): string {
  const lines: string[] = [];
  let held = "";
  let octets = 0;
  for (const char of line) {
    const size = utf8(char).length;
    if (octets + size > LINE) {
      lines.push(held);
      held = " ";
      octets = 1;
    }
    held += char;
    octets += size;
  }
  return [...lines, held].map((one) => `${one}\r\n`).join("");
}

const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll("-", "");
const stamp = (time: string): string =>
  `${new Date(Date.parse(time)).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

/**
 * An iCalendar file (RFC 5545): one whole day for each, with reminders. No calendar reminds of a day that
 * is over: what is overdue stands on the day of `now` and says since when. A day whose date can't be
 * read is left out. `vaultId` makes the ids this vault's own.
 */
export function calendar(
  name: string,
  vaultId: string,
  days: readonly CalendarDay[],
  now: string,
): string {
  const today = date(Date.parse(now));
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Pullstation//Due dates//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    `X-WR-CALNAME:${escaped(name)}`,
    ...days.flatMap(({ id, summary, description, on }) => {
      const due = Date.parse(on);
      if (Number.isNaN(due)) return [];
      const late = date(due) < today;
      const at = late ? Date.parse(now) : due;
      const said = escaped(late ? `${summary}, overdue since ${on.slice(0, 10)}` : summary);
      return [
        "BEGIN:VEVENT",
        `UID:${escaped(encodeURIComponent(id.toWellFormed()))}.${vaultId}@pullstation.invalid`,
        `DTSTAMP:${stamp(now)}`,
        `DTSTART;VALUE=DATE:${date(at)}`,
        `DTEND;VALUE=DATE:${date(at + DAY_MS)}`,
        `SUMMARY:${said}`,
        `DESCRIPTION:${escaped(description)}`,
        "TRANSP:TRANSPARENT",
        ...(date(at) === today ? LATE_REMINDERS : REMINDERS).flatMap((trigger) => [
          "BEGIN:VALARM",
          "ACTION:DISPLAY",
          `DESCRIPTION:${said}`,
          `TRIGGER:${trigger}`,
          "END:VALARM",
        ]),
        "END:VEVENT",
      ];
    }),
    "END:VCALENDAR",
  ];
  return lines.map(folded).join("");
}
