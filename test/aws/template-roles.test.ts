import { describe, expect, it } from "vitest";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { forwardPolicy, reaperPolicy } from "../../aws/documents/template/documents.ts";
import { latchPolicy, windowPolicy } from "../../aws/documents/window.ts";
import { ACCOUNT, type Question } from "./judges.ts";
import {
  plan,
  kit,
  iam,
  arn,
  EMERGENCY,
  ACTIVATOR,
  REAPER,
  FORWARD,
  PAGE,
  RULE,
  BUS,
  MEMORY,
  QUEUE,
  KEY,
  LATCHED,
  under,
} from "./under-scp.ts";

describe("roles of the kit, under the SCP", () => {
  it.each<readonly [string, string, Question["context"], boolean]>([
    ["iam:ListAttachedUserPolicies", EMERGENCY, {}, true],
    ["iam:GetLoginProfile", ACTIVATOR, {}, true],
    [
      "iam:AttachUserPolicy",
      EMERGENCY,
      { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll" },
      true,
    ],
    [
      "iam:AttachUserPolicy",
      ACTIVATOR,
      { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll" },
      true,
    ],
    [
      "iam:AttachUserPolicy",
      EMERGENCY,
      { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
      false,
    ],
    [
      "iam:AttachUserPolicy",
      iam("user/bob"),
      { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll" },
      false,
    ],
    [
      "iam:DetachUserPolicy",
      EMERGENCY,
      { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll" },
      false,
    ],
    ["iam:DetachUserPolicy", EMERGENCY, LATCHED, false],
    ["iam:UpdateAccessKey", EMERGENCY, {}, true],
    ["iam:UpdateAccessKey", ACTIVATOR, {}, true],
    ["iam:UpdateAccessKey", iam("user/bob"), {}, false],
    ["iam:CreateAccessKey", EMERGENCY, {}, false],
    ["iam:PutUserPolicy", EMERGENCY, {}, false],
    ["iam:DeleteLoginProfile", EMERGENCY, {}, true],
    ["ssm:PutParameter", MEMORY, {}, true],
    ["ssm:PutParameter", arn("ssm", "parameter/shop"), {}, false],
    ["sns:Publish", PAGE, {}, true],
    ["sns:Publish", arn("sns", "orders"), {}, false],
    ["kms:GenerateDataKey", KEY, { "kms:ResourceAliases": ["alias/breakglass-alarm"] }, true],
    ["kms:GenerateDataKey", KEY, { "kms:ResourceAliases": ["alias/shop"] }, false],
    ["sqs:SendMessage", QUEUE, {}, true],
    ["ec2:DescribeInstances", "*", {}, false],
  ])("the reaper: %s on %s %j is %s", async (action, resource, context, allowed) => {
    expect(await under(REAPER, [reaperPolicy(plan, ACCOUNT)], action, resource, context)).toBe(
      allowed,
    );
  });

  it("the forwarding role puts events on three buses, and nothing else", async () => {
    const policy = forwardPolicy(plan, ACCOUNT, "999988887777");
    const ask = (action: string, resource: string) => under(FORWARD, [policy], action, resource);
    expect(await ask("events:PutEvents", BUS)).toBe(true);
    expect(
      await ask("events:PutEvents", arn("events", "event-bus/breakglass-alarm", "us-west-2")),
    ).toBe(true);
    expect(await ask("events:PutEvents", arn("events", "event-bus/default"))).toBe(false);
    expect(await ask("events:DisableRule", RULE)).toBe(false);
  });
});

const naming = (action: string) => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: EMERGENCY }, Action: action, Resource: "*" }],
});

describe("resource policies that name the emergency user", () => {
  const window = windowPolicy({
    nbf: "2026-06-18T02:18:00Z",
    until: "2026-06-18T03:05:00Z",
    tokensFrom: "2026-06-18T02:20:00Z",
    incident: "INC-2026-0618",
    regions: plan.regions,
    profile: "restore-service",
  });
  const inside = {
    "aws:RequestedRegion": "us-east-1",
    "aws:PrincipalTag/IncidentId": "INC-2026-0618",
  };
  it.each([
    ["at rest: a bucket's", [latchPolicy()], "s3:GetObject", "arn:aws:s3:::data/x", {}, false],
    [
      "a queue's, beyond the ceiling",
      [window],
      "sqs:SendMessage",
      arn("sqs", "queue"),
      inside,
      false,
    ],
    ["a function's", [window], "lambda:InvokeFunction", arn("lambda", "function:x"), inside, false],
    [
      "a secret's, inside the profile",
      [window],
      "secretsmanager:GetSecretValue",
      arn("secretsmanager", "secret:x-AbCdEf"),
      inside,
      true,
    ],
    [
      "a secret's, after the deadline",
      [window],
      "secretsmanager:GetSecretValue",
      arn("secretsmanager", "secret:x-AbCdEf"),
      { ...inside, "aws:CurrentTime": "2026-06-18T03:05:00Z" },
      false,
    ],
    [
      "a secret's, in another region",
      [window],
      "secretsmanager:GetSecretValue",
      arn("secretsmanager", "secret:x-AbCdEf", "us-west-2"),
      { ...inside, "aws:RequestedRegion": "us-west-2" },
      false,
    ],
    ["a bucket's, to delete", [window], "s3:DeleteObject", "arn:aws:s3:::data/x", inside, false],
    ["a topic's", [window], "sns:Publish", PAGE, inside, false],
  ] as const)("%s: %j", async (_, identity, action, resource, context, allowed) => {
    expect(
      await under(EMERGENCY, identity, action, resource, context, {
        boundary: boundaryPolicy(kit),
        resourcePolicy: naming(action),
      }),
    ).toBe(allowed);
  });
});
