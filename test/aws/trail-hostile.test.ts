import { describe, expect, it } from "vitest";
import type { Question } from "../../aws/documents/trail/question.ts";
import { interestOf, review, type Review } from "../../aws/documents/trail/review.ts";
import { Trail } from "../../aws/documents/trail/trail.ts";
import {
  ACCOUNT,
  assumed,
  CLOSED,
  event as act,
  goodEvents,
  type Json,
  KEY,
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
  const made = makeTrail(events, signer);
  return review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer), ...more }));
}

const asked = (name: string, more: Json = {}): string[] => {
  const found = proven([...goodEvents(), act(name, OPENED + 4 * MINUTE, more)]);
  return found.findings.map(({ severity, code }) => `${severity} ${code}`);
};

describe("what the closing does not undo", () => {
  it.each([
    "cloudformation:CreateStack",
    "iam:ChangePassword",
    "iam:UpdateOpenIDConnectProviderThumbprint",
    "iam:UpdateUser",
    "iam:UploadServerCertificate",
    "iam:SomethingNew",
    "identitystore:CreateGroupMembership",
    "lambda:CreateFunctionUrlConfig",
    "rds:ModifyDBInstance",
    "ssm:StartAutomationExecution",
  ])("%s can keep access: an error", (name) => {
    expect(asked(name)).toContain("error PERSISTENCE_SUCCEEDED");
  });

  it.each([
    ["iam:CreateUser", "ssm.amazonaws.com", "error PERSISTENCE_SUCCEEDED"],
    ["lambda:UpdateFunctionCode20150331v2", "AWS Internal", "error PERSISTENCE_SUCCEEDED"],
    ["iam:DeleteUser", "ssm.amazonaws.com", "warning CHANGE_LASTS"],
  ])("%s that %s makes in the caller's name is the caller's", (name, invokedBy, code) => {
    expect(asked(name, { userIdentity: userIdentity({ invokedBy }) })).toContain(code);
  });

  it("a grant that a service makes for its own work is none", () => {
    const by = { userIdentity: userIdentity({ invokedBy: "rds.amazonaws.com" }) };
    expect(asked("kms:CreateGrant", by)).toEqual(asked("ec2:DescribeVpcs"));
    expect(asked("kms:CreateGrant")).toContain("error PERSISTENCE_SUCCEEDED");
  });

  it.each(["iam:DeleteUser", "iam:TagRole"])("%s is to be looked at", (name) => {
    expect(asked(name)).toContain("warning CHANGE_LASTS");
  });
});

const judged = (name: string, more: Json): string[] =>
  codes(
    review(
      trailOf([
        ["a.json", bytes({ Records: [...goodEvents(), act(name, OPENED + MINUTE, more)] })],
      ]),
      question(),
    ),
    "error",
  );

describe("what is proven only in part", () => {
  const made = makeTrail(goodEvents(), signer);
  const [key] = proofs(made, signer).keys;
  const read = (more: Partial<Question>): Review =>
    review(trailOf(filesOf(made)), question({ proofs: proofs(made, signer), ...more }));

  it("a key of another time, and regions that nobody stated", () => {
    expect(read({}).proof.status).toBe("verified");
    const access = { ...question().access, regions: [] };
    expect(read({ access }).proof.status).toBe("partly");
    expect(read({ access, regions: [REGION] }).proof.status).toBe("verified");
    // The window's regions, and those that were brought, are not all until somebody says so.
    for (const more of [{}, { access, regions: [REGION] }]) {
      const silent = read({ ...more, allRegions: false });
      expect([silent.verdict, silent.proof.status]).toEqual(["CLEAR", "partly"]);
      expect(codes(silent, "warning")).toContain("REGIONS_NOT_STATED");
    }
    const two = { ...access, regions: [REGION, "eu-west-1"] };
    const half = read({ access: two });
    expect(codes(half, "error")).toContain("COVERAGE_NONE");
    expect(half.proof.status).toBe("partly");
    const frankfurt = { ...access, regions: ["eu-central-1"] };
    expect(codes(read({ access: frankfurt, regions: [REGION] }), "error")).toEqual([
      "KIT_MISUSED",
      "COVERAGE_NONE",
    ]);
    if (key === undefined) throw new Error("no key");
    const old = { ...proofs(made, signer), keys: [{ ...key, to: OPENED - 9 * HOUR }] };
    expect(read({ proofs: old }).proof.status).toBe("partly");
  });
});

describe("reaper and alarm", () => {
  const admin = { userIdentity: roleIdentity("ASIAADMIN00000000001", "AccountAdmin", "bob") };
  const page = `arn:aws:sns:eu-west-1:${ACCOUNT}:breakglass-page`;
  const parts: readonly (readonly [string, Json, string?])[] = [
    ["iam:PutRolePolicy", { roleName: "BreakGlassReaper", policyName: "x" }],
    ["lambda:UpdateFunctionCode20150331v2", { functionName: "breakglass-reaper" }],
    ["events:DisableRule", { name: "breakglass-use" }],
    ["sns:Unsubscribe", { subscriptionArn: `${page}:1` }, "eu-west-1"],
    ["ssm:PutParameter", { name: "/breakglass/reaper" }],
    ["sqs:DeleteQueue", { queueUrl: `https://sqs/${ACCOUNT}/breakglass-undelivered` }],
    ["ssm:DeleteParameters", { names: ["x", "/breakglass/reaper"] }],
    ["monitoring:DeleteAlarms", { alarmNames: ["x", "breakglass-reaper-errors"] }],
  ];

  const named = parts.map(([name, requestParameters, awsRegion = REGION]) => ({
    name,
    more: { requestParameters, awsRegion },
  }));
  it.each(named)("$name by anyone is a change of the kit", ({ name, more }) => {
    expect(judged(name, { ...more, ...admin })).toContain("KIT_CHANGED");
    expect(judged(name, more)).toContain("KIT_DISARMED");
    expect(judged(name, { ...more, ...admin, readOnly: true })).not.toContain("KIT_CHANGED");
  });

  it("the reaper's own notes are its work, and other things of other names are left out", () => {
    const reaper = roleIdentity("ASIAREAPER", "breakglass/BreakGlassReaper");
    const note = { requestParameters: { name: "/breakglass/reaper" }, userIdentity: reaper };
    expect(judged("ssm:PutParameter", note)).not.toContain("KIT_CHANGED");
    const foreign = { requestParameters: { name: "/app/bg-colour" }, ...admin };
    expect(judged("ssm:PutParameter", foreign)).not.toContain("KIT_CHANGED");
  });

  it("a trail stopped by anyone is named", () => {
    const more = { requestParameters: { name: "org" }, ...admin };
    expect(judged("cloudtrail:StopLogging", more)).toContain("EVIDENCE_TOUCHED");
  });

  it.each(["DisableKey", "ScheduleKeyDeletion", "PutKeyPolicy"])(
    "a key of which anyone asks %s is named, and by whom: it may be the alarm's",
    (name) => {
      const more = { requestParameters: { keyId: "1234abcd" }, ...admin };
      const found = proven([...goodEvents(), act(`kms:${name}`, OPENED + MINUTE, more)]);
      const [one] = found.findings.filter(({ code }) => code === "EVIDENCE_TOUCHED");
      expect(one).toMatchObject({ severity: "warning" });
      expect(String(one?.about["what"])).toMatch(new RegExp(`^kms:${name} by .+, event .+`));
      expect(codes(found, "error")).toEqual([]);
      const denied = { ...more, errorCode: "AccessDenied" };
      const tried = proven([...goodEvents(), act(`kms:${name}`, OPENED + MINUTE, denied)]);
      expect(codes(tried)).toContain("EVIDENCE_DENIED");
    },
  );
});

describe("sessions that were made inside", () => {
  const until = CLOSED + 8 * HOUR;
  const made = act("sts:AssumeRole", OPENED + MINUTE, {
    readOnly: true,
    ...assumed("ASIAROLE1", until),
  });

  it("are errors, and logs are asked for as long as they last", () => {
    const found = proven([...goodEvents(), made], { nowMs: until + HOUR });
    expect(codes(found, "error")).toEqual(
      expect.arrayContaining(["SESSION_MADE", "SESSION_OUTLIVES", "COVERAGE_GAP"]),
    );
    expect(found.wanted.to).toBe(until + HOUR);
    expect(codes(found)).toContain("REVIEW_EARLY");
  });

  it.each([
    ["sts:AssumeRole", "SESSION_MADE"],
    ["sts:AssumeRole", "SESSION_UNLOGGED"],
    ["sts:GetFederationToken", "SESSION_MADE"],
    ["signin:SwitchRole", "SESSION_MADE"],
  ])("%s without a logged answer: %s", (name, code) => {
    const quiet = act(name, OPENED + MINUTE, { readOnly: true });
    expect(codes(proven([...goodEvents(), quiet]), "error")).toContain(code);
  });
});

describe("a log whose list stands far from its name", () => {
  it("is read like any other", () => {
    const extra = JSON.stringify([act("iam:CreateUser", OPENED + 5 * MINUTE)]);
    const trail = trailOf([
      ["a.json", bytes({ Records: goodEvents() })],
      ["b.json", Buffer.from(`{"Records"${" ".repeat(700)}:${"\n".repeat(3000)}${extra}}`)],
    ]);
    expect(codes(review(trail, question()))).toContain("PERSISTENCE_SUCCEEDED");
  });
});

describe("a file that is read twice, because a later one makes its events count", () => {
  const use = act("ec2:ModifySnapshotAttribute", OPENED + 6 * MINUTE, {
    userIdentity: roleIdentity("ASIAROLE000000000001"),
  });
  const issue = act(
    "sts:AssumeRole",
    OPENED + 5 * MINUTE,
    assumed("ASIAROLE000000000001", OPENED + 20 * MINUTE),
  );
  const first = (): { trail: Trail; due: readonly number[] } => {
    const trail = new Trail(interestOf([ACCOUNT], [KEY]));
    const given = [[use], [issue, ...goodEvents()]];
    for (const [index, events] of given.entries()) {
      const reader = trail.open(`${index}.json`);
      reader.push(bytes({ Records: events }));
      reader.end(`0${index}`.repeat(32));
    }
    return { trail, due: trail.due() };
  };

  it("and fails then, is an error, and proves nothing", () => {
    const { trail, due } = first();
    expect(due).toEqual([0]);
    trail.again(0).failed("EIO");
    const found = review(trail, question());
    expect(found.findings).toContainEqual(
      expect.objectContaining({
        code: "TRAIL_FILE_UNREADABLE",
        severity: "error",
        about: { file: "0.json", why: "read once more, EIO" },
      }),
    );
    expect(found.verdict).toBe("EXPLAIN");
    expect(found.files[0]?.sha256).toBeNull();
  });

  const read = (sha256: string): Review => {
    const { trail } = first();
    const reader = trail.again(0);
    reader.push(bytes({ Records: [use] }));
    reader.end(sha256);
    return review(trail, question());
  };

  it("and has other bytes then, is an error too; the same bytes are none", () => {
    expect(codes(read("ff".repeat(32)), "error")).toContain("TRAIL_FILE_CHANGED");
    expect(codes(read("00".repeat(32)))).not.toContain("TRAIL_FILE_CHANGED");
  });
});
