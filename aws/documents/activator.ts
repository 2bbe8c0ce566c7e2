import { type Kit, WINDOW_TAGS } from "./kit.ts";
import { type Policy, policy, QUOTA, trustPolicy, type TrustPolicy } from "./policy.ts";

const READS = [
  "iam:GetUser",
  "iam:ListUserTags",
  "iam:ListAccessKeys",
  "iam:GetAccessKeyLastUsed",
  "iam:ListUserPolicies",
  "iam:GetUserPolicy",
  "iam:ListAttachedUserPolicies",
  "iam:ListGroupsForUser",
  "iam:GetLoginProfile",
  "iam:ListMFADevices",
  "iam:ListSSHPublicKeys",
  "iam:ListServiceSpecificCredentials",
  "iam:ListSigningCertificates",
] as const;

const KIT_READS = ["iam:GetPolicy", "iam:GetPolicyVersion"] as const;

const WRITES = [
  "iam:AttachUserPolicy",
  "iam:DetachUserPolicy",
  "iam:PutUserPolicy",
  "iam:DeleteUserPolicy",
  "iam:UpdateAccessKey",
  "iam:DeleteLoginProfile",
  "iam:TagUser",
] as const;

const MFA = { Bool: { "aws:MultiFactorAuthPresent": "true" } } as const;

/**
 * The activator's rights: one user, one latch, one boundary, three tags. Every write needs MFA but
 * attaching the latch, which only shuts. GetSessionToken, by which the MFA comes, needs no permission
 * at AWS, and so is not allowed here; that no Deny may meet it either is as AWS's own example of
 * forced MFA has it (IAM user guide, "Allows MFA-authenticated IAM users to manage their own credentials").
 */
export function activatorPolicy(kit: Kit): Policy {
  const target = kit.emergencyUser.arn;
  const kitPolicies = [kit.latchArn, kit.boundaryArn, kit.activatorPolicyArn];
  const latchOnly = { ArnEquals: { "iam:PolicyARN": kit.latchArn } } as const;
  return policy("BreakGlassActivator", QUOTA.managed, [
    { Sid: "ReadTarget", Effect: "Allow", Action: READS, Resource: target },
    { Sid: "ReadKit", Effect: "Allow", Action: KIT_READS, Resource: kitPolicies },
    {
      Sid: "LatchOn",
      Effect: "Allow",
      Action: "iam:AttachUserPolicy",
      Resource: target,
      Condition: latchOnly,
    },
    {
      Sid: "LatchOff",
      Effect: "Allow",
      Action: "iam:DetachUserPolicy",
      Resource: target,
      Condition: { ...latchOnly, ...MFA },
    },
    {
      Sid: "WindowUnderBoundary",
      Effect: "Allow",
      Action: ["iam:PutUserPolicy", "iam:DeleteUserPolicy"],
      Resource: target,
      Condition: { ArnEquals: { "iam:PermissionsBoundary": kit.boundaryArn }, ...MFA },
    },
    {
      Sid: "Keys",
      Effect: "Allow",
      Action: ["iam:UpdateAccessKey", "iam:DeleteLoginProfile"],
      Resource: target,
      Condition: MFA,
    },
    {
      Sid: "WindowTags",
      Effect: "Allow",
      Action: "iam:TagUser",
      Resource: target,
      Condition: {
        "ForAllValues:StringEquals": { "aws:TagKeys": WINDOW_TAGS },
        Null: { "aws:TagKeys": "false" },
        ...MFA,
      },
    },
    {
      Sid: "Closer",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: kit.closerRole.arn,
    },
    {
      Sid: "NothingElse",
      Effect: "Deny",
      NotAction: [
        ...READS,
        ...KIT_READS,
        ...WRITES,
        "sts:AssumeRole",
        "sts:GetCallerIdentity",
        "sts:GetSessionToken",
      ],
      Resource: "*",
    },
    {
      Sid: "NobodyElse",
      Effect: "Deny",
      Action: ["iam:*", "sts:AssumeRole"],
      NotResource: [target, ...kitPolicies, kit.closerRole.arn],
    },
  ]);
}

/** What the closer role may do: attach the latch to the emergency user. It shuts, never opens. */
export const closerRolePolicy = (kit: Kit): Policy =>
  policy("BreakGlassCloser", QUOTA.managed, [
    {
      Sid: "LatchOn",
      Effect: "Allow",
      Action: "iam:AttachUserPolicy",
      Resource: kit.emergencyUser.arn,
      Condition: { ArnEquals: { "iam:PolicyARN": kit.latchArn } },
    },
  ]);

export const closerTrustPolicy = (kit: Kit): TrustPolicy =>
  trustPolicy("BreakGlassCloser", [
    {
      Sid: "CloserAndActivator",
      Effect: "Allow",
      Principal: { AWS: [kit.closerUser.arn, kit.activatorUser.arn] },
      Action: "sts:AssumeRole",
    },
  ]);

/** What the closer user may do: become the closer role. */
export const closerUserPolicy = (kit: Kit): Policy =>
  policy("BreakGlassCloserUser", QUOTA.inlineOfUser, [
    {
      Sid: "BecomeCloser",
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Resource: kit.closerRole.arn,
    },
    {
      Sid: "NothingElse",
      Effect: "Deny",
      NotAction: ["sts:AssumeRole", "sts:GetCallerIdentity"],
      Resource: "*",
    },
  ]);
