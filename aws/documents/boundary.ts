import type { Kit } from "./kit.ts";
import { type Policy, policy, QUOTA } from "./policy.ts";
import { ceilingOf, GLOBAL_ACTIONS } from "./profiles.ts";

/** Ways to keep or give away access after the window, out of the ceiling's wildcards. */
const PERSISTENCE: readonly string[] = [
  "ec2:ModifySnapshotAttribute",
  "ec2:ModifyImageAttribute",
  "ec2:ModifyFpgaImageAttribute",
  "ec2:Create*ExportTask",
  "ec2:ExportImage",
  "ec2:CreateStoreImageTask",
  // userData runs as root with the instance's role: a way to that role without iam:PassRole.
  "ec2:ModifyInstanceAttribute",
  "ec2:Disable*BlockPublicAccess",
  "ec2:*VpcPeeringConnection",
  "ec2:CreateVpn*",
  "ec2:CreateClientVpn*",
  "ec2:CreateTransitGateway*",
  "ec2:CreateInstanceConnectEndpoint",
  "ec2:*VpcEndpointService*",
  "ec2:EnableSerialConsoleAccess",
  "rds:Modify*SnapshotAttribute",
  "rds:StartExportTask",
  "rds:AddRoleTo*",
  "s3:*BucketPolicy",
  "s3:PutBucketAcl",
  "s3:PutObject*Acl",
  "s3:*PublicAccessBlock",
  "s3:PutBucketOwnershipControls",
  "s3:PutReplicationConfiguration",
  "s3:PutBucketNotification",
  "s3:*AccessPoint*",
  "logs:PutSubscriptionFilter",
  "logs:Put*Destination*",
  "logs:Put*Policy",
  "logs:PutMetricFilter",
  "logs:CreateDelivery",
  "cloudwatch:Put*Alarm",
  "cloudwatch:PutMetricStream",
  "autoscaling:PutLifecycleHook",
  "autoscaling:PutNotificationConfiguration",
  "route53:*VPC*",
];

/** Ways to lose the evidence, out of the ceiling's wildcards. */
const EVIDENCE: readonly string[] = [
  "logs:Delete*",
  "logs:DisassociateKmsKey",
  "cloudwatch:DeleteAlarms",
  "cloudwatch:Disable*",
  "cloudwatch:SetAlarmState",
  "ec2:DeleteFlowLogs",
  "s3:BypassGovernanceRetention",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutObjectRetention",
  "s3:PutObjectLegalHold",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketLogging",
  "s3:PutBucketVersioning",
];

/** What an incident does not need: it is stopped, detached or replaced, and deleted another day. */
const DESTRUCTION: readonly string[] = [
  "autoscaling:Delete*",
  "ec2:Delete*",
  "ec2:DeregisterImage",
  "ec2:ReleaseAddress",
  "ec2:TerminateInstances",
  "elasticloadbalancing:Delete*",
  "kms:Disable*",
  "kms:ScheduleKeyDeletion",
  "rds:Delete*",
  "route53:Delete*",
  "s3:Delete*",
  "secretsmanager:Delete*",
  "sso:Delete*",
];

/**
 * The emergency user's permissions boundary: what it can never do, whatever policy is written to
 * it. The ceiling is an explicit Deny of all else (a boundary that is only silent gives way to a
 * resource policy naming the user), so its Allow need not repeat the list; and IAM writes, PassRole,
 * AssumeRole, federation and the audit services need no list of their own. The lists below it hold
 * even where a profile's wildcard is wider than its author saw. After `kitExpires` all is denied.
 */
export function boundaryPolicy(kit: Kit): Policy {
  const buckets = kit.evidenceBuckets.map((name) => `arn:${kit.partition}:s3:::${name}`);
  return policy("BreakGlassEmergencyBoundary", QUOTA.managed, [
    { Sid: "UpToTheCeiling", Effect: "Allow", Action: "*", Resource: "*" },
    {
      Sid: "NothingElse",
      Effect: "Deny",
      NotAction: [...ceilingOf(kit.profiles), "sts:GetCallerIdentity"],
      Resource: "*",
    },
    {
      Sid: "GrantsForServicesOnly",
      Effect: "Deny",
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: { BoolIfExists: { "kms:GrantIsForAWSResource": "false" } },
    },
    { Sid: "NoPersistence", Effect: "Deny", Action: PERSISTENCE, Resource: "*" },
    { Sid: "NoDestruction", Effect: "Deny", Action: DESTRUCTION, Resource: "*" },
    { Sid: "NoEvidenceTampering", Effect: "Deny", Action: EVIDENCE, Resource: "*" },
    ...(buckets.length === 0
      ? []
      : [
          {
            Sid: "NoEvidenceWrites",
            Effect: "Deny" as const,
            Action: ["s3:Put*", "s3:Delete*", "s3:Replicate*", "s3:Restore*"],
            Resource: buckets.flatMap((bucket) => [bucket, `${bucket}/*`]),
          },
        ]),
    {
      Sid: "Regions",
      Effect: "Deny",
      NotAction: GLOBAL_ACTIONS,
      Resource: "*",
      Condition: { StringNotEquals: { "aws:RequestedRegion": kit.regions } },
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "KitExpiry",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { DateGreaterThanEquals: { "aws:CurrentTime": kit.kitExpires } },
    },
  ]);
}
