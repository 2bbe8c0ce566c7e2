import { fail } from "./errors.ts";

/**
 * Services profiles: what an access window allows, as a closed table. A profile's wildcards stay
 * under the boundary's ceiling, which takes every action named here and nothing else.
 */
export const PROFILES = {
  /** Bring a service back: compute, databases, storage, traffic, and reading what went wrong. */
  "restore-service": [
    "ec2:*",
    "autoscaling:*",
    "elasticloadbalancing:*",
    "rds:*",
    "s3:*",
    "route53:*",
    "cloudwatch:*",
    "logs:*",
    "codepipeline:*StageTransition",
    "codepipeline:Get*",
    "codepipeline:List*",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "kms:CreateGrant",
    "secretsmanager:GetSecretValue",
    "secretsmanager:DescribeSecret",
    "cloudtrail:LookupEvents",
    "health:Describe*",
    "support:*",
  ],
  /** Look, change nothing. */
  "read-only": [
    "ec2:Describe*",
    "autoscaling:Describe*",
    "elasticloadbalancing:Describe*",
    "rds:Describe*",
    "s3:Get*",
    "s3:List*",
    "route53:Get*",
    "route53:List*",
    "cloudwatch:Describe*",
    "cloudwatch:Get*",
    "cloudwatch:List*",
    "logs:Describe*",
    "logs:Get*",
    "logs:FilterLogEvents",
    "logs:StartQuery",
    "codepipeline:Get*",
    "codepipeline:List*",
    "kms:Decrypt",
    "kms:DescribeKey",
    "cloudtrail:LookupEvents",
    "health:Describe*",
  ],
} as const satisfies Record<string, readonly string[]>;

export type Profile = keyof typeof PROFILES;

/** Two harmless calls that policies govern: they prove that a window is open, or the latch shut. */
export const PROBES = {
  /** IAM's one region. */
  iam: "iam:GetAccountSummary",
  /** Any region's own STS endpoint. Not GetCallerIdentity: no policy governs that. */
  regional: "sts:GetAccessKeyInfo",
} as const;

/** Actions of services without regions, or answered from one: exempt where a region is denied. */
export const GLOBAL_ACTIONS: readonly string[] = [
  "iam:*",
  "route53:*",
  "support:*",
  "health:*",
  "s3:ListAllMyBuckets",
];

export function profileActions(profile: string): readonly string[] {
  return Object.hasOwn(PROFILES, profile)
    ? PROFILES[profile as Profile]
    : fail("PROFILE_UNKNOWN", { profile, known: Object.keys(PROFILES).join(", ") });
}
