import { expect, test } from "vitest";
import type { RecordBody, RecordKind } from "../../crypto/record.ts";
import { claimsOf, type Told } from "../../station/evidence/claims.ts";

// That an epoch counts is linked to what shows it, or is told as the station's word.

const told = (
  seq: number,
  kind: RecordKind,
  evidence: RecordBody["evidence"],
  more: Partial<RecordBody> = {},
): Told =>
  ({
    kind,
    evidence,
    who: {},
    why: "a test",
    vaultHash: "aa",
    at: { time: "2026-03-01T02:17:00Z", clock: "station" },
    written: { seq, sha256: "00" },
    ...more,
  }) as unknown as Told;

const ABOUT = { threshold: 2, custodians: ["Ana", "Ben"] };
const sealed = told(1, "sealed", { epoch: 1, fileSha256: "aa", about: ABOUT });
const reentered = [1, 2].map((place) => ({ place, custodian: `of ${place}`, at: null }));
const check = (seq: number, place: number, form: string, file = "bb"): Told =>
  told(seq, "share-checked", { form, place }, { vaultHash: file });

const rotation = (...checks: readonly Told[]): readonly Told[] => [
  sealed,
  told(2, "committed", { fileSha256: "aa", reentered }),
  told(3, "rotated", { epoch: 2, fileSha256: "bb", about: ABOUT }),
  ...checks,
  told(9, "committed", { fileSha256: "bb" }, { why: "every share was re-entered" }),
  check(10, 1, "full"),
];
const saying = (story: readonly Told[]) =>
  claimsOf(story, new Set()).sealings.map(({ text, proof }) => [
    /after every custodian had re-entered the share/.test(text),
    (proof ?? []).map((file) => Number(file.slice(8, 14))),
  ]);

test("a first seal's re-entries stand in its commit", () => {
  const commit = told(2, "committed", { fileSha256: "aa", reentered });
  expect(saying([sealed, commit])).toEqual([[true, [1, 2]]]);
  const older = told(2, "committed", { fileSha256: "aa" }, { why: "it is good" });
  expect(saying([sealed, older])).toEqual([[false, [1, 2]]]);
  expect(claimsOf([sealed, older], new Set()).sealings[0]?.text).toContain(
    "that record says: it is good",
  );
});

test("a rotation's are linked, each of them, and only those of its own before it counted", () => {
  const good = rotation(check(4, 1, "full"), check(5, 2, "full"));
  expect(saying(good)[1]).toEqual([true, [3, 9, 4, 5]]);
  const card = rotation(check(4, 1, "full"), check(5, 2, "card"));
  expect(saying(card)[1]).toEqual([false, [3, 9, 4]]);
  const old = rotation(check(4, 1, "full", "aa"), check(5, 2, "full"));
  expect(saying(old)[1]).toEqual([false, [3, 9, 5]]);
});
