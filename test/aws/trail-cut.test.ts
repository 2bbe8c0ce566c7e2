import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Limits, LIMITS } from "../../aws/documents/trail/part.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import {
  ACCOUNT,
  assumed,
  denied,
  event,
  goodEvents,
  type Json,
  kit,
  makeSigner,
  makeTrail,
  OPENED,
  roleIdentity,
  userIdentity,
} from "./trail-kit.ts";
import { bytes, codes, filesOf, proofs, question, trailOf } from "./trail-reading.ts";

// A trail may be read in two parts at the same time: the review is the one of reading it as a whole.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const signer = makeSigner();
type Files = readonly (readonly [string, Uint8Array])[];

const told = (
  files: Files,
  cut: number,
  ask = question(),
): { review: Review; kept: unknown; seen: unknown } => {
  const trail = trailOf(files, cut);
  const kept = [...trail.kept].map(({ event: one, files: at }) => [one, at.toSorted()]);
  const { seen } = trail;
  return {
    seen,
    review: review(trail, ask),
    kept: new Set(kept.map((one) => JSON.stringify(one))),
  };
};

/** At every file; the whole in one is what it is held to. */
function everyCut(files: Files, ask = question()): Review {
  const whole = told(files, files.length, ask);
  for (let cut = 0; cut < files.length; cut++) expect(told(files, cut, ask)).toEqual(whole);
  return whole.review;
}

const log = (...records: readonly Json[]): Buffer => bytes({ Records: records });
const key = (number: number): string => `ASIACHAIN${String(number).padStart(11, "0")}`;
/** Each one asks for the next one's key. */
const chain = (length: number): Json[] =>
  Array.from({ length }, (_, at) =>
    event("sts:AssumeRole", OPENED + at * MINUTE, {
      readOnly: true,
      ...(at === 0 ? {} : { userIdentity: roleIdentity(key(at - 1), `r${at}`) }),
      ...assumed(key(at), OPENED + HOUR, `r${at + 1}`),
    }),
  );
const stranger = (at: number): Json =>
  event("ec2:DescribeInstances", OPENED + at, {
    userIdentity: roleIdentity(`ASIASTRANGER${String(at).padStart(8, "0")}`),
  });

describe("a trail in two parts is reviewed as the whole one", () => {
  it("with signed digests, as it should be", () => {
    const made = makeTrail(
      [...goodEvents(), ...Array.from({ length: 9 }, (_, at) => stranger(at))],
      signer,
      { perLog: 2 },
    );
    const found = everyCut(filesOf(made), question({ proofs: proofs(made, signer) }));
    expect(found.verdict).toBe("CLEAR");
    expect(found.proof.status).toBe("verified");
  });

  it("with logs edited, added and left out", () => {
    const made = makeTrail(goodEvents(), signer, { perLog: 1 });
    const files = filesOf(made).flatMap(([name, content], at): [string, Uint8Array][] =>
      at === 1
        ? []
        : at === 3
          ? [[name, log(stranger(1))]]
          : at === 5
            ? [
                [name, content],
                [name.replace("_Unique", "_Added"), log(stranger(2))],
              ]
            : [[name, content]],
    );
    const found = everyCut(files, question({ proofs: proofs(made, signer) }));
    expect(codes(found)).toEqual(
      expect.arrayContaining(["LOG_EDITED", "LOG_MISSING", "LOG_ADDED"]),
    );
  });

  it.each([false, true])("with a chain of roles over its files, backwards: %s", (isBackwards) => {
    const steps = chain(7).map((one, at): [string, Uint8Array] => [
      `${at}.json`,
      log(stranger(at), one, stranger(at + 10)),
    ]);
    const files = isBackwards ? steps.toReversed() : steps;
    const found = everyCut([...files, ["good.json", log(...goodEvents())]]);
    expect(found.actions.filter(({ event: { name } }) => name === "AssumeRole")).toHaveLength(7);
  });

  it("with an event that is told in three ways, and found at different times", () => {
    const [first, second] = chain(2);
    const told1: Json = { ...stranger(5), userIdentity: roleIdentity(key(0), "r1") };
    const told2: Json = { ...told1, userIdentity: userIdentity() };
    const told3: Json = { ...told1, userIdentity: roleIdentity(key(1), "r2"), ...denied };
    const files: Files = [
      ["a.json", log(told1, told3)],
      ["b.json", log(second ?? {})],
      ["c.json", log(told2, told3)],
      ["d.json", log(first ?? {}, told1, told1)],
      ["e.json", log(told3)],
    ];
    const found = everyCut(files);
    const ids = found.actions
      .filter(({ event: { time } }) => time === OPENED)
      .map((one) => one.event.id);
    expect(new Set(ids).size).toBe(ids.length);
    const about = found.findings.flatMap((one) =>
      one.code === "TRAIL_EVENTS_DIFFER" ? [[one.about["one"], one.about["other"]]] : [],
    );
    expect(about).toEqual([
      ["a.json", "a.json"],
      ["a.json", "c.json"],
    ]);
    // Every story is shown, and each place beside the first is counted once.
    expect(
      found.actions.filter(({ event: { id } }) => id.startsWith(String(told1["eventID"]))),
    ).toHaveLength(3);
    expect(found.read.duplicates).toBe(5);
  });

  it("whatever stands in its files, and in whatever order", () => {
    const pool = [...chain(5), ...goodEvents(), stranger(1), stranger(2)];
    pool.push(
      kit("DetachUserPolicy", OPENED + 3000, {}),
      event("cloudtrail:StopLogging", OPENED, {
        userIdentity: roleIdentity("ASIAADMIN0000000001"),
      }),
      event("s3:GetObject", OPENED, { eventCategory: "Data", userIdentity: roleIdentity(key(2)) }),
      event("ec2:X", OPENED, { eventCategory: "Insight" }),
      event("ec2:X", OPENED - HOUR),
      event("ec2:X", OPENED, { awsRegion: "eu-west-1", eventTime: "never" }),
    );
    const bent = pool.map((one, at) => ({
      ...one,
      userAgent: "bent",
      userIdentity: at % 2 === 0 ? userIdentity() : roleIdentity(key(at % 5)),
    }));
    const one = fc.constantFrom(...pool, ...bent);
    const records = fc.array(one, { maxLength: 5 });
    const whole = fc.oneof(
      { weight: 6, arbitrary: records.map((list) => log(...list)) },
      { weight: 1, arbitrary: records.map((list) => log(...list).subarray(0, -5)) },
      {
        weight: 1,
        arbitrary: fc.tuple(records, fc.boolean()).map(([list, isCut]) =>
          bytes({
            Events: list.map((record) => ({ CloudTrailEvent: JSON.stringify(record) })),
            ...(isCut ? { NextToken: "more" } : {}),
          }),
        ),
      },
      { weight: 1, arbitrary: fc.constantFrom(bytes({}), bytes([]), bytes({ digestS3Object: 1 })) },
    );
    const named = fc.tuple(fc.constantFrom("a", `${ACCOUNT}_CloudTrail_x`), whole);
    fc.assert(
      fc.property(fc.array(named, { minLength: 2, maxLength: 6 }), (files) => {
        everyCut(files.map(([name, content], at) => [`${name}-${at}.json`, content]));
      }),
      { numRuns: 60 },
    );
  });
});

describe("the limits hold for both parts together", () => {
  const made = makeTrail([], signer, { hours: 4 });
  const digests = filesOf(made);
  const events = goodEvents().map((one, at): [string, Uint8Array] => [`${at}.json`, log(one)]);
  const strangers = Array.from({ length: 8 }, (_, at): [string, Uint8Array] => [
    `${at}.json`,
    bytes({ Records: [{ ...stranger(at), userIdentity: { accessKeyId: key(at) } }] }),
  ]);

  it.each([
    ["digests", digests, 4],
    ["events", events, events.length],
    ["marks", strangers, 8],
  ] as const)("of %s", (name, files, count) => {
    const readIn = (most: Limits, cut: number) => () => trailOf(files, cut, most);
    for (const cut of [1, 3, files.length]) {
      expect(readIn({ ...LIMITS, [name]: count }, cut)).not.toThrow();
      expect(readIn({ ...LIMITS, [name]: count - 1 }, cut)).toThrow(
        `TRAIL_TOO_LARGE most=${count - 1}`,
      );
    }
  });
});
