import { describe, expect, it } from "vitest";
import {
  activatorPolicy,
  closerRolePolicy,
  closerUserPolicy,
} from "../../aws/documents/activator.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { policyText, QUOTA } from "../../aws/documents/policy.ts";
import { scpPolicy } from "../../aws/documents/template/scp.ts";
import { latchPolicy } from "../../aws/documents/window.ts";
import { ACCOUNT, independently, type Question } from "./judges.ts";
import { planFor } from "./plans.ts";
import {
  kit,
  anything,
  iam,
  arn,
  ADMIN,
  SECURITY,
  DEPLOY,
  EMERGENCY,
  ACTIVATOR,
  REAPER,
  FORWARD,
  CLOSER,
  FUNCTION,
  PAGE,
  RULE,
  BUS_RULE,
  BUS,
  MEMORY,
  QUEUE,
  ALARM,
  STACK,
  KEY,
  OURS,
  LATCHED,
  MFA,
  NOW,
  under,
} from "./under-scp.ts";

/** What would undo the kit, or blind its alarm: action, resource, context. */
type Asked = readonly [action: string, resource: string, context?: Question["context"]];
const UNDOINGS: readonly Asked[] = [
  ["iam:CreateAccessKey", EMERGENCY],
  ["iam:UpdateAccessKey", EMERGENCY],
  ["iam:DeleteAccessKey", EMERGENCY],
  ["iam:CreateLoginProfile", EMERGENCY],
  ["iam:UpdateLoginProfile", EMERGENCY],
  ["iam:PutUserPolicy", EMERGENCY],
  [
    "iam:AttachUserPolicy",
    EMERGENCY,
    { "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  ["iam:DetachUserPolicy", EMERGENCY, LATCHED],
  ["iam:DetachUserPolicy", EMERGENCY, { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll" }],
  ["iam:PutUserPermissionsBoundary", EMERGENCY],
  ["iam:DeleteUserPermissionsBoundary", EMERGENCY],
  ["iam:TagUser", EMERGENCY],
  ["iam:UpdateUser", EMERGENCY],
  ["iam:DeleteUser", EMERGENCY],
  ["iam:UploadSSHPublicKey", EMERGENCY],
  ["iam:UploadSigningCertificate", EMERGENCY],
  ["iam:CreateServiceSpecificCredential", EMERGENCY],
  ["iam:EnableMFADevice", ACTIVATOR],
  ["iam:DeactivateMFADevice", ACTIVATOR],
  ["iam:DeleteVirtualMFADevice", kit.mfaSerial],
  ["iam:CreateAccessKey", ACTIVATOR],
  ["iam:PutUserPolicy", ACTIVATOR],
  ["iam:CreateUser", iam("user/breakglass/bg-second")],
  ["iam:CreatePolicyVersion", kit.boundaryArn],
  ["iam:SetDefaultPolicyVersion", kit.boundaryArn],
  ["iam:DeletePolicy", kit.latchArn],
  ["iam:CreatePolicyVersion", kit.activatorPolicyArn],
  ["iam:UpdateAssumeRolePolicy", CLOSER],
  ["iam:PutRolePolicy", REAPER],
  ["iam:DetachRolePolicy", REAPER],
  ["iam:DeleteRole", FORWARD],
  ["iam:PassRole", REAPER],
  ["iam:CreateRole", iam("role/breakglass/Mine")],
  ["iam:CreateRole", SECURITY],
  ["iam:UpdateAssumeRolePolicy", SECURITY],
  ["iam:AttachRolePolicy", DEPLOY],
  ["lambda:UpdateFunctionCode", FUNCTION],
  ["lambda:UpdateFunctionConfiguration", FUNCTION],
  ["lambda:PutFunctionConcurrency", FUNCTION],
  ["lambda:DeleteFunction", FUNCTION],
  ["lambda:AddPermission", FUNCTION],
  ["ssm:PutParameter", MEMORY],
  ["ssm:DeleteParameter", MEMORY],
  ["sns:DeleteTopic", PAGE],
  ["sns:SetTopicAttributes", PAGE],
  ["sns:Subscribe", PAGE],
  ["sns:RemovePermission", PAGE],
  // These two name no topic: IAM knows no resource for them.
  ["sns:Unsubscribe", "*"],
  ["sns:SetSubscriptionAttributes", "*"],
  ["sns:Publish", PAGE],
  ["events:DisableRule", RULE],
  ["events:DeleteRule", RULE],
  ["events:PutRule", RULE],
  ["events:PutTargets", BUS_RULE],
  ["events:RemoveTargets", BUS_RULE],
  ["events:DeleteEventBus", BUS],
  ["events:PutEvents", BUS],
  ["events:PutPermission", "*"],
  ["sqs:PurgeQueue", QUEUE],
  ["sqs:DeleteQueue", QUEUE],
  ["cloudwatch:DeleteAlarms", ALARM],
  ["cloudwatch:DisableAlarmActions", ALARM],
  ["cloudwatch:SetAlarmState", ALARM],
  ["logs:DeleteLogGroup", arn("logs", "log-group:/aws/lambda/breakglass-reaper")],
  ["cloudformation:DeleteStack", STACK],
  ["cloudformation:UpdateStack", STACK],
  ["kms:ScheduleKeyDeletion", KEY, OURS],
  ["kms:DisableKey", KEY, OURS],
  ["kms:PutKeyPolicy", KEY, OURS],
  ["kms:UntagResource", KEY, OURS],
  ["cloudtrail:StopLogging", arn("cloudtrail", "trail/org")],
  ["cloudtrail:PutEventSelectors", arn("cloudtrail", "trail/org")],
  ["config:StopConfigurationRecorder", "*"],
  ["config:PutConfigurationRecorder", "*"],
  ["guardduty:DeleteDetector", arn("guardduty", "detector/x")],
  ["guardduty:CreateFilter", "*"],
  ["guardduty:UpdateFilter", arn("guardduty", "detector/x/filter/y")],
  ["account:EnableRegion", `arn:aws:account::${ACCOUNT}:account`],
  ["organizations:LeaveOrganization", "*"],
  ["account:CloseAccount", `arn:aws:account::${ACCOUNT}:account`],
];

describe("one account administrator against the kit, under the SCP", () => {
  it.each(UNDOINGS.map(([action, resource, context = {}]) => [action, resource, context] as const))(
    "can't %s on %s",
    async (action, resource, context) => {
      expect(await under(ADMIN, [anything], action, resource, context)).toBe(false);
      // The control: without the SCP nothing else holds the administrator back.
      expect(await under(ADMIN, [anything], action, resource, context, { scp: undefined })).toBe(
        true,
      );
    },
  );

  it("adding the emergency user to a group gives it no more than its boundary's ceiling", async () => {
    // AddUserToGroup names the group, so no SCP on the user sees it; the boundary does.
    const more = { boundary: boundaryPolicy(kit) };
    expect(
      await under(
        EMERGENCY,
        [latchPolicy(), anything],
        "ec2:StopInstances",
        arn("ec2", "instance/i-0123456789abcdef0"),
        {},
        more,
      ),
    ).toBe(false);
    expect(await under(EMERGENCY, [anything], "iam:CreateUser", iam("user/x"), {}, more)).toBe(
      false,
    );
  });

  it.each([
    ["iam:CreateAccessKey", iam("user/bob")],
    ["iam:CreateRole", iam("role/app")],
    ["iam:PassRole", iam("role/app")],
    ["iam:GetUser", EMERGENCY],
    ["iam:ListAccessKeys", EMERGENCY],
    ["iam:GetPolicyVersion", kit.boundaryArn],
    ["lambda:UpdateFunctionCode", arn("lambda", "function:shop")],
    ["lambda:GetFunction", FUNCTION],
    ["sns:Publish", arn("sns", "orders")],
    ["sns:GetTopicAttributes", PAGE],
    ["events:PutRule", arn("events", "rule/nightly")],
    ["events:DescribeRule", RULE],
    ["ssm:PutParameter", arn("ssm", "parameter/shop")],
    ["kms:ScheduleKeyDeletion", KEY],
    ["cloudtrail:LookupEvents", "*"],
    ["ec2:TerminateInstances", arn("ec2", "instance/i-0123456789abcdef0")],
  ] as const)("keeps its own work: %s on %s", async (action, resource) => {
    expect(await under(ADMIN, [anything], action, resource)).toBe(true);
  });

  it("its root user can do nothing at all", async () => {
    for (const action of ["iam:CreateAccessKey", "ec2:DescribeInstances"])
      expect(
        await under(iam("root"), [anything], action, action.startsWith("iam") ? EMERGENCY : "*"),
      ).toBe(false);
  });
});

describe("those for whom the SCP makes an exception", () => {
  const kept = UNDOINGS.filter(
    ([action]) => !["organizations:LeaveOrganization", "account:CloseAccount"].includes(action),
  );

  it("the security role and the deploying role can mend the kit, not leave", async () => {
    for (const keeper of [SECURITY, DEPLOY]) {
      for (const [action, resource, context] of kept) {
        // What the reaper locked, security alone unlocks.
        const unlocks = String(context?.["iam:PolicyARN"]).endsWith("/AWSDenyAll");
        expect(
          await under(keeper, [anything], action, resource, context),
          `${keeper} ${action}`,
        ).toBe(!unlocks || keeper === SECURITY);
      }
      expect(await under(keeper, [anything], "organizations:LeaveOrganization", "*")).toBe(false);
    }
  });

  it.each([
    ["AttachUserPolicy", LATCHED, true],
    ["DetachUserPolicy", { ...LATCHED, ...MFA }, true],
    ["DetachUserPolicy", { "iam:PolicyARN": "arn:aws:iam::aws:policy/AWSDenyAll", ...MFA }, false],
    ["PutUserPolicy", { "iam:PermissionsBoundary": kit.boundaryArn, ...MFA }, true],
    ["UpdateAccessKey", MFA, true],
    ["CreateAccessKey", MFA, false],
    ["DeleteUserPermissionsBoundary", MFA, false],
  ] as const)("the activator does its work: %s", async (action, context, allowed) => {
    const policy = activatorPolicy(kit);
    expect(
      await under(ACTIVATOR, [policy], `iam:${action}`, EMERGENCY, context, { boundary: policy }),
    ).toBe(allowed);
  });

  it("the activator under AWSDenyAll does nothing: the reaper's lock holds", async () => {
    const denyAll = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
    };
    for (const [action, context] of [
      ["iam:DetachUserPolicy", { ...LATCHED, ...MFA }],
      ["iam:UpdateAccessKey", MFA],
      ["iam:GetUser", {}],
    ] as const)
      expect(
        await under(ACTIVATOR, [activatorPolicy(kit), denyAll], action, EMERGENCY, context),
      ).toBe(false);
  });

  it("the closer's session does its one call under the SCP, and no other", async () => {
    const policy = closerRolePolicy(kit);
    expect(await under(CLOSER, [policy], "iam:AttachUserPolicy", EMERGENCY, LATCHED)).toBe(true);
    for (const [action, resource, context] of UNDOINGS)
      expect(await under(CLOSER, [policy], action, resource, context), action).toBe(false);
    const user = closerUserPolicy(kit);
    expect(await under(kit.closerUser.arn, [user], "sts:AssumeRole", CLOSER)).toBe(true);
    expect(
      await under(kit.closerUser.arn, [user], "iam:AttachUserPolicy", EMERGENCY, LATCHED),
    ).toBe(false);
  });
});

describe("in every partition", () => {
  it.each([
    ["aws", ["us-east-1"]],
    ["aws-cn", ["cn-north-1"]],
    ["aws-us-gov", ["us-gov-west-1"]],
  ] as const)("%s: ARNs carry it, and the SCP fits", async (partition, regions) => {
    const theirs = scpPolicy(planFor({ partition, regions }));
    const text = policyText(theirs);
    expect(text.length).toBeLessThanOrEqual(QUOTA.scp);
    expect(new Set(text.match(/arn:[a-z-]+:/g))).toEqual(new Set([`arn:${partition}:`]));
    const other = (principal: string) =>
      independently({
        principal: `arn:${partition}:iam::${ACCOUNT}:role/${principal}`,
        action: "iam:UpdateAccessKey",
        resource: `arn:${partition}:iam::${ACCOUNT}:user/breakglass/bg-emergency`,
        identity: [anything],
        context: NOW,
        scp: theirs,
      });
    expect(await other("AccountAdmin")).toBe(false);
    expect(await other("OrgSecurityAdmin")).toBe(true);
  });

  it("a role of the same name under another path is not the keeper", async () => {
    for (const name of [
      "role/team/OrgSecurityAdmin",
      "role/OrgSecurityAdmins",
      "user/OrgSecurityAdmin",
    ])
      expect(await under(iam(name), [anything], "iam:UpdateAccessKey", EMERGENCY)).toBe(false);
  });
});
