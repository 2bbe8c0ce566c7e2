import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calendar } from "../../ceremony/calendar.ts";

const NOW = "2026-06-18T02:23:48.000Z";
const VAULT = "7f3a91c20b64d8e54a19c7f023bd6e58";

/** Reads a calendar as RFC 5545 says, with nothing of the writer's: unfold, split, unescape. */
function read(text: string): { name: string; value: string }[] {
  expect(text.endsWith("\r\n")).toBe(true);
  return text
    .replaceAll("\r\n ", "")
    .split("\r\n")
    .slice(0, -1)
    .map((line) => {
      const colon = line.indexOf(":");
      const value = line
        .slice(colon + 1)
        .replace(/\\([\\;,nN])/g, (_, char: string) => (/n/i.test(char) ? "\n" : char));
      return { name: line.slice(0, colon), value };
    });
}

const valueOf = (text: string, name: string): string | undefined =>
  read(text).find((line) => line.name === name)?.value;

/** When its reminders come, by a calendar in UTC: a trigger counts from the day's first hour. */
function remindsAt(text: string): string[] {
  const [, year, month, date] =
    /^(\d{4})(\d\d)(\d\d)$/.exec(valueOf(text, "DTSTART;VALUE=DATE") ?? "") ?? [];
  const start = Date.parse(`${year}-${month}-${date}T00:00:00Z`);
  return read(text).flatMap(({ name, value }) => {
    if (name !== "TRIGGER") return [];
    const [, sign, days = 0, hours = 0] = /^(-?)P(?:(\d+)D)?(?:T(\d+)H)?$/.exec(value) ?? [];
    const after = (Number(days) * 24 + Number(hours)) * 3_600_000;
    return [new Date(start + (sign === "-" ? -after : after)).toISOString()];
  });
}

const day = { id: "drill", summary: "Drill", description: "", on: "2026-08-12T09:00:00Z" };

/** What a calendar's text can hold. */
const kept = (given: string): string =>
  given
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/(?!\n)\p{Cc}/gu, "");

describe("the calendar file", () => {
  it("holds a whole day for each date, with reminders a week before and in its morning", () => {
    const text = calendar("Acme Prod", VAULT, [day], NOW);
    expect(read(text).map(({ name, value }) => `${name}:${value}`)).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Pullstation//Due dates//EN",
      "CALSCALE:GREGORIAN",
      "METHOD:PUBLISH",
      "X-WR-CALNAME:Acme Prod",
      "BEGIN:VEVENT",
      `UID:drill.${VAULT}@pullstation.invalid`,
      "DTSTAMP:20260618T022348Z",
      "DTSTART;VALUE=DATE:20260812",
      "DTEND;VALUE=DATE:20260813",
      "SUMMARY:Drill",
      "DESCRIPTION:",
      "TRANSP:TRANSPARENT",
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      "DESCRIPTION:Drill",
      "TRIGGER:-P7D",
      "END:VALARM",
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      "DESCRIPTION:Drill",
      "TRIGGER:PT9H",
      "END:VALARM",
      "END:VEVENT",
      "END:VCALENDAR",
    ]);
  });

  it.each([
    ["three days ahead", "2026-06-21T02:00:00Z", "2026-06-21", "Drill"],
    ["today", "2026-06-18T02:00:00Z", "2026-06-18", "Drill"],
    ["yesterday", "2026-06-17T23:00:00Z", "2026-06-18", "Drill, overdue since 2026-06-17"],
    ["last year", "2025-03-08T09:00:00Z", "2026-06-18", "Drill, overdue since 2025-03-08"],
  ])(
    "reminds of what is due %s after it was written, late in the evening too",
    (_, on, starts, said) => {
      const late = "2026-06-18T22:00:00.000Z";
      const text = calendar("Acme Prod", VAULT, [{ ...day, on }], late);
      expect(valueOf(text, "DTSTART;VALUE=DATE")).toBe(starts.replaceAll("-", ""));
      expect(valueOf(text, "SUMMARY")).toBe(said);
      expect(remindsAt(text).filter((time) => time > late)).not.toEqual([]);
      // On the day itself, for whoever reads it in in time.
      expect(remindsAt(text)).toContain(`${starts}T09:00:00.000Z`);
    },
  );

  it("gives any text back that it was given, in lines of 75 octets at the most", () => {
    const said = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string());
    fc.assert(
      fc.property(said, said, (summary, description) => {
        const text = calendar("x", VAULT, [{ ...day, summary, description }], NOW);
        for (const line of text.split("\r\n"))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(text.replaceAll("\r\n", "")).not.toMatch(/(?!\n)\p{Cc}|\n/u);
        expect(valueOf(text, "SUMMARY")).toBe(kept(summary));
        expect(valueOf(text, "DESCRIPTION")).toBe(kept(description));
      }),
    );
  });

  it("folds long text of many octets without cutting a character", () => {
    const summary = "Prüfung der Karte von Lucía Ørsted 🔑".repeat(8);
    const text = calendar("x", VAULT, [{ ...day, summary }], NOW);
    expect(Buffer.from(text).toString()).toBe(text);
    expect(text).not.toContain("\ufffd");
    expect(valueOf(text, "SUMMARY")).toBe(summary);
  });

  it("names the same day by the same id at every export, and leaves out what is no date", () => {
    const again = calendar(
      "x",
      VAULT,
      [{ ...day, on: "2026-09-01T00:00:00Z" }],
      "2027-01-01T00:00:00Z",
    );
    expect(valueOf(again, "UID")).toBe(valueOf(calendar("x", VAULT, [day], NOW), "UID"));
    expect(calendar("x", VAULT, [{ ...day, on: "soon" }], NOW)).not.toContain("VEVENT");
  });
});
