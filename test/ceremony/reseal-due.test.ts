import { expect, test } from "vitest";
import { resealDue } from "../../ceremony/reseal-due.ts";
import type { Kept } from "../../ceremony/review.ts";

type Evidence = Readonly<Record<string, unknown>>;
type Told = readonly [kind: string, day: number, evidence: Evidence];

const on = (day: number): string => new Date(Date.UTC(2027, 0, 1 + day)).toISOString();
const ONE = "111122223333";
const TWO = "444455556666";

const story = (told: readonly Told[]): readonly Kept[] =>
  told.map(([kind, day, evidence], index) => ({
    kind,
    who: {},
    at: { time: on(day), clock: "station" },
    evidence,
    written: { seq: index + 1, sha256: String(index) },
  })) as unknown as readonly Kept[];
const due = (...told: readonly (readonly Told[])[]): string | null =>
  resealDue(story(told.flat()), on(300));

const sealed: readonly Told[] = [
  ["sealed", 0, { fileSha256: "one" }],
  ["committed", 0, { fileSha256: "one" }],
];
const used = (day: number, incident = "INC-7", opened = [ONE, TWO]): readonly Told[] => [
  ["glass-broken", day, { incident, purpose: "open", accounts: [ONE, TWO] }],
  ["access-open", day, { incident, accounts: opened }],
  ["closed", day, { incident }],
];
const rotated = (day: number, file: string, about: Evidence): Told => [
  "rotated",
  day,
  { fileSha256: file, about },
];
const committed = (day: number, file: string): Told => ["committed", day, { fileSha256: file }];
const resealed = (day: number, about: Evidence): readonly Told[] => [
  rotated(day, `of ${day}`, about),
  committed(day, `of ${day}`),
];
const ALL = { newKeys: [ONE, TWO], keptKeys: [], dropped: [] };

test("after a use a reseal is due within a week, until an epoch with new keys counts", () => {
  expect(due(sealed)).toBeNull();
  expect(due(sealed, used(10))).toBe(on(17));
  // A signed review changes nothing in it; another use does not put it off.
  expect(due(sealed, used(10), [["reviewed", 12, { incident: "INC-7" }]])).toBe(on(17));
  expect(due(sealed, used(10), used(20, "INC-8"))).toBe(on(17));
  expect(due(sealed, used(10), resealed(15, ALL))).toBeNull();
  expect(due(sealed, used(10), resealed(15, ALL), used(20, "INC-8"))).toBe(on(27));
});

test("new shares for the same keys are none, nor is a rotation that never counted", () => {
  const kept = { newKeys: [], keptKeys: [ONE, TWO], dropped: [] };
  expect(due(sealed, used(10), resealed(15, kept))).toBe(on(17));
  expect(due(sealed, used(10), [rotated(15, "two", ALL)])).toBe(on(17));
});

test("an epoch that was sealed before the use holds what it gave out, though it is proven later", () => {
  const candidate = rotated(9, "two", ALL);
  expect(due(sealed, [candidate], used(10), [committed(11, "two")])).toBe(on(17));
});

test("each account that was opened gets new keys or goes, in one rotation or in several", () => {
  const one = { newKeys: [ONE], keptKeys: [TWO], dropped: [] };
  const other = { newKeys: [], keptKeys: [ONE], dropped: [TWO] };
  expect(due(sealed, used(10), resealed(15, one))).toBe(on(17));
  expect(due(sealed, used(10), resealed(15, one), resealed(16, other))).toBeNull();
  expect(due(sealed, used(10, "INC-7", [ONE]), resealed(15, one))).toBeNull();
});

test("what never opened needs none; where no record says what opened, all could have been", () => {
  const [broken] = used(10) as [Told];
  expect(due(sealed, [broken, ["cancelled", 10, { incident: "INC-7" }]])).toBeNull();
  expect(due(sealed, [broken])).toBe(on(17));
  expect(due(sealed, [broken], resealed(15, { newKeys: [ONE] }))).toBe(on(17));
  const unnamed: Told = ["glass-broken", 10, { incident: "INC-7", purpose: "open" }];
  expect(due(sealed, [unnamed])).toBe(on(17));
  expect(due(sealed, [unnamed], resealed(15, { newKeys: [ONE] }))).toBeNull();
});
