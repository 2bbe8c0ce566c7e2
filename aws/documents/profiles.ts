import { fail } from "./errors.ts";

/** A right that reaches beyond the profile's own services. */
export interface Need {
  readonly right: string;
  /** Whether the profile has it; if not, `why` says what can't be done for want of it. */
  readonly given: boolean;
  readonly why: string;
  /** What whoever has it could do with it, and whether the closing undoes that. */
  readonly opens: string;
}

/** What a responder may do, as data: the boundary's ceiling, and the window under it. */
export interface ServiceProfile {
  readonly purpose: string;
  /** All that is ever possible: the ceiling of the boundary that a kit is made with. */
  readonly actions: readonly string[];
  /**
   * The window's actions where `actions` don't fit an inline policy (2,048 characters): wider
   * patterns, which the ceiling cuts back. Absent: the same as `actions`.
   */
  readonly window?: readonly string[];
  readonly needs: readonly Need[];
}

const OBSERVE = [
  "autoscaling:Describe*",
  "cloudtrail:LookupEvents",
  "cloudwatch:Describe*",
  "cloudwatch:Get*",
  "cloudwatch:List*",
  "ec2:Describe*",
  "elasticloadbalancing:Describe*",
  "health:Describe*",
  "logs:Describe*",
  "logs:FilterLogEvents",
  "logs:Get*",
  "logs:StartQuery",
  "logs:StopQuery",
  "route53:Get*",
  "route53:List*",
] as const;

const OBSERVE_WINDOW = [
  "autoscaling:Describe*",
  "cloudtrail:LookupEvents",
  "cloudwatch:*",
  "health:Describe*",
  "logs:*",
  "support:*",
] as const;

/** None of them destroys: Delete, Terminate and Deregister are for the day after (DESTRUCTION). */
export const PROFILES = {
  "incident-readonly": {
    purpose:
      "Look, change nothing: what runs, what it says, who changed it. No contents of buckets.",
    actions: [
      ...OBSERVE,
      "codepipeline:Get*",
      "codepipeline:List*",
      "iam:Get*",
      "iam:List*",
      "kms:DescribeKey",
      "rds:Describe*",
      "s3:GetBucket*",
      "s3:ListAllMyBuckets",
      "s3:ListBucket",
      // No case is written, answered or resolved: AWS acts upon those.
      "support:Describe*",
    ],
    needs: [
      {
        right: "kms:Decrypt",
        given: false,
        why: "No object, secret or parameter can be read; log groups are decrypted by CloudWatch Logs itself.",
        opens: "It would read whatever the key protects and the reader can fetch.",
      },
      {
        right: "ec2:DescribeInstanceAttribute, logs:Get*",
        given: true,
        why: "Start-up scripts and logs say what went wrong.",
        opens:
          "Secrets that someone left in user data or in logs are read; closing does not make them unread.",
      },
    ],
  },
  "restore-service": {
    purpose:
      "Bring a service back: compute, databases, objects, traffic, and reading what went wrong.",
    actions: [
      ...OBSERVE,
      "autoscaling:*InstanceRefresh",
      "autoscaling:*Processes",
      "autoscaling:*Standby",
      "autoscaling:SetDesiredCapacity",
      "autoscaling:UpdateAutoScalingGroup",
      "codepipeline:*StageTransition",
      "codepipeline:Get*",
      "codepipeline:List*",
      "ec2:AssociateAddress",
      "ec2:AttachNetworkInterface",
      "ec2:AttachVolume",
      "ec2:CopySnapshot",
      "ec2:CreateImage",
      "ec2:CreateSnapshot*",
      "ec2:CreateTags",
      "ec2:CreateVolume",
      "ec2:DetachVolume",
      "ec2:DisassociateAddress",
      "ec2:Get*",
      "ec2:ModifyVolume",
      "ec2:RebootInstances",
      "ec2:RegisterImage",
      "ec2:RunInstances",
      "ec2:StartInstances",
      "ec2:StopInstances",
      "elasticloadbalancing:*Targets",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:ModifyTargetGroup*",
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
      "rds:AddTagsToResource",
      "rds:CopyDB*Snapshot",
      "rds:CreateDB*Snapshot",
      "rds:CreateDBInstance",
      "rds:Describe*",
      "rds:FailoverDBCluster",
      "rds:ModifyDBCluster",
      "rds:ModifyDBInstance",
      "rds:PromoteReadReplica*",
      "rds:RebootDB*",
      "rds:RestoreDB*",
      "rds:StartDB*",
      "rds:StopDB*",
      "route53:ChangeResourceRecordSets",
      "route53:UpdateHealthCheck",
      "s3:GetBucket*",
      "s3:GetObject*",
      "s3:List*",
      "s3:PutObject",
      "s3:RestoreObject",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "support:*",
    ],
    window: [
      ...OBSERVE_WINDOW,
      "autoscaling:*",
      "codepipeline:*StageTransition",
      "codepipeline:Get*",
      "codepipeline:List*",
      "ec2:*",
      "elasticloadbalancing:*",
      "kms:CreateGrant",
      "kms:Decrypt",
      "kms:DescribeKey",
      "kms:GenerateDataKey*",
      "kms:ReEncrypt*",
      "rds:*",
      "route53:*",
      "s3:*",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
    ],
    needs: [
      {
        right: "kms:CreateGrant",
        given: true,
        why: "Encrypted volumes and databases start only when EC2 and RDS get a grant on their key.",
        opens:
          "Only for AWS services (kms:GrantIsForAWSResource): the service may use the key while the disk exists. Nobody else gets one.",
      },
      {
        right: "kms:Decrypt, kms:GenerateDataKey*, kms:ReEncrypt*",
        given: true,
        why: "Secrets and objects under customer keys are read, snapshots copied from key to key.",
        opens:
          "Whatever those keys protect and the responder can fetch is read; closing does not make it unread.",
      },
      {
        right: "iam:PassRole",
        given: false,
        why: "Instances start without an instance profile; RDS without enhanced monitoring. Start the stopped instance, or let its Auto Scaling group, whose service role has the right, launch it.",
        opens:
          "Code under the passed role, which is that role's rights beyond the window, and in user data as root.",
      },
      {
        right: "s3:PutObject",
        given: true,
        why: "A file that was lost or spoilt is put back, a site is repaired. Which buckets are a service's, no kit knows.",
        opens:
          "Whatever lies under that name is overwritten, in every bucket but those of audit logs; only a versioned bucket keeps what stood there. Code or a page that is written stays, and whoever runs it runs what was written.",
      },
      {
        right: "rds:ModifyDBInstance, rds:ModifyDBCluster",
        given: true,
        why: "A restored database needs its security groups and parameters.",
        opens:
          "The master password can be set and the database made public; closing does not set it back.",
      },
      {
        right:
          "rds:CreateDBInstance, rds:RestoreDB*, rds:PromoteReadReplica*, rds:AddTagsToResource",
        given: true,
        why: "What was lost comes back from a snapshot, or from its replica.",
        opens:
          "A copy of the data that may have been made public goes on running after the closing.",
      },
      {
        right: "ec2:RunInstances",
        given: true,
        why: "A host that was lost is started anew from its image.",
        opens:
          "Its user data runs as root, inside the network; the instance goes on running after the closing.",
      },
      {
        right:
          "ec2:AssociateAddress, ec2:DisassociateAddress, ec2:AttachNetworkInterface, ec2:AttachVolume, ec2:DetachVolume, ec2:CreateTags",
        given: true,
        why: "Disks and addresses move to the host that takes over.",
        opens:
          "They stay there, a host may be public, a disk be read elsewhere, and tags may open what policies tie to them.",
      },
      {
        right:
          "autoscaling:UpdateAutoScalingGroup, autoscaling:SetDesiredCapacity, autoscaling:StartInstanceRefresh, autoscaling:RollbackInstanceRefresh, autoscaling:SuspendProcesses, autoscaling:ResumeProcesses, autoscaling:EnterStandby, autoscaling:ExitStandby, codepipeline:DisableStageTransition, codepipeline:EnableStageTransition",
        given: true,
        why: "Groups and pipelines must hold still, or roll back, while the service is mended.",
        opens: "They stay so, or go on launching and deploying what they were pointed at.",
      },
      {
        right:
          "elasticloadbalancing:RegisterTargets, elasticloadbalancing:DeregisterTargets, elasticloadbalancing:ModifyListener, elasticloadbalancing:ModifyRule, elasticloadbalancing:ModifyTargetGroup*, route53:ChangeResourceRecordSets, route53:UpdateHealthCheck",
        given: true,
        why: "Traffic is led to what works.",
        opens: "Traffic and names stay pointed where they were, whoever listens there.",
      },
    ],
  },
  "network-and-dns": {
    purpose:
      "Mend reachability: DNS records, routes, security groups, load balancers. No data, no hosts.",
    actions: [
      ...OBSERVE,
      "ec2:AllocateAddress",
      "ec2:AssociateAddress",
      "ec2:AssociateRouteTable",
      "ec2:AuthorizeSecurityGroup*",
      "ec2:CreateNatGateway",
      "ec2:CreateNetworkAclEntry",
      "ec2:CreateRoute",
      "ec2:CreateSecurityGroup",
      "ec2:CreateTags",
      "ec2:DisassociateAddress",
      "ec2:Get*",
      "ec2:ModifySecurityGroupRules",
      "ec2:ReplaceNetworkAcl*",
      "ec2:ReplaceRoute*",
      "ec2:RevokeSecurityGroup*",
      "elasticloadbalancing:*Targets",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyRule",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
      "route53:ChangeResourceRecordSets",
      "route53:TestDNSAnswer",
      "route53:UpdateHealthCheck",
      "route53resolver:Get*",
      "route53resolver:List*",
      "support:*",
    ],
    window: [
      ...OBSERVE_WINDOW,
      "ec2:*",
      "elasticloadbalancing:*",
      "route53:*",
      "route53resolver:Get*",
      "route53resolver:List*",
    ],
    needs: [
      {
        right: "iam:PassRole",
        given: false,
        why: "No new flow logs: they need a role. Read the ones that are there.",
        opens: "The delivery role's rights.",
      },
      {
        right:
          "ec2:AuthorizeSecurityGroup*, ec2:RevokeSecurityGroup*, ec2:ModifySecurityGroupRules, ec2:CreateSecurityGroup, ec2:AssociateAddress, ec2:DisassociateAddress, ec2:AssociateRouteTable, ec2:CreateNatGateway, ec2:CreateNetworkAclEntry, ec2:CreateRoute, ec2:ReplaceNetworkAcl*, ec2:ReplaceRoute*, ec2:CreateTags, elasticloadbalancing:RegisterTargets, elasticloadbalancing:DeregisterTargets, elasticloadbalancing:ModifyListener, elasticloadbalancing:ModifyLoadBalancerAttributes, elasticloadbalancing:ModifyRule, elasticloadbalancing:SetSecurityGroups, elasticloadbalancing:SetSubnets, route53:ChangeResourceRecordSets, route53:UpdateHealthCheck",
        given: true,
        why: "That is the job.",
        opens:
          "Hosts made public and names pointed elsewhere stay so after the closing: undo them from the review.",
      },
    ],
  },
  "identity-repair": {
    purpose:
      "Bring sign-in back: assignments, group membership, the providers' metadata. In the account that administers Identity Center, in its region.",
    actions: [
      "cloudtrail:LookupEvents",
      "health:Describe*",
      "iam:Get*",
      "iam:List*",
      "iam:UpdateOpenIDConnectProviderThumbprint",
      "iam:UpdateSAMLProvider",
      "identitystore:CreateGroupMembership",
      "identitystore:Describe*",
      "identitystore:IsMemberInGroups",
      "identitystore:List*",
      "organizations:Describe*",
      "organizations:List*",
      "sso-directory:Describe*",
      "sso-directory:List*",
      "sso-directory:Search*",
      "sso:CreateAccountAssignment",
      "sso:Describe*",
      "sso:Get*",
      "sso:List*",
      "sso:ProvisionPermissionSet",
      "support:*",
    ],
    needs: [
      {
        right:
          "sso:CreateAccountAssignment, sso:ProvisionPermissionSet, identitystore:CreateGroupMembership",
        given: true,
        why: "An assignment that was lost is what keeps people out.",
        opens:
          "Anyone assigned, to any permission set in any account, keeps it after the closing. Read every assignment in the review.",
      },
      {
        right: "iam:UpdateSAMLProvider, iam:UpdateOpenIDConnectProviderThumbprint",
        given: true,
        why: "A provider's certificate that ran out is the commonest reason why sign-in fails.",
        opens:
          "Whoever writes the metadata can sign for anyone: every role that trusts the provider. It stays after the closing.",
      },
      {
        right: "iam:PassRole, and IAM writes on users, roles and policies",
        given: false,
        why: "They would undo the window itself. Permission sets, users and roles are mended after sign-in is back.",
        opens: "Everything.",
      },
    ],
  },
} as const satisfies Record<string, ServiceProfile>;

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
  "organizations:*",
  "s3:ListAllMyBuckets",
];

export function profileNamed(profile: string): ServiceProfile {
  return Object.hasOwn(PROFILES, profile)
    ? PROFILES[profile as Profile]
    : fail("PROFILE_UNKNOWN", { profile, known: Object.keys(PROFILES).join(", ") });
}

/** What an access window of this profile allows. */
export function profileActions(profile: string): readonly string[] {
  const { window, actions } = profileNamed(profile);
  return window ?? actions;
}

/** All that windows of these profiles can ever reach: the boundary's ceiling. Sorted. */
export const ceilingOf = (profiles: readonly string[]): readonly string[] =>
  [
    ...new Set([
      ...profiles.flatMap((profile) => profileNamed(profile).actions),
      PROBES.iam,
      PROBES.regional,
    ]),
  ].toSorted();
