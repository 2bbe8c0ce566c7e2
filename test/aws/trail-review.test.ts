import { describe, expect, it } from "vitest";
import type { Question } from "../../aws/documents/trail/question.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import { parseRange } from "../../aws/documents/trail/sources.ts";
import {
  ACCOUNT,
  assumed,
  CLOSED,
  DEADLINE,
  denied,
  event,
  goodEvents,
  iso,
  type Json,
  kit,
  makeSigner,
  makeTrail,
  OPENED,
  REGION,
  roleIdentity,
  userIdentity,
} from "./trail-kit.ts";
import { bytes, codes, filesOf, proofs, question, trailOf } from "./trail-reading.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const signer = makeSigner();

/** A proven review of these events. */
function proven(events: readonly Json[], more: Partial<Question> = {}): Review {
  // As long as sessions last that some of them gave out.
  const made = makeTrail(events, signer, { hours: 12 });
  return review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer), ...more }));
}

describe("a review of an access as it should be", () => {
  const found = proven(goodEvents());

  it("is clear, verified and whole", () => {
    expect(codes(found)).toEqual(["CHANGE_LASTS", "TRIED_OUTSIDE_WINDOW"]);
    expect(found.verdict).toBe("CLEAR");
    expect(found.proof.status).toBe("verified");
    expect(found.coverage).toEqual([
      expect.objectContaining({ account: ACCOUNT, region: REGION, state: "whole", gaps: [] }),
    ]);
  });

  it("lists every event of the access by time, denied ones marked, and the kit's apart", () => {
    expect(found.actions.map(({ event: { name, error }, phase }) => [name, error, phase])).toEqual([
      ["GetCallerIdentity", null, "inside"],
      ["DescribeInstances", null, "inside"],
      ["StartInstances", null, "inside"],
      ["RestoreDBInstanceFromDBSnapshot", null, "inside"],
      ["GetAccountSummary", "AccessDenied", "late"],
    ]);
    expect(found.kit.map(({ event: { name } }) => name)).toEqual([
      "GetSessionToken",
      "PutUserPolicy",
      "TagUser",
      "DetachUserPolicy",
      "UpdateAccessKey",
      "AttachUserPolicy",
      "UpdateAccessKey",
    ]);
    expect(found.services).toEqual([
      { name: "ec2", events: 2, denied: 0 },
      { name: "iam", events: 1, denied: 1 },
      { name: "rds", events: 1, denied: 0 },
      { name: "sts", events: 1, denied: 0 },
    ]);
  });
});

const act = (name: string, at: number, more: Json = {}): Json => event(name, at, more);
const other = userIdentity({
  arn: `arn:aws:iam::${ACCOUNT}:user/mallory`,
  userName: "mallory",
  accessKeyId: "AKIAMALLORY000000001",
});

/** The activator, by a session that was got in a region of which no file was brought. */
const elsewhere = {
  ...(kit("GetUser", OPENED, {})["userIdentity"] as Json),
  accessKeyId: "ASIAELSEWHERE0000001",
};

const another = (openedMs: number, closedMs: number): Question["access"] => ({
  ...question().access,
  openedMs,
  closedMs,
  deadlineMs: closedMs,
  windows: [{ fromMs: openedMs, untilMs: closedMs, exact: true }],
});

describe("what must be explained is named", () => {
  const cases: readonly (readonly [string, string, readonly Json[], Partial<Question>?])[] = [
    ["a use before the opening", "ACTED_BEFORE_WINDOW", [act("ec2:RunInstances", OPENED - MINUTE)]],
    ["a use after the deadline", "ACTED_AFTER_DEADLINE", [act("ec2:RunInstances", DEADLINE)]],
    ["a use after the closing", "ACTED_AFTER_CLOSE", [act("ec2:RunInstances", CLOSED + 1000)]],
    [
      "the key still answered after the closing",
      "ACTED_AFTER_CLOSE",
      [act("sts:GetCallerIdentity", CLOSED + MINUTE)],
    ],
    [
      "a role's session used after the closing",
      "ACTED_AFTER_CLOSE",
      [
        act("sts:AssumeRole", OPENED + MINUTE, assumed("ASIAROLE1", OPENED + 8 * HOUR)),
        act("s3:DeleteBucket", CLOSED + HOUR, { userIdentity: roleIdentity("ASIAROLE1") }),
      ],
    ],
    [
      "a role's session that outlives the access",
      "SESSION_OUTLIVES",
      [act("sts:AssumeRole", OPENED + MINUTE, assumed("ASIAROLE1", OPENED + 8 * HOUR))],
    ],
    [
      "a key made for somebody else",
      "PERSISTENCE_SUCCEEDED",
      [act("iam:CreateAccessKey", OPENED + MINUTE)],
    ],
    [
      "an attempt at it",
      "PERSISTENCE_DENIED",
      [act("iam:CreateAccessKey", OPENED + MINUTE, denied)],
    ],
    [
      "a versioned event name",
      "PERSISTENCE_SUCCEEDED",
      [act("lambda:UpdateFunctionCode20150331v2", OPENED + MINUTE)],
    ],
    ["a trail stopped", "EVIDENCE_TOUCHED", [act("cloudtrail:StopLogging", OPENED + MINUTE)]],
    [
      "an attempt at that",
      "EVIDENCE_DENIED",
      [act("cloudtrail:StopLogging", OPENED + MINUTE, denied)],
    ],
    [
      "another key of the emergency user",
      "KEY_FOREIGN",
      [
        act("ec2:DescribeVpcs", OPENED + MINUTE, {
          userIdentity: userIdentity({ accessKeyId: "AKIAFOREIGN000000001" }),
        }),
      ],
    ],
    [
      "two keys where none was stated",
      "KEY_FOREIGN",
      [
        act("ec2:DescribeVpcs", OPENED + MINUTE, {
          userIdentity: userIdentity({ accessKeyId: "AKIAFOREIGN000000001" }),
        }),
      ],
      { keys: [] },
    ],
    [
      "a sign-in to the console",
      "CONSOLE_LOGIN",
      [
        act("signin:ConsoleLogin", OPENED + MINUTE, {
          responseElements: { ConsoleLogin: "Success" },
          userIdentity: userIdentity({ accessKeyId: "" }),
        }),
      ],
    ],
    [
      "a source outside the stated ones",
      "SOURCE_UNEXPECTED",
      [act("ec2:DescribeVpcs", OPENED + MINUTE, { sourceIPAddress: "192.0.2.9" })],
      { sources: [parseRange("203.0.113.0/24") ?? { bytes: [], bits: 0 }] },
    ],
    [
      "several sources where none was stated",
      "SOURCES_SEVERAL",
      [act("ec2:DescribeVpcs", OPENED + MINUTE, { sourceIPAddress: "192.0.2.9" })],
    ],
    [
      "a second source of the activator",
      "KIT_SOURCES_SEVERAL",
      [{ ...kit("GetUser", OPENED + MINUTE, {}), readOnly: true, sourceIPAddress: "192.0.2.9" }],
    ],
    [
      "a session of the activator that no log shows given out",
      "KIT_SESSION_UNLOGGED",
      [{ ...kit("GetUser", OPENED + MINUTE, {}), readOnly: true, userIdentity: elsewhere }],
    ],
    [
      "another account reached",
      "ACCOUNT_REACHED",
      [act("s3:ListBuckets", OPENED + MINUTE, { recipientAccountId: "444455556666" })],
    ],
    [
      "the kit changed by somebody else",
      "KIT_CHANGED",
      [
        act("iam:CreateAccessKey", OPENED + MINUTE, {
          userIdentity: other,
          requestParameters: { userName: "bg-emergency" },
        }),
      ],
    ],
    [
      "an attempt at that by somebody else",
      "KIT_TRIED",
      [
        act("iam:DetachUserPolicy", OPENED + MINUTE, {
          userIdentity: other,
          requestParameters: { userName: "bg-emergency", policyArn: "x" },
          ...denied,
        }),
      ],
    ],
    [
      "an event known by its session's name only",
      "SESSION_BY_NAME",
      [
        act("sts:AssumeRole", OPENED + MINUTE, assumed("ASIAROLE1", OPENED + HOUR)),
        act("ec2:DescribeVpcs", OPENED + 2 * MINUTE, { userIdentity: roleIdentity("ASIAOTHER") }),
      ],
    ],
  ];
  it.each(cases.map(([what, code, events, more = {}]) => ({ what, code, events, more })))(
    "$what: $code",
    ({ code, events, more }) => {
      const found = proven([...goodEvents(), ...events], more);
      expect(codes(found)).toContain(code);
      expect(found.proof.status).toBe("verified");
    },
  );

  it("the activator at work with no record of it", () => {
    const late = goodEvents()
      .slice(0, 1)
      .map((one) => ({ ...one, eventTime: iso(CLOSED + HOUR) }));
    expect(codes(proven([...goodEvents(), ...late]))).toContain("KIT_USED_OUTSIDE");
    const next = another(CLOSED + HOUR, CLOSED + 2 * HOUR);
    const told = proven([...goodEvents(), ...late], { others: [next] });
    expect(codes(told)).not.toContain("KIT_USED_OUTSIDE");
  });

  it("an opening of another record, or none that was seen", () => {
    const access = { ...question().access, recordSha256s: ["cd".repeat(32)] };
    expect(codes(proven(goodEvents(), { access }))).toContain("OPENING_OF_OTHER_RECORD");
    const quiet = proven(
      goodEvents().filter(({ eventSource }) => eventSource !== "iam.amazonaws.com"),
    );
    expect(codes(quiet, "error")).toEqual(["OPENING_NOT_SEEN", "CLOSING_NOT_SEEN"]);
    const nothing = proven([]);
    expect(codes(nothing)).toContain("NOTHING_LOGGED");
  });

  it("an end that nobody recorded, a review too early, regions left unsaid", () => {
    const access = { ...question().access, closedMs: null };
    const unsaid = { ...access, regions: [] };
    const found = proven(goodEvents(), { access: unsaid, nowMs: DEADLINE + HOUR });
    expect(codes(found)).toEqual(
      expect.arrayContaining(["CLOSING_NOT_RECORDED", "REVIEW_EARLY", "REGIONS_NOT_STATED"]),
    );
  });

  it("what belongs to another recorded opening is not held against this one", () => {
    const earlier = another(OPENED - 3 * HOUR, OPENED - HOUR);
    const used = [...goodEvents(), act("ec2:RunInstances", OPENED - 90 * MINUTE)];
    const found = proven(used, { others: [earlier] });
    expect(codes(found)).toContain("ACTED_IN_OTHER_WINDOW");
    expect(codes(found)).not.toContain("ACTED_BEFORE_WINDOW");
    // One that was refused opened nothing: it excuses no use, and the activator's only while it asked.
    const [from, to] = [OPENED - 91 * MINUTE, OPENED - 89 * MINUTE];
    const refused = { ...another(from, to), windows: [], tries: [{ from, to }] };
    expect(codes(proven(used, { others: [refused] }), "error")).toEqual(["ACTED_BEFORE_WINDOW"]);
    const session = { ...kit("GetSessionToken", from, {}), readOnly: true };
    const asked = [{ ...session, eventSource: "sts.amazonaws.com" }];
    expect(codes(proven([...goodEvents(), ...asked], { others: [refused] }), "error")).toEqual([]);
    expect(codes(proven([...goodEvents(), ...asked]), "error")).toEqual(["KIT_USED_OUTSIDE"]);
  });

  it("an access that was refused: nothing of it is expected, and nothing of it is excused", () => {
    const tries = [{ from: OPENED, to: OPENED + MINUTE }];
    const access = {
      ...question().access,
      deadlineMs: OPENED + MINUTE,
      windows: [],
      opened: [],
      tries,
    };
    const refused = { ...access, closedMs: OPENED + MINUTE };
    expect(codes(proven([], { access: refused }), "error")).toEqual([]);
    const found = proven([...goodEvents()], { access: refused });
    expect(codes(found, "error")).toEqual(
      expect.arrayContaining(["KIT_MISUSED", "ACTED_AFTER_CLOSE"]),
    );
  });
});

describe("coverage", () => {
  it("a region that no file speaks of, and one that only events speak of", () => {
    const frankfurt = act("ec2:DescribeVpcs", OPENED + MINUTE, { awsRegion: "eu-central-1" });
    const made = makeTrail(goodEvents(), signer);
    const files: [string, Uint8Array][] = [
      ...filesOf(made),
      ["frankfurt.json", bytes({ Records: [frankfurt] })],
    ];
    const found = review(
      trailOf(files),
      question({ proofs: proofs(made, signer), regions: [REGION, "eu-west-1"] }),
    );
    expect(found.coverage.map(({ region, state }) => [region, state])).toEqual([
      ["eu-central-1", "unproven"],
      ["eu-west-1", "none"],
      ["us-east-1", "whole"],
    ]);
    expect(codes(found)).toEqual(
      expect.arrayContaining(["COVERAGE_NONE", "COVERAGE_UNPROVEN", "LOG_NOT_DIGESTED"]),
    );
    expect(found.proof.status).toBe("partly");
  });

  it("hours that digests leave out are named", () => {
    const made = makeTrail(goodEvents(), signer, { hours: 3 });
    const found = review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer) }));
    const gap = found.findings.find(({ code }) => code === "COVERAGE_GAP");
    expect(gap?.about["gaps"]).toBe(`${iso(OPENED + HOUR)} to ${iso(CLOSED + HOUR)}`);
    expect(found.proof.status).toBe("partly");
  });

  it("without digests everything is listed, as unverified", () => {
    const trail = trailOf([["all.json", bytes({ Records: goodEvents() })]]);
    const found = review(trail, question());
    expect(found.proof.status).toBe("unverified");
    expect(found.actions).toHaveLength(5);
    expect(codes(found)).toEqual(
      expect.arrayContaining(["DIGESTS_NOT_GIVEN", "COVERAGE_UNPROVEN"]),
    );
  });
});

const lookup = (events: readonly Json[], more: Json = {}): Buffer =>
  bytes({
    Events: events.map((one) => ({
      EventId: one["eventID"],
      EventTime: 1781749200,
      CloudTrailEvent: JSON.stringify(one),
    })),
    ...more,
  });

describe("answers of lookup-events", () => {
  it("tell the same as logs, and once", () => {
    const events = goodEvents();
    const trail = trailOf([
      ["lookup.json", lookup(events)],
      ["log.json", bytes({ Records: events })],
    ]);
    const found = review(trail, question());
    expect(found.actions).toHaveLength(5);
    expect(found.read.duplicates).toBe(events.length);
    expect(codes(found)).not.toContain("TRAIL_EVENTS_DIFFER");
  });

  it("that end too early are named", () => {
    const trail = trailOf([["lookup.json", lookup(goodEvents(), { NextToken: "more" })]]);
    expect(codes(review(trail, question()))).toContain("TRAIL_LOOKUP_CUT");
  });

  it("that contradict a log are named, and both are shown", () => {
    const events = goodEvents();
    const bent = events.map((one) =>
      one["eventName"] === "StartInstances" ? { ...one, eventName: "StopInstances" } : one,
    );
    const trail = trailOf([
      ["lookup.json", lookup(events)],
      ["log.json", bytes({ Records: bent })],
    ]);
    const found = review(trail, question());
    expect(found.findings.find(({ code }) => code === "TRAIL_EVENTS_DIFFER")?.about).toMatchObject({
      one: "lookup.json",
      other: "log.json",
    });
    expect(found.actions.map(({ event: { name } }) => name)).toEqual(
      expect.arrayContaining(["StartInstances", "StopInstances"]),
    );
    expect(found.proof.status).toBe("tampered");
  });
});
