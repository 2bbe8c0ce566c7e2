import { expect, it } from "vitest";
import { dueUses } from "../../ceremony/due-uses.ts";
import { custodyEntry, custodyRows } from "../../ceremony/custody.ts";
import type { CustodyLine } from "../../contract/custody.ts";
import type { RecordBody } from "../../crypto/record.ts";

const CUSTODIANS = [
  { place: 1, name: "Priya Nair" },
  { place: 2, name: "Amara Obi" },
];
const FILES = ["a".repeat(64), "b".repeat(64)] as const;
type Told = Pick<RecordBody, "kind" | "at" | "evidence" | "vaultHash">;

const committed = (file: string, time: string): Told => ({
  kind: "committed",
  at: { time, clock: "station" },
  evidence: { fileSha256: file },
  vaultHash: file,
});
const said = (change: Partial<CustodyLine>, time: string, vaultHash: string = FILES[0]): Told => {
  const line: CustodyLine = {
    item: { kind: "share", place: 1 },
    act: "placed",
    where: "Bank, box 12",
    bag: "A-001",
    whole: true,
    by: "Priya Nair",
    note: "",
    ...change,
  };
  const { kind, evidence } = custodyEntry(line, "Priya Nair", time);
  expect(kind).toBe("custody");
  return {
    kind: "custody",
    at: { time, clock: "station" },
    evidence: evidence as RecordBody["evidence"],
    vaultHash,
  };
};
const NOW = "2027-01-01T00:00:00.000Z";
const rows = (story: readonly Told[], now = NOW) =>
  custodyRows(story, CUSTODIANS, ["Red tag"], now);
const first = (story: readonly Told[]) => rows(story)[0];

const begun = committed(FILES[0], "2026-03-02T10:00:00.000Z");

it("asks for every share and key to be put away after a sealing", () => {
  expect(rows([begun]).map(({ holder, state, due }) => [holder, state, due.slice(0, 10)])).toEqual([
    ["Priya Nair", "unplaced", "2026-03-16"],
    ["Amara Obi", "unplaced", "2026-03-16"],
    ["Red tag", "unplaced", "2026-03-16"],
  ]);
});

it("says where it is, in which bag, when it was seen, and which bags it was in before", () => {
  const story = [
    begun,
    said({}, "2026-03-03T10:00:00.000Z"),
    said({ act: "inspected" }, "2026-05-01T10:00:00.000Z"),
    said({ act: "replaced", bag: "A-002", where: "Office safe" }, "2026-06-01T10:00:00.000Z"),
  ];
  expect(first(story)).toMatchObject({
    where: "Office safe",
    bag: "A-002",
    placed: "2026-06-01T10:00:00.000Z",
    inspected: "2026-05-01T10:00:00.000Z",
    earlier: ["A-001"],
    state: "sound",
    due: "2027-06-01T10:00:00.000Z",
  });
});

it("calls it broken when the seal was cut or another serial was read, until a new bag", () => {
  const placed = [begun, said({}, "2026-03-03T10:00:00.000Z")];
  for (const seen of [{ whole: false }, { bag: "A-00l" }]) {
    const story = [...placed, said({ act: "inspected", ...seen }, "2026-04-01T10:00:00.000Z")];
    const seenAt = "2026-04-01T10:00:00.000Z";
    expect(first(story)).toMatchObject({ state: "broken", bag: "A-001", due: seenAt });
    const dueRow = dueUses([], null, "2026-04-01T10:00:01.000Z", rows(story)).find(
      ({ who }) => who === "Priya Nair",
    );
    expect(dueRow).toMatchObject({ what: "custody", on: seenAt, overdue: true });
    // A good look later doesn't make a cut bag whole.
    const looked = [...story, said({ act: "inspected" }, "2026-04-02T10:00:00.000Z")];
    expect(first(looked)).toMatchObject({ state: "broken", due: seenAt });
    const renewed = said({ act: "replaced", bag: "A-003" }, "2026-04-03T10:00:00.000Z");
    expect(first([...looked, renewed])).toMatchObject({
      state: "sound",
      due: "2027-04-03T10:00:00.000Z",
    });
  }
});

it("is due at once where a line is dated later than now, until somebody looks again", () => {
  const now = "2026-06-01T10:00:00.000Z";
  const due = (story: readonly Told[]) => rows(story, now)[0]?.due;
  const story = [begun, said({}, "2036-03-03T10:00:00.000Z")];
  expect(due(story)).toBe(now);
  const looked = said({ act: "inspected" }, "2026-05-01T10:00:00.000Z");
  expect(due([...story, looked])).toBe("2027-05-01T10:00:00.000Z");
  expect(due([committed(FILES[0], "2036-03-01T10:00:00.000Z")])).toBe(now);
});

it("forgets a share of a dead epoch, and keeps a key", () => {
  const key = { kind: "key", label: "Red tag" } as const;
  const story = [
    begun,
    said({}, "2026-03-03T10:00:00.000Z"),
    said({ item: key, where: "Safe" }, "2026-03-03T10:00:00.000Z"),
    committed(FILES[1], "2026-09-01T10:00:00.000Z"),
  ];
  expect(rows(story).map(({ state, where }) => [state, where])).toEqual([
    ["unplaced", ""],
    ["unplaced", ""],
    ["sound", "Safe"],
  ]);
});

it("reads nothing from a record of another shape", () => {
  const odd: Told = {
    ...said({}, "2026-03-03T10:00:00.000Z"),
    evidence: { item: 7, act: "eaten" },
  };
  expect(first([begun, odd])?.state).toBe("unplaced");
});
