import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dueOnHome } from "../../electron/due.ts";
import { calendarDays, dueAt } from "../../station/due.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { subjectOf } from "../../station/recover-sealing.ts";
import { readStory } from "../../station/records-folder.ts";
import { realStation } from "./real-station.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

let dir: string;
beforeEach(() => {
  dir = freshFolder();
});
afterEach(() => remove(dir));

const TIME = "2026-11-23T12:00:00Z";
const NOW = "2026-11-25T12:00:00Z";

/** A use. Only a vault's own key signs that its glass was broken; here nobody looks at the signature. */
function use(records: RecordStore): void {
  const commit = readStory(dir).find(({ kind }) => kind === "committed");
  if (commit === undefined) throw new Error("it was committed");
  const { seq } = records.append(subjectOf(commit), {
    kind: "access-open",
    who: { responder: "Ivo Brandt" },
    why: "the emergency access is open",
    at: { time: TIME, clock: "aws" },
    evidence: { incident: "INC-7", accounts: ["111122223333"] },
  });
  const file = join(dir, "records", `${String(seq).padStart(6, "0")}.json`);
  writeFileSync(file, readFileSync(file, "utf8").replace('"access-open"', '"glass-broken"'));
}
const reseal = () => dueAt(dir, NOW).rows.filter(({ what }) => what === "reseal");

test("a real use is to be resealed within a week: on home, and in the calendar in words", async () => {
  const records = await realStation(dir);
  expect(reseal()).toEqual([]);
  use(records);
  expect(reseal()).toEqual([{ what: "reseal", who: "", on: "2026-11-30T12:00:00.000Z" }]);
  expect(dueOnHome(reseal(), NOW).due).toHaveLength(1);
  const [day] = calendarDays({ ...dueAt(dir, NOW), rows: reseal() });
  expect(day?.summary).toMatch(/new AWS keys/i);
}, 60_000);

test("a rehearsal's keys are worth nothing: none is due", async () => {
  await setStage(dir);
  await sealIn(dir);
  use(await recordsIn(dir));
  expect(dueAt(dir, NOW).rows.map(({ what }) => what)).toContain("review");
  expect(reseal()).toEqual([]);
}, 60_000);
