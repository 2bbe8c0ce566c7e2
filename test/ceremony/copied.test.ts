import { expect, test } from "vitest";
import { copiedEntry, copyDue, lastCopy } from "../../ceremony/copied.ts";
import type { RecordBody } from "../../crypto/record.ts";

type Told = Pick<RecordBody, "kind" | "at" | "evidence">;
const on = (day: number): string => new Date(Date.UTC(2027, 0, 1 + day)).toISOString();
const at = (day: number): RecordBody["at"] => ({ time: on(day), clock: "station" });
const commit = (day: number, file: string): Told => ({
  kind: "committed",
  at: at(day),
  evidence: { fileSha256: file },
});
const copy = {
  stick: "AMARA",
  folder: "pullstation-7f3a9c21",
  epoch: 1,
  fileSha256: "one",
  upTo: { seq: 8, sha256: "cd".repeat(32) },
};
const copied = (day: number, fileSha256 = "one"): Told =>
  copiedEntry({ ...copy, fileSha256 }, "Amara Obi", on(day)) as unknown as Told;

test("a copy is due a week after the commit, then once a quarter", () => {
  expect(copyDue([], on(9))).toBeNull();
  expect(copyDue([commit(0, "one")], on(9))).toEqual({ last: null, on: on(7) });
  expect(copyDue([commit(0, "one"), copied(3)], on(9))).toEqual({ last: on(3), on: on(94) });
});

test("a copy of the epoch before counts for nothing", () => {
  const story = [commit(0, "one"), copied(3), commit(20, "two")];
  expect(lastCopy(story)).toBeNull();
  expect(copyDue(story, on(20))).toEqual({ last: null, on: on(27) });
  expect(lastCopy([...story, copied(21, "two")])).toBe(on(21));
});

test("a copy that is dated later than now was written nobody knows when", () => {
  const story = [commit(0, "one"), copied(3), copied(4000)];
  expect(copyDue(story, on(9))).toEqual({ last: on(3), on: on(94) });
  expect(copyDue([commit(0, "one"), copied(4000)], on(9))).toEqual({ last: null, on: on(7) });
  expect(copyDue([commit(4000, "one")], on(9))).toEqual({ last: null, on: on(9) });
});

test("its record names who takes it, which file, and how far it reaches", () => {
  expect(copiedEntry(copy, "Amara Obi", on(3))).toMatchObject({
    kind: "copied",
    who: { custodian: "Amara Obi" },
    evidence: { stick: "AMARA", epoch: 1, fileSha256: "one", upTo: { seq: 8 } },
  });
});
