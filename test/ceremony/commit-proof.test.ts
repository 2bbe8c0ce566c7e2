import { beforeAll, expect, test } from "vitest";
import { verify } from "../../ceremony/verify.ts";
import { type RecordBody, sealEvidence } from "../../crypto/record.ts";
import { filesOf, makeStory, Scribe, type Story } from "./chain-kit.ts";

// An epoch counts when each of its shares was entered again: the records show it, place by place.

let story: Story;
beforeAll(async () => {
  story = await makeStory("REAL", "commit proof");
});

const SAYS = { custodians: ["Ana", "Ben"], trialOpenedWith: ["north"] };
const OLDER = { custodians: ["Ana", "Ben"] };
const both = [1, 2].map((place) => ({ place, custodian: `of ${place}`, at: null }));

/** A first seal, committed by this evidence; then a rotation with these share checks, committed. */
function chain(
  first: { about: RecordBody["evidence"]; reentered?: unknown },
  rotation?: { about: RecordBody["evidence"]; checks: readonly RecordBody["evidence"][] },
): readonly string[] {
  const [one, two] = story.seals;
  if (one === undefined || two === undefined) throw new Error("the story has two seals");
  const { vault1, station } = story.signers;
  const scribe = new Scribe("REAL", story.scribe.vaultId);
  scribe.add("sealed", one, vault1, { evidence: sealEvidence(one, first.about) });
  const { reentered } = first;
  const evidence = {
    fileSha256: one.fileSha256,
    ...(reentered !== undefined && { reentered }),
  } as RecordBody["evidence"];
  scribe.add("committed", one, station, { evidence });
  if (rotation !== undefined) {
    scribe.add("rotated", one, vault1, { evidence: sealEvidence(two, rotation.about) });
    for (const check of rotation.checks)
      scribe.add("share-checked", check["old"] === true ? one : two, station, { evidence: check });
    scribe.add("committed", two, station, { evidence: { fileSha256: two.fileSha256 } });
  }
  const { findings } = verify([{ name: "a", records: filesOf(scribe.lines) }]);
  return findings.flatMap(({ severity, code, about }) =>
    severity === "error" ? [`${code} ${String(about["places"] ?? "")}`] : [],
  );
}

const full = (place: number, more: object = {}): RecordBody["evidence"] => ({
  form: "full",
  place,
  ...more,
});

test("a first seal's commit names every re-entry, or it is refused", () => {
  expect(chain({ about: SAYS, reentered: both })).toEqual([]);
  expect(chain({ about: SAYS, reentered: both.slice(1) })).toEqual(["COMMIT_UNPROVEN 1"]);
  expect(chain({ about: SAYS })).toEqual(["COMMIT_UNPROVEN 1, 2"]);
});

test("a rotation's commit follows a checked share of every place, of that file", () => {
  const first = { about: SAYS, reentered: both };
  const errors = (...checks: readonly RecordBody["evidence"][]): readonly string[] =>
    chain(first, { about: SAYS, checks });
  expect(errors(full(1), full(2))).toEqual([]);
  expect(errors(full(1))).toEqual(["COMMIT_UNPROVEN 2"]);
  expect(errors(full(1), { form: "card", place: 2 })).toEqual(["COMMIT_UNPROVEN 2"]);
  expect(errors(full(1, { old: true }), full(2))).toEqual(["COMMIT_UNPROVEN 1"]);
  expect(errors()).toEqual(["COMMIT_UNPROVEN 1, 2"]);
});

test("records of before seals named the keys that opened them stay valid", () => {
  expect(chain({ about: OLDER }, { about: OLDER, checks: [] })).toEqual([]);
});
