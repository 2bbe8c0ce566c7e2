import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closure } from "../../aws/documents/trail/closure.ts";
import { readEvent, type TrailEvent } from "../../aws/documents/trail/event.ts";
import {
  ACCOUNT,
  assumed,
  event,
  iso,
  type Json,
  KEY,
  OPENED,
  roleIdentity,
  userIdentity,
} from "./trail-kit.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const USER = `arn:aws:iam::${ACCOUNT}:user/breakglass/bg-emergency`;
const seeds = { users: [USER, `${ACCOUNT}/bg-emergency`], keys: [] };

const read = (value: Json): TrailEvent => {
  const found = readEvent(value);
  if (typeof found === "string") throw new Error(found);
  return found;
};
const namesOf = (events: readonly Json[]): string[] =>
  closure(events.map(read), seeds).members.map(({ event: { name } }) => name);

const stranger = userIdentity({
  arn: `arn:aws:iam::${ACCOUNT}:user/someone`,
  userName: "someone",
  accessKeyId: "AKIASOMEONE000000001",
});

describe("the closure over keys and sessions", () => {
  it("follows a session of the user, a role, and a role chained from it", () => {
    const session = userIdentity({ accessKeyId: "ASIASESSION000000001" });
    expect(
      namesOf([
        event("sts:GetSessionToken", OPENED, {
          responseElements: { credentials: { accessKeyId: "ASIASESSION000000001" } },
        }),
        event("sts:AssumeRole", OPENED + 1000, {
          ...assumed("ASIAONE", OPENED + HOUR, "one"),
          userIdentity: session,
        }),
        event("sts:AssumeRole", OPENED + 2000, {
          ...assumed("ASIATWO", OPENED + HOUR, "two"),
          userIdentity: roleIdentity("ASIAONE", "one"),
        }),
        event("s3:ListBuckets", OPENED + 3000, { userIdentity: roleIdentity("ASIATWO", "two") }),
        event("ec2:DescribeVpcs", OPENED + 3000, { userIdentity: stranger }),
        event("ec2:DescribeHosts", OPENED + 3000, {
          userIdentity: roleIdentity("ASIAOTHER", "two", "somebody-else"),
        }),
      ]),
    ).toEqual(["GetSessionToken", "AssumeRole", "AssumeRole", "ListBuckets"]);
  });

  it("follows keys, users and roles that were made, and what a denied call did not give", () => {
    const made = userIdentity({
      arn: `arn:aws:iam::${ACCOUNT}:user/made`,
      userName: "made",
      accessKeyId: "AKIAMADE000000000001",
    });
    const role = { role: { arn: `arn:aws:iam::${ACCOUNT}:role/made`, roleName: "made" } };
    expect(
      namesOf([
        event("iam:CreateUser", OPENED, { responseElements: { user: { arn: made["arn"] } } }),
        event("ec2:DescribeVpcs", OPENED + HOUR, { userIdentity: made }),
        event("iam:CreateAccessKey", OPENED + 1000, {
          responseElements: { accessKey: { accessKeyId: "AKIASOMEONE000000001" } },
        }),
        event("ec2:DescribeHosts", OPENED + 2 * HOUR, { userIdentity: stranger }),
        event("iam:CreateRole", OPENED + 2000, { responseElements: role }),
        event("ec2:DescribeImages", OPENED + 3 * HOUR, {
          userIdentity: roleIdentity("ASIAMADE", "made"),
        }),
        event("sts:AssumeRole", OPENED + 3000, {
          ...assumed("ASIADENIED", OPENED + HOUR, "no"),
          errorCode: "AccessDenied",
        }),
        event("ec2:DescribeTags", OPENED + 4000, {
          userIdentity: roleIdentity("ASIADENIED", "no"),
        }),
      ]),
    ).toEqual([
      "CreateUser",
      "CreateAccessKey",
      "CreateRole",
      "AssumeRole",
      "DescribeVpcs",
      "DescribeHosts",
      "DescribeImages",
    ]);
  });

  it("follows a role switched to in the console, a federated user, and a failed sign-in", () => {
    const switched = roleIdentity("ASIACONSOLE", "admin", "bg-emergency");
    expect(
      namesOf([
        event("signin:SwitchRole", OPENED, {
          userIdentity: { ...switched, accessKeyId: "" },
          additionalEventData: { SwitchFrom: USER },
        }),
        event("ec2:DescribeVpcs", OPENED + 1000, { userIdentity: switched }),
        event("s3:ListBuckets", OPENED + 2000, {
          userIdentity: {
            type: "FederatedUser",
            principalId: `${ACCOUNT}:fed`,
            arn: `arn:aws:sts::${ACCOUNT}:federated-user/fed`,
            accountId: ACCOUNT,
            accessKeyId: "ASIAFED",
            sessionContext: { sessionIssuer: { type: "IAMUser", arn: USER } },
          },
        }),
        event("signin:ConsoleLogin", OPENED + 3000, {
          userIdentity: { type: "IAMUser", accountId: ACCOUNT, userName: "bg-emergency" },
          responseElements: { ConsoleLogin: "Failure" },
        }),
      ]),
    ).toEqual(["SwitchRole", "DescribeVpcs", "ListBuckets", "ConsoleLogin"]);
  });

  it("a service's forwarded call belongs by its session's name, within the session's time", () => {
    const forwarded = roleIdentity("ASIAFORWARDED", "one", "s1", {
      invokedBy: "cloudformation.amazonaws.com",
    });
    const found = closure(
      [
        event("sts:AssumeRole", OPENED, assumed("ASIAONE", OPENED + HOUR, "one")),
        event("ec2:RunInstances", OPENED + MINUTE, { userIdentity: forwarded }),
        event("ec2:StopInstances", OPENED + 2 * HOUR, {
          userIdentity: roleIdentity("ASIALATER", "one"),
        }),
        event("ec2:StartInstances", OPENED - MINUTE, {
          userIdentity: roleIdentity("ASIAEARLIER", "one"),
        }),
      ].map(read),
      seeds,
    );
    expect(found.members.map(({ event: { name }, byName }) => [name, byName])).toEqual([
      ["AssumeRole", false],
      ["RunInstances", true],
    ]);
  });

  it("reads the expiry as CloudTrail writes it", () => {
    const { credentials } = closure(
      [event("sts:AssumeRole", OPENED, assumed("ASIAONE", OPENED + HOUR, "one"))].map(read),
      seeds,
    );
    expect(credentials.find(({ mark }) => mark === "ASIAONE")).toMatchObject({
      parent: KEY,
      from: OPENED,
      until: OPENED + HOUR,
    });
  });
});

/** A small world: credentials 0..9, each event used by one and perhaps giving out another. */
const world = fc
  .array(
    fc.record({
      by: fc.integer({ min: -1, max: 9 }),
      gives: fc.option(fc.integer({ min: 0, max: 9 }), { nil: null }),
      at: fc.integer({ min: 0, max: 3600 }),
      denied: fc.boolean(),
      byName: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((items) =>
    items.map(({ by, gives, at, denied, byName }, index) => {
      const time = OPENED + at * 1000;
      const identity =
        by === -1
          ? {}
          : { userIdentity: roleIdentity(byName ? `ASIAX${index}` : `ASIA${by}`, `r${by}`) };
      const given = gives === null ? {} : assumed(`ASIA${gives}`, time + HOUR, `r${gives}`);
      return read({
        ...event("sts:AssumeRole", time, { ...identity, ...given }),
        ...(denied ? { errorCode: "AccessDenied" } : {}),
        eventID: `event-${String(index).padStart(2, "0")}`,
        eventTime: iso(time),
      });
    }),
  );

const ids = (events: readonly TrailEvent[]): string[] =>
  closure(events, seeds).members.map(({ event: { id } }) => id);

describe("properties of the closure", () => {
  it("no order of the events changes it, in any part", () => {
    fc.assert(
      fc.property(
        world.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(closure(shuffled, seeds)).toEqual(closure(events, seeds));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("the closure of its members is itself, and more events never take one away", () => {
    fc.assert(
      fc.property(world, fc.nat(), (events, cut) => {
        const all = closure(events, seeds);
        const again = closure(
          all.members.map((member) => member.event),
          seeds,
        );
        expect(again).toEqual(all);
        const part = ids(events.slice(0, cut % (events.length + 1)));
        expect(ids(events)).toEqual(expect.arrayContaining(part));
      }),
      { numRuns: 500 },
    );
  });

  it("every member but the seeds' own has a parent among the credentials", () => {
    fc.assert(
      fc.property(world, (events) => {
        const { members, credentials } = closure(events, seeds);
        const known = new Set(credentials.map(({ mark }) => mark));
        for (const { credential } of members) expect(known).toContain(credential);
        for (const { parent } of credentials) if (parent !== null) expect(known).toContain(parent);
      }),
    );
  });
});
