import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPolicy } from "../../practice/aws/judge/policy.ts";
import { ACCOUNT, byPracticeAws, independently, type Question } from "../aws/judges.ts";

const USERS = ["alice", "bob", "breakglass/bg-emergency"] as const;
const ARNS = USERS.map((name) => `arn:aws:iam::${ACCOUNT}:user/${name}`);
const POLICIES = [`arn:aws:iam::${ACCOUNT}:policy/Latch`, "arn:aws:iam::aws:policy/AWSDenyAll"];
const ACTIONS = [
  "iam:AttachUserPolicy",
  "iam:TagUser",
  "iam:GetUser",
  "iam:PutUserPolicy",
] as const;

const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 3 });
const pick = <T>(...items: readonly T[]) => fc.constantFrom(...items);

const actionPattern = pick(
  ...ACTIONS,
  "*",
  "iam:*",
  "iam:Get*",
  "IAM:getuser",
  "iam:*User",
  "iam:?agUser",
  "iam:*UserPolicy",
  "ec2:*",
);
const resourcePattern = pick(
  ...ARNS,
  "*",
  `arn:aws:iam::${ACCOUNT}:user/*`,
  `arn:aws:iam::${ACCOUNT}:user/a????`,
  `arn:aws:iam::*:user/break*`,
  `arn:aws:iam::${ACCOUNT}:user/\${aws:username}`,
);

const dates = pick(
  "2026-06-18T02:00:00Z",
  "2026-06-18T03:05:00Z",
  "2026-06-18T03:05:01Z",
  "2027-01-01T00:00:00Z",
);
const truth = pick("true", "false");
const numbers = pick("1", "10", "900", "3600");
const names = pick("alice", "Alice", "bob", "INC-1", "inc-1", "${aws:username}");
const nameLikes = pick("a*", "?lice", "INC-*", "*", "bob", "${aws:username}");
const tagKeys = pick("IncidentId", "BreakGlassUntil", "Team");

const suffix = pick("", "IfExists");
const conditionOn = (
  operators: readonly string[],
  keys: readonly string[],
  values: fc.Arbitrary<string>,
  prefix: fc.Arbitrary<string> = fc.constant(""),
) =>
  fc
    .tuple(prefix, pick(...operators), suffix, pick(...keys), few(values))
    .map(([before, operator, after, key, wanted]) => ({
      [`${before}${operator}${after}`]: { [key]: wanted },
    }));

const comparisons = (kind: string) =>
  ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
    (name) => `${kind}${name}`,
  );

const condition = fc.oneof(
  conditionOn(
    ["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"],
    ["aws:username", "aws:PrincipalTag/IncidentId", "aws:RequestedRegion"],
    names,
  ),
  conditionOn(
    ["StringLike", "StringNotLike"],
    ["aws:username", "aws:PrincipalTag/IncidentId"],
    nameLikes,
  ),
  conditionOn(comparisons("Date"), ["aws:CurrentTime", "aws:TokenIssueTime"], dates),
  conditionOn(comparisons("Numeric"), ["aws:MultiFactorAuthAge"], numbers),
  conditionOn(["Bool"], ["aws:MultiFactorAuthPresent", "aws:SecureTransport"], truth),
  conditionOn(
    ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    ["aws:PrincipalArn"],
    pick(
      ...ARNS,
      `arn:aws:iam::${ACCOUNT}:user/*`,
      "arn:aws:iam::*:user/a*",
      "arn:*:*:*:*:*",
      "arn:aws:i?m::*:user/?ob",
    ),
  ),
  // No ARN at all: a wildcard does not reach over a colon.
  conditionOn(["ArnEquals", "ArnLike"], ["aws:PrincipalArn"], pick("arn:*", "arn:aws:*:user/ada")),
  conditionOn(
    ["StringEquals", "StringNotEquals", "StringLike"],
    ["aws:TagKeys"],
    tagKeys,
    pick("ForAllValues:", "ForAnyValue:"),
  ),
  fc
    .tuple(pick("aws:TokenIssueTime", "aws:TagKeys", "aws:MultiFactorAuthPresent"), truth)
    .map(([key, value]) => ({ Null: { [key]: value } })),
);

/** Operators of several conditions in one statement; the same operator twice merges its keys. */
const conditions = fc
  .array(condition, { maxLength: 2 })
  .map((list) => (list.length === 0 ? {} : { Condition: Object.assign({}, ...list) as object }));

const statement = fc
  .tuple(
    pick("Allow", "Allow", "Deny"),
    pick("Action", "Action", "NotAction"),
    few(actionPattern),
    pick("Resource", "Resource", "NotResource"),
    few(resourcePattern),
    conditions,
  )
  .map(([Effect, actionName, actions, resourceName, resources, rest]) => ({
    Effect,
    [actionName]: actions,
    [resourceName]: resources,
    ...rest,
  }));

const policy = few(statement).map((Statement) => ({ Version: "2012-10-17", Statement }));

const context = fc
  .record(
    {
      "aws:CurrentTime": dates,
      "aws:TokenIssueTime": dates,
      "aws:MultiFactorAuthPresent": truth,
      "aws:MultiFactorAuthAge": numbers,
      "aws:SecureTransport": truth,
      "aws:RequestedRegion": pick("us-east-1", "eu-west-1"),
      "aws:PrincipalTag/IncidentId": pick("INC-1", "INC-2"),
      "aws:username": pick("alice", "bob"),
      "aws:TagKeys": fc.uniqueArray(tagKeys, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ["aws:CurrentTime", "aws:SecureTransport", "aws:RequestedRegion"] },
  )
  .map((record) => record as Record<string, string | string[]>);

const question: fc.Arbitrary<Question> = fc
  .record({
    principal: pick(...ARNS),
    action: pick(...ACTIONS),
    resource: pick(...ARNS),
    context,
    identity: few(policy),
    boundary: fc.option(policy, { nil: undefined }),
  })
  // Keys that AWS puts into the context of one action only.
  .map((asked) => ({
    ...asked,
    context: Object.fromEntries(
      Object.entries(asked.context).filter(
        ([key]) => key !== "aws:TagKeys" || asked.action === "iam:TagUser",
      ),
    ),
  }));

describe("practice AWS's evaluator", () => {
  it("agrees with an independent one on any policy and request", async () => {
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const independent = await independently(asked);
        if (independent) allowed += 1;
        expect(byPracticeAws(asked)).toBe(independent);
      }),
      { numRuns: 3000 },
    );
    // The comparison means little if nearly everything is refused.
    expect(allowed).toBeGreaterThan(150);
  }, 60_000);

  it.each(POLICIES)("compares iam:PolicyARN: %s", async (arn) => {
    for (const wanted of POLICIES) {
      const asked = {
        principal: ARNS[0] ?? "",
        action: "iam:AttachUserPolicy",
        resource: ARNS[1] ?? "",
        context: { "iam:PolicyARN": arn },
        identity: [
          {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "iam:AttachUserPolicy",
                Resource: "*",
                Condition: { ArnEquals: { "iam:PolicyARN": wanted } },
              },
            ],
          },
        ],
      };
      expect(byPracticeAws(asked)).toBe(arn === wanted);
      expect(await independently(asked)).toBe(arn === wanted);
    }
  });

  it("a date that a policy variable should supply never compares: the deadline is a literal", () => {
    const asked = {
      principal: ARNS[0] ?? "",
      action: "iam:GetUser",
      resource: ARNS[0] ?? "",
      context: {
        "aws:CurrentTime": "2026-06-18T02:00:00Z",
        "aws:PrincipalTag/Until": "2099-01-01T00:00:00Z",
      },
      identity: [
        {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "*",
              Resource: "*",
              Condition: {
                DateLessThan: { "aws:CurrentTime": "${aws:PrincipalTag/Until}" },
              },
            },
          ],
        },
      ],
    };
    expect(byPracticeAws(asked)).toBe(false);
  });

  it("refuses a condition operator that it does not know, rather than ignore it", () => {
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Action: "*",
          Resource: "*",
          Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
        },
      ],
    });
    expect(() => readPolicy(text)).toThrow("Invalid Condition type");
  });
});
