import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { reviewStates } from "../../ceremony/review.ts";
import { clock } from "../../cli/drill/scene.ts";
import { knownIncidents } from "../../station/known-incidents.ts";
import { readStory } from "../../station/records-folder.ts";
import { callOffUnasked, unaskedIn } from "../../station/unasked.ts";
import { handOverIn } from "./hand-over.ts";
import { recordsIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// The app, or the laptop, ended between the broken glass and the first question to AWS.

const MINUTES = 120_000;
let template: string;
let dir: string;
beforeAll(async () => {
  template = freshFolder();
  await setStage(template);
  await sealIn(template);
  await handOverIn(template, await recordsIn(template), "INC-1");
}, MINUTES);
beforeEach(() => {
  dir = freshFolder();
  cpSync(template, dir, { recursive: true });
});
afterEach(() => remove(dir));
afterAll(() => remove(template));

const due = () => reviewStates(readStory(dir)).map(({ incident }) => incident);

test("the next start calls it off: no review is due, and its id is free", async () => {
  unaskedIn(dir).keep("INC-1");
  expect(callOffUnasked(dir, await recordsIn(dir), clock)).toBe("INC-1");
  expect(readStory(dir).at(-1)).toMatchObject({
    kind: "cancelled",
    who: { officer: "Ben" },
    evidence: { incident: "INC-1" },
  });
  expect(due()).toEqual([]);
  expect((await knownIncidents(dir))("INC-1")).toBe(false);
  expect(callOffUnasked(dir, await recordsIn(dir), clock)).toBe(null);
  expect(existsSync(join(dir, "unasked.json"))).toBe(false);
});

test("that no journal is there says nothing: without the mark the use waits for its review", async () => {
  expect(existsSync(join(dir, "journal"))).toBe(false);
  expect(callOffUnasked(dir, await recordsIn(dir), clock)).toBe(null);
  unaskedIn(dir).keep("INC-1");
  unaskedIn(dir).drop();
  expect(callOffUnasked(dir, await recordsIn(dir), clock)).toBe(null);
  expect(due()).toEqual(["INC-1"]);
});

test("a mark of what a record tells the end of is only taken away", async () => {
  unaskedIn(dir).keep("INC-1");
  const records = await recordsIn(dir);
  callOffUnasked(dir, records, clock);
  unaskedIn(dir).keep("INC-1");
  const { length } = readStory(dir);
  expect(callOffUnasked(dir, records, clock)).toBe(null);
  expect(readStory(dir)).toHaveLength(length);
  expect(existsSync(join(dir, "unasked.json"))).toBe(false);
});
