import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCalendar } from "../../cli/calendar-run.ts";
import { readStory } from "../../station/records-folder.ts";
import { sealIn, setStage } from "../station/rehearsal.ts";

let dir: string;
let now: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "calendar-"));
  await setStage(dir);
  await sealIn(dir);
  now = readStory(dir).at(-1)?.at.time ?? "";
}, 60_000);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(from: string, to: string): { status: number; out: string; err: string } {
  const said = { out: "", err: "" };
  const status = runCalendar(from, to, {
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    now,
  });
  return { status, ...said };
}

it("writes every due date of a sealed vault, and replaces an earlier file", () => {
  const file = join(dir, "due.ics");
  writeFileSync(file, "old");
  const { status, out } = run(dir, file);
  expect(status).toBe(0);
  const text = readFileSync(file, "utf8").replaceAll("\r\n ", "");
  const [sealed] = readStory(dir).filter(({ kind }) => kind === "committed");
  const drill = new Date(Date.parse(sealed?.at.time ?? "") + 91 * 86_400_000);
  const day = drill.toISOString().slice(0, 10);
  expect(text).toContain(`DTSTART;VALUE=DATE:${day.replaceAll("-", "")}`);
  expect(out).toMatch(new RegExp(`${day}  .*Quarterly drill`));
  // Whole shares every quarter would teach this laptop all but a touch.
  expect(text).toContain("Once a year hold the full drill");
  for (const what of ["Emergency kit at AWS expires", "Custody: "]) expect(text).toContain(what);
});

it("says what it can't read or write, and writes nothing", () => {
  const file = join(dir, "none.ics");
  expect(run(join(dir, "nowhere"), file)).toMatchObject({
    status: 2,
    err: expect.stringContaining("VAULT_MISSING"),
  });
  expect(existsSync(file)).toBe(false);
  expect(run(dir, join(dir, "no", "folder.ics"))).toMatchObject({
    status: 2,
    err: expect.stringContaining("CALENDAR_NOT_WRITTEN"),
  });
});
