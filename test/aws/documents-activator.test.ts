import { describe, expect, it } from "vitest";
import {
  activatorPolicy,
  closerRolePolicy,
  closerTrustPolicy,
  closerUserPolicy,
} from "../../aws/documents/activator.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { ACCOUNT, both, judged, type Question, rows } from "./judges.ts";

const kit = kitOf(ACCOUNT, "aws", ["us-east-1", "eu-west-1"], "2027-06-30T00:00:00Z");
const anything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

const target = kit.emergencyUser.arn;
const INSTANCE = `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/i-0123456789abcdef0`;
const MFA = { "aws:MultiFactorAuthPresent": "true" };

const tags = (...keys: string[]) => ({
  "aws:TagKeys": keys,
  ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, "x"])),
});

describe("the activator", () => {
  const policy = activatorPolicy(kit);
  const ask = (action: string, resource = "*", context: Question["context"] = {}) =>
    judged({
      principal: kit.activatorUser.arn,
      action,
      resource,
      identity: [policy],
      context: { "aws:CurrentTime": "2026-06-18T02:20:00Z", ...context },
    });
  const latched = { "iam:PolicyARN": kit.latchArn };
  const bounded = { "iam:PermissionsBoundary": kit.boundaryArn };
  const admin = { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" };
  const bob = `arn:aws:iam::${ACCOUNT}:user/bob`;

  it("meets no Deny at GetSessionToken, by which its MFA comes", async () => {
    const question = {
      principal: kit.activatorUser.arn,
      resource: "*",
      identity: [policy, anything],
      context: { "aws:CurrentTime": "2026-06-18T02:20:00Z" },
    };
    expect(await judged({ ...question, action: "sts:GetSessionToken" })).toEqual(both(true));
    expect(await judged({ ...question, action: "sts:GetFederationToken" })).toEqual(both(false));
  });

  it.each(
    rows([
      ["reads the target without MFA", true, "iam:ListAccessKeys", target],
      ["reads the target's tags", true, "iam:ListUserTags", target],
      ["reads nobody else", false, "iam:ListAccessKeys", bob],
      ["reads the boundary's text", true, "iam:GetPolicyVersion", kit.boundaryArn],
      [
        "reads no other policy",
        false,
        "iam:GetPolicyVersion",
        `arn:aws:iam::${ACCOUNT}:policy/other`,
      ],
      ["attaches the latch without MFA", true, "iam:AttachUserPolicy", target, latched],
      ["attaches nothing else", false, "iam:AttachUserPolicy", target, { ...admin, ...MFA }],
      ["does not latch anybody else", false, "iam:AttachUserPolicy", bob, { ...latched, ...MFA }],
      ["lifts the latch with MFA", true, "iam:DetachUserPolicy", target, { ...latched, ...MFA }],
      ["does not lift it without", false, "iam:DetachUserPolicy", target, latched],
      [
        "does not lift it with an MFA that failed",
        false,
        "iam:DetachUserPolicy",
        target,
        { ...latched, "aws:MultiFactorAuthPresent": "false" },
      ],
      ["detaches nothing else", false, "iam:DetachUserPolicy", target, { ...admin, ...MFA }],
      ["writes the window", true, "iam:PutUserPolicy", target, { ...bounded, ...MFA }],
      ["deletes the window", true, "iam:DeleteUserPolicy", target, { ...bounded, ...MFA }],
      ["writes no window without MFA", false, "iam:PutUserPolicy", target, bounded],
      ["writes no window once the boundary is gone", false, "iam:PutUserPolicy", target, MFA],
      [
        "writes no window under another boundary",
        false,
        "iam:PutUserPolicy",
        target,
        { ...MFA, "iam:PermissionsBoundary": `arn:aws:iam::${ACCOUNT}:policy/Wide` },
      ],
      [
        "writes no policy to itself",
        false,
        "iam:PutUserPolicy",
        kit.activatorUser.arn,
        { ...bounded, ...MFA },
      ],
      ["switches the key with MFA", true, "iam:UpdateAccessKey", target, MFA],
      ["does not switch it without", false, "iam:UpdateAccessKey", target],
      ["switches nobody else's", false, "iam:UpdateAccessKey", bob, MFA],
      ["makes no keys", false, "iam:CreateAccessKey", target, MFA],
      ["deletes a login profile", true, "iam:DeleteLoginProfile", target, MFA],
      ["makes none", false, "iam:CreateLoginProfile", target, MFA],
      [
        "writes the three tags",
        true,
        "iam:TagUser",
        target,
        { ...MFA, ...tags("IncidentId", "BreakGlassUntil", "BreakGlassRecord") },
      ],
      ["writes no fourth", false, "iam:TagUser", target, { ...MFA, ...tags("IncidentId", "Team") }],
      ["writes no tags without MFA", false, "iam:TagUser", target, tags("IncidentId")],
      ["becomes the closer without MFA", true, "sts:AssumeRole", kit.closerRole.arn],
      [
        "becomes nobody else",
        false,
        "sts:AssumeRole",
        `arn:aws:iam::${ACCOUNT}:role/breakglass/Other`,
        MFA,
      ],
      [
        "removes no boundary",
        false,
        "iam:DeleteUserPermissionsBoundary",
        target,
        { ...bounded, ...MFA },
      ],
      ["changes no kit policy", false, "iam:CreatePolicyVersion", kit.boundaryArn, MFA],
      ["does nothing outside IAM", false, "ec2:DescribeInstances", "*", MFA],
    ]),
  )("%s: %s", async (_, allowed, action, resource, context) => {
    expect(await ask(action, resource, context)).toEqual(both(allowed));
  });

  it("can't widen itself: a second Allow * leaves it where it is", async () => {
    const identity = [policy, anything];
    for (const [action, resource] of [
      ["iam:CreateAccessKey", target],
      ["iam:UpdateAccessKey", bob],
      ["ec2:StopInstances", INSTANCE],
      ["sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/admin`],
    ] as const)
      expect(
        await judged({
          principal: kit.activatorUser.arn,
          action,
          resource,
          identity,
          context: MFA,
        }),
      ).toEqual(both(false));
  });
});

describe("the closer", () => {
  const session = `arn:aws:sts::${ACCOUNT}:assumed-role/BreakGlassCloser/close`;
  const ask = (action: string, resource: string, context: Question["context"] = {}) =>
    judged({
      principal: session,
      action,
      resource,
      identity: [closerRolePolicy(kit)],
      context,
    });

  it("attaches the latch to the emergency user, and that is all", async () => {
    const latched = { "iam:PolicyARN": kit.latchArn };
    expect(await ask("iam:AttachUserPolicy", target, latched)).toEqual(both(true));
    for (const [action, resource, context] of [
      ["iam:AttachUserPolicy", kit.activatorUser.arn, latched],
      ["iam:AttachUserPolicy", target, { "iam:PolicyARN": kit.boundaryArn }],
      ["iam:DetachUserPolicy", target, latched],
      ["iam:UpdateAccessKey", target, {}],
      ["iam:DeleteUserPolicy", target, {}],
    ] as const)
      expect(await ask(action, resource, context)).toEqual(both(false));
  });

  it("the closer user becomes the closer role, and that is all", async () => {
    const identity = [closerUserPolicy(kit)];
    const principal = kit.closerUser.arn;
    const as = (action: string, resource: string) =>
      judged({ principal, action, resource, identity, context: {} });
    expect(await as("sts:AssumeRole", kit.closerRole.arn)).toEqual(both(true));
    expect(await as("sts:AssumeRole", `arn:aws:iam::${ACCOUNT}:role/admin`)).toEqual(both(false));
    expect(await as("iam:GetUser", target)).toEqual(both(false));
  });

  it("the role trusts the closer and the activator", () => {
    expect(closerTrustPolicy(kit).Statement).toMatchObject([
      { Effect: "Allow", Principal: { AWS: [kit.closerUser.arn, kit.activatorUser.arn] } },
    ]);
  });
});
