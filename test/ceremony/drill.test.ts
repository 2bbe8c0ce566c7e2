import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSteps } from "../../ceremony/drill/compare.ts";
import { afflicted, canOpen, drawFaults, FAULT } from "../../ceremony/drill/fault.ts";
import { type Judged, judgeDrill, type Noted, tellFaults } from "../../ceremony/drill/judge.ts";
import { realProof } from "../../ceremony/drill/real.ts";
import { DRILL_DAYS, drillDue, drillEntry, pastDrills } from "../../ceremony/drill/record.ts";
import { DRILL_FAULTS } from "../../contract/drill.ts";
import type { RecordBody } from "../../crypto/record.ts";

const seeds = fc.integer({ min: 0, max: 4_294_967_295 });

describe("faults of a drill", () => {
  it("are drawn the same by the same seed, and can come together", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 3 }), (seed, count) => {
        const asked = Array.from({ length: count }, () => "random" as const);
        let drawn;
        try {
          drawn = drawFaults(asked, seed);
        } catch (error) {
          // After iam-down and the like there may be nothing left to draw.
          expect(error).toMatchObject({ code: "DRILL_FAULTS_CLASH" });
          return;
        }
        expect(drawFaults(asked, seed)).toEqual(drawn);
        expect(new Set(drawn).size).toBe(count);
        expect(drawFaults(drawn, 0)).toEqual(drawn);
      }),
    );
  });

  it("are each drawn about equally often", () => {
    const often = new Map<string, number>();
    for (let seed = 0; seed < 2_200; seed++)
      for (const fault of drawFaults(["random"], seed))
        often.set(fault, (often.get(fault) ?? 0) + 1);
    expect([...often.keys()].toSorted()).toEqual([...DRILL_FAULTS].toSorted());
    // 200 of each are expected; five standard deviations are 68.
    for (const count of often.values()) expect(Math.abs(count - 200)).toBeLessThan(68);
  });

  it("that leave nothing for another are refused with both names", () => {
    expect(() => drawFaults(["laptop-killed", "network-gone"], 0)).toThrow(
      expect.objectContaining({
        code: "DRILL_FAULTS_CLASH",
        about: { one: "laptop-killed", other: "network-gone" },
      }),
    );
    expect(drawFaults(["iam-down", "clock-wrong", "lost-key"], 0)).toHaveLength(3);
  });

  it("tell whether the vault can be opened at all", () => {
    const five = { custodians: 5, threshold: 3 };
    expect(canOpen(["missing-custodian", "damaged-share"], five)).toBe(true);
    expect(canOpen(["missing-custodian", "damaged-share"], { custodians: 4, threshold: 3 })).toBe(
      false,
    );
    expect(canOpen(["missing-custodian"], { custodians: 3, threshold: 3 })).toBe(false);
    expect(canOpen(["iam-down"], five)).toBe(false);
    expect(Object.keys(FAULT)).toEqual([...DRILL_FAULTS]);
  });
});

const told = (passed: boolean, ms: number) => ({
  incident: null,
  passed,
  opened: false,
  expiryProven: null,
  dead: true,
  resumed: false,
  cannotOpen: null,
  faults: [{ fault: "lost-key" as const, struck: true, did: ["it was not there"] }],
  seed: null,
  steps: [
    { name: "glass.quorum", ms },
    { name: "deadline", ms: 9 },
  ],
  refusals: [],
  real: null,
  practice: null,
  deviations: [],
  followUps: [],
  alarm: null,
  unfinished: null,
});

const record = (seq: number, day: string, kind: string, evidence: unknown = {}) => ({
  kind: kind as RecordBody["kind"],
  at: { time: `2026-${day}T00:00:00.000Z`, clock: "station" as const },
  evidence: evidence as RecordBody["evidence"],
  written: { seq, sha256: String(seq) },
});
const drill = (seq: number, day: string, passed: boolean, ms: number) =>
  record(seq, day, "drill", drillEntry(told(passed, ms), {}, "").evidence);

describe("the next drill's due date", () => {
  const now = "2026-06-01T00:00:00.000Z";
  it.each([
    ["nothing committed", [record(1, "01-01", "sealed")], null],
    ["a quarter after the commit", [record(1, "01-01", "committed")], ["2026-04-02", true]],
    [
      "a quarter after the last that passed, with real cards or without",
      [record(1, "01-01", "committed"), drill(2, "05-01", true, 1)],
      ["2026-07-31", false],
    ],
    [
      "one that failed counts for nothing",
      [record(1, "05-01", "committed"), drill(2, "05-20", false, 1)],
      ["2026-07-31", false],
    ],
    [
      "one that is dated later than now counts for nothing",
      [record(1, "01-01", "committed"), drill(2, "11-01", true, 1)],
      ["2026-04-02", true],
    ],
    ["at once where the commit is", [record(1, "11-01", "committed")], ["2026-06-01", false]],
  ] as const)("%s", (_, story, expected) => {
    const due = drillDue(story, now);
    expect(due === null ? null : [due.on.slice(0, 10), due.overdue]).toEqual(expected);
    expect(DRILL_DAYS).toBe(91);
  });
});

describe("a drill beside the last ones", () => {
  const story = [4, 9, 1, 3, 2, 100].map((ms, index) => drill(index + 1, "01-01", true, ms));

  it("is read back from the chain, in whatever form others wrote", () => {
    expect(pastDrills(story)[1]).toMatchObject({ seq: 2, passed: true, faults: ["lost-key"] });
    const odd = [{ passed: "yes" }, { passed: true, steps: [1, { name: 2 }], faults: {} }];
    const read = pastDrills(odd.map((evidence, seq) => record(seq, "01-01", "drill", evidence)));
    expect(read).toMatchObject([{ seq: 1, faults: [], steps: [] }]);
  });

  it("is compared step by step with the median of five at the most, waiting left out", () => {
    const now = [
      { name: "glass.quorum", ms: 5 },
      { name: "glass.quorum", ms: 6 },
      { name: "approve", ms: 7 },
      { name: "deadline", ms: 8 },
    ];
    expect(compareSteps(now, pastDrills(story))).toEqual([
      { name: "glass.quorum", label: "quorum", ms: 11, usualMs: 3, of: 5 },
      { name: "approve", label: "approval", ms: 7, usualMs: null, of: 0 },
    ]);
    expect(compareSteps(now, pastDrills(story.slice(0, 2)))[0]).toMatchObject({
      usualMs: 7,
      of: 2,
    });
  });
});

describe("the real part of a full drill", () => {
  const V = "aa".repeat(32);
  const checked = (
    seq: number,
    kind: "share-checked" | "key-checked" | "refused",
    who: Record<string, string>,
    form: string,
    vaultHash = V,
  ) => ({
    ...record(seq, "01-01", kind, kind === "refused" ? { check: form, code: "WRONG" } : { form }),
    who,
    vaultHash,
  });
  const story = [
    checked(3, "share-checked", { custodian: "Before" }, "full"),
    checked(4, "share-checked", { custodian: "Priya" }, "card"),
    checked(5, "share-checked", { custodian: "Amara" }, "full"),
    checked(6, "refused", { "card-of": "Sam" }, "full"),
    checked(7, "share-checked", { custodian: "Amara" }, "full"),
    checked(8, "share-checked", { custodian: "Of an older epoch" }, "full", "bb".repeat(32)),
    checked(9, "key-checked", { key: "red" }, "approves"),
  ];
  const asked = { after: 3, vaultHash: V, threshold: 2 };

  it("is what the chain itself says of whole shares since the drill began, each custodian once", () => {
    expect(realProof(story, asked)).toEqual({
      vaultHash: V,
      threshold: 2,
      shares: [{ who: "Amara", record: 7 }],
      keys: [{ label: "red", opens: false, record: 9 }],
      refused: [{ check: "share", who: "Sam", code: "WRONG", record: 6 }],
      proven: false,
    });
  });

  it("takes back what was refused later, and says so; the last word counts", () => {
    const sam = checked(10, "share-checked", { custodian: "Sam" }, "full");
    const blue = checked(11, "key-checked", { key: "blue" }, "opens");
    const whole = [...story, sam, blue];
    const altered = checked(12, "refused", { "card-of": "Sam" }, "card");
    expect(realProof([...whole, altered], asked)).toMatchObject({
      shares: [{ who: "Amara", record: 7 }],
      refused: [
        { who: "Sam", record: 6 },
        { who: "Sam", record: 12 },
      ],
      proven: false,
    });
    const changed = checked(12, "refused", { key: "blue" }, "key");
    expect(realProof([...whole, changed], asked)).toMatchObject({
      keys: [{ label: "red" }],
      proven: false,
    });
    const again = checked(13, "share-checked", { custodian: "Sam" }, "full");
    expect(realProof([...whole, altered, again], asked).proven).toBe(true);
    // Nobody's name, or a refusal that is no check's: it undoes nothing.
    const others = [checked(12, "refused", {}, "key"), checked(13, "refused", {}, "glass")];
    expect(realProof([...whole, ...others], asked)).toMatchObject({
      refused: [{ record: 6 }, { check: "key", who: null, record: 12 }],
      proven: true,
    });
  });

  it("is proven by a quorum of different people and a key that opens", () => {
    const sam = checked(10, "share-checked", { custodian: "Sam" }, "full");
    const blue = checked(11, "key-checked", { key: "blue" }, "opens");
    expect(realProof([...story, sam], asked).proven).toBe(false);
    expect(realProof([...story, blue], asked).proven).toBe(false);
    expect(realProof([...story, sam, blue], asked).proven).toBe(true);
  });
});

describe("whether a drill passed", () => {
  const opened: Judged = {
    ended: {
      incident: "INC-1",
      opened: true,
      expiryProven: null,
      dead: true,
      resumed: false,
      cannotOpen: null,
    },
    isWhole: true,
    atRest: true,
    asked: [],
    faults: [],
    group: { custodians: 3, threshold: 2 },
    seed: null,
    steps: [],
    refusals: [],
    real: null,
    practice: null,
  };
  const shut = { ...opened.ended, opened: false, cannotOpen: "ACCESS_NOT_OPENED" };
  const proof = { vaultHash: "", threshold: 2, shares: [], keys: [], refused: [], proven: false };
  const unfelt = [{ fault: "lost-key" as const, struck: false, did: [] }];
  it.each<readonly [string, boolean, Partial<Judged>]>([
    ["it opened and is dead", true, {}],
    ["it can't open, and that was the fault", true, { ended: shut, asked: ["iam-down"] }],
    ["it didn't open without a fault that keeps it shut", false, { ended: shut }],
    ["it opened although IAM was to be down", false, { asked: ["iam-down"] }],
    ["a fault was not felt", false, { asked: ["lost-key"], faults: unfelt }],
    ["something is open at AWS", false, { atRest: false }],
    ["its records don't hold", false, { isWhole: false }],
    ["a full drill without its real quorum", false, { real: proof }],
    ["a full drill with it", true, { real: { ...proof, proven: true } }],
    [
      "people stopped it",
      false,
      { ended: { ...opened.ended, opened: false, cannotOpen: "DRILL_STOPPED" } },
    ],
  ])("%s: %s", (_, passed, change) => {
    expect(judgeDrill({ ...opened, ...change }).passed).toBe(passed);
  });

  it("names who was missing, whose card was damaged and which key was lost, always the same", () => {
    const names = ["A", "B", "C"];
    expect(afflicted(["damaged-share"], names, ["north"])).toEqual({
      missing: null,
      damaged: "C",
      lost: null,
    });
    const all = afflicted(["missing-custodian", "damaged-share", "lost-key"], names, ["north"]);
    expect(all).toEqual({ missing: "C", damaged: "B", lost: "north" });
  });

  it.each<readonly [string, boolean, Partial<Noted>]>([
    ["the others opened it", true, { present: ["A", "B"] }],
    ["the others are too few", true, { present: ["A"] }],
    ["a share of another was tried, and refused", true, { refusals: [{ by: "B", code: "X" }] }],
    ["nobody came at all: nobody waited", false, {}],
    ["C came after all", false, { present: ["B", "C"] }],
    ["C came to bring it to rest", false, { present: ["A", "B", "C", "B"] }],
    [
      "C came with a share that was refused",
      false,
      { present: ["A"], refusals: [{ by: "C", code: "X" }] },
    ],
  ])("a missing custodian is felt by who came: %s, %s", (_, struck, seen) => {
    const noted: Noted = {
      refusals: [],
      heard: [],
      answered: [],
      lostAnswers: [],
      backAfterMs: null,
      death: null,
      touched: null,
      present: [],
      need: 2,
      afflicted: { missing: "C", damaged: null, lost: null },
      closed: undefined,
      ...seen,
    };
    const [missing] = tellFaults(["missing-custodian"], noted, false);
    expect(missing).toMatchObject({ fault: "missing-custodian", struck });
    if (noted.present.length === 2 && struck)
      expect(missing?.did.join()).toBe("C did not come; A, B opened it together");
  });
});
