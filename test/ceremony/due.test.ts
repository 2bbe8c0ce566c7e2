import { expect, test } from "vitest";
import { dueChecks } from "../../ceremony/due.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-01-01T00:00:00.000Z");
const on = (day: number): string => new Date(START + day * DAY).toISOString();

interface Told {
  readonly day: number;
  readonly kind: string;
  readonly file?: string;
  readonly who?: Record<string, string>;
  readonly evidence?: Record<string, unknown>;
}
const story = (...told: readonly Told[]) =>
  told.map(({ day, kind, file = "one", who = {}, evidence = {} }) => ({
    kind,
    at: { time: on(day), clock: "station" },
    vaultHash: file,
    who,
    evidence,
  })) as unknown as Parameters<typeof dueChecks>[0];

const seal = (day: number, file: string, about: object = {}): Told[] => [
  {
    day,
    kind: file === "one" ? "sealed" : "rotated",
    evidence: {
      fileSha256: file,
      about: {
        custodians: ["Ana", "Ben"],
        keys: [{ label: "north" }, { label: "south" }],
        ...about,
      },
    },
  },
  { day, kind: "committed", file, evidence: { fileSha256: file } },
];
const checked = (day: number, who: string, form: "card" | "full", file = "one"): Told => ({
  day,
  kind: "share-checked",
  file,
  who: { custodian: who },
  evidence: { form },
});
const overdue = (told: ReturnType<typeof story>, day: number): string[] =>
  dueChecks(told, on(day)).flatMap((row) => (row.overdue ? [`${row.what} ${row.who}`] : []));

test("cards fall due after 90 days, shares and keys after a year, from the commit on", () => {
  const told = story(...seal(0, "one"));
  expect(overdue(told, 90)).toEqual([]);
  expect(overdue(told, 91)).toEqual(["card-check Ana", "card-check Ben"]);
  expect(overdue(told, 366)).toHaveLength(6);
});

test("a full check is a card check too, a card check no full one; each counts for its own", () => {
  const told = story(...seal(0, "one"), checked(80, "Ana", "full"), checked(85, "Ben", "card"));
  expect(overdue(told, 169)).toEqual([]);
  expect(overdue(told, 171)).toEqual(["card-check Ana"]);
  expect(overdue(told, 366)).toContain("full-check Ben");
  expect(overdue(told, 366)).not.toContain("full-check Ana");
});

test("the soonest stands first", () => {
  const rows = dueChecks(story(...seal(0, "one"), checked(10, "Ana", "card")), on(11));
  expect(rows.map(({ on: due }) => due)).toEqual(rows.map(({ on: due }) => due).toSorted());
  expect(rows[0]).toMatchObject({ what: "card-check", who: "Ben", on: on(90), overdue: false });
});

test("a new epoch begins anew; what was checked of the one before counts no more", () => {
  const told = story(
    ...seal(0, "one"),
    ...seal(200, "two", { custodians: ["Cy"] }),
    checked(201, "Cy", "card", "one"),
  );
  expect(overdue(told, 291)).toEqual(["card-check Cy"]);
});

test("a key that was carried over unseen was proven by nothing then: its older proof counts", () => {
  const about = { custodians: [], carried: ["south"] };
  const told = story(...seal(0, "one"), ...seal(300, "two", about));
  expect(overdue(told, 366)).toEqual(["key-check south"]);
  const touched = { day: 299, kind: "key-checked", evidence: { key: "south" } };
  expect(overdue(story(...seal(0, "one"), touched, ...seal(300, "two", about)), 366)).toEqual([]);
  // The key that opened the old epoch was touched.
  const [rotated, committed] = seal(300, "two", about) as [Told, Told];
  const opened = { ...rotated, who: { key: "south" } };
  expect(overdue(story(...seal(0, "one"), opened, committed), 366)).toEqual([]);
});

test("a rotation that was given up proves no key", () => {
  const [given] = seal(300, "two") as [Told];
  const [tried] = seal(300, "two", { trialOpenedWith: ["north", "south"] }) as [Told];
  for (const rotated of [given, tried])
    expect(overdue(story(...seal(0, "one"), rotated), 366)).toEqual(
      expect.arrayContaining(["key-check north", "key-check south"]),
    );
});

test("a seal proves the keys whose trial opening it names, and no other", () => {
  const told = story(
    ...seal(0, "one"),
    ...seal(300, "two", { carried: ["north", "south"], trialOpenedWith: ["north"] }),
  );
  expect(overdue(told, 366)).toContain("key-check south");
  expect(overdue(told, 366)).not.toContain("key-check north");
});

test("a key that only approves opened nothing: it was proven where it was enrolled, not where it is carried", () => {
  const keys = [
    { label: "north", use: "open" },
    { label: "review", use: "approve" },
  ];
  const first = seal(0, "one", { keys, trialOpenedWith: ["north"] });
  expect(overdue(story(...first), 300)).not.toContain("key-check review");
  const carried = { keys, trialOpenedWith: ["north"], carried: ["review"] };
  expect(overdue(story(...first, ...seal(300, "two", carried)), 366)).toContain("key-check review");
});

test("a record that is dated later than now proves nothing, and what nothing proves is late", () => {
  const ahead = story(...seal(0, "one"), checked(9000, "Ana", "full"), checked(80, "Ben", "card"), {
    day: 9000,
    kind: "key-checked",
    evidence: { key: "north" },
  });
  expect(overdue(ahead, 91)).toEqual(["card-check Ana"]);
  expect(overdue(ahead, 366)).toContain("key-check north");
  const sealed = story(...seal(9000, "one"), checked(80, "Ben", "full"));
  expect(overdue(sealed, 91)).toEqual(
    expect.arrayContaining(["card-check Ana", "full-check Ana", "key-check north"]),
  );
  expect(overdue(sealed, 91)).not.toContain("card-check Ben");
  expect(dueChecks(sealed, on(91)).find(({ who }) => who === "Ana")?.on).toBe(on(91));
});

test("without a committed vault nothing is due", () => {
  expect(dueChecks(story(...seal(0, "one").slice(0, 1)), on(500))).toEqual([]);
});
