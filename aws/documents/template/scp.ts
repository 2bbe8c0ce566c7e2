import { KIT_PATH } from "../kit.ts";
import { type Policy, policy, QUOTA } from "../policy.ts";
import { KIT_TAG, type KitPlan, NAMES, PREFIX } from "./plan.ts";

const IAM_READS = [
  "iam:Generate*",
  "iam:Get*",
  "iam:List*",
  "iam:Simulate*",
  // Becoming a role is its trust policy's to decide.
  "sts:*",
] as const;

const ALARM_READS = [
  "cloudformation:Describe*",
  "cloudformation:Get*",
  "cloudformation:List*",
  "cloudwatch:Describe*",
  "cloudwatch:Get*",
  "cloudwatch:List*",
  "events:Describe*",
  "events:List*",
  "lambda:Get*",
  "lambda:List*",
  "logs:Describe*",
  "logs:Filter*",
  "logs:Get*",
  "logs:List*",
  "logs:StartQuery",
  "sns:Get*",
  "sns:List*",
  "sqs:Get*",
  "sqs:List*",
  "ssm:Get*",
  "ssm:List*",
] as const;

const KEY_WRITES = [
  "kms:CancelKeyDeletion",
  "kms:CreateGrant",
  "kms:DeleteAlias",
  "kms:Disable*",
  "kms:Put*",
  "kms:RetireGrant",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:Update*",
] as const;

const EVIDENCE = [
  "account:DisableRegion",
  // A region that is switched on has no alarm yet.
  "account:EnableRegion",
  "cloudtrail:Delete*",
  "cloudtrail:PutEventSelectors",
  "cloudtrail:PutInsightSelectors",
  "cloudtrail:Stop*",
  "cloudtrail:UpdateTrail",
  "config:DeleteConfigurationRecorder",
  "config:DeleteDeliveryChannel",
  "config:PutConfigurationRecorder",
  "config:StopConfigurationRecorder",
  // It names no bus, so no ARN can part the kit's from the account's.
  "events:PutPermission",
  // A filter can archive every finding.
  "guardduty:CreateFilter",
  "guardduty:DeleteDetector",
  "guardduty:Disassociate*",
  "guardduty:StopMonitoringMembers",
  "guardduty:UpdateDetector",
  "guardduty:UpdateFilter",
  "securityhub:DisableSecurityHub",
  "securityhub:Disassociate*",
  // They name no topic: a subscription could be filtered until it says nothing, or taken off.
  "sns:SetSubscriptionAttributes",
  "sns:Unsubscribe",
] as const;

const unless = (arns: readonly string[]) => ({ ArnNotLike: { "aws:PrincipalArn": arns } }) as const;

/**
 * What keeps an account's own administrators off the kit: only the security role and the deploying
 * role change it. It does not apply in the management account, nor to service-linked roles. It
 * denies the root user everything: somebody outside the account must be able to detach it.
 */
export function scpPolicy(plan: KitPlan): Policy {
  const { partition } = plan;
  const iam = (rest: string): string => `arn:${partition}:iam::*:${rest}`;
  const any = (service: string, rest: string): string => `arn:${partition}:${service}:*:*:${rest}`;
  const kitRole = (name: string): string => iam(`role${KIT_PATH}${name}`);
  const keepers = [iam(`role/${plan.securityRole}`), iam(`role/${plan.deployRole}`)];
  return policy("scp", QUOTA.scp, [
    {
      Sid: "UsersOnlyByTheKit",
      Effect: "Deny",
      NotAction: IAM_READS,
      Resource: [iam(`user${KIT_PATH}*`), iam(`mfa${KIT_PATH}*`)],
      Condition: unless([
        ...keepers,
        iam(`user${KIT_PATH}bg-activator`),
        kitRole(NAMES.closerRole),
        kitRole(NAMES.reaperRole),
      ]),
    },
    {
      Sid: "UnlockOnlyBySecurity",
      Effect: "Deny",
      Action: "iam:DetachUserPolicy",
      Resource: iam(`user${KIT_PATH}*`),
      Condition: {
        ArnEquals: { "iam:PolicyARN": `arn:${partition}:iam::aws:policy/AWSDenyAll` },
        ...unless([iam(`role/${plan.securityRole}`)]),
      },
    },
    {
      Sid: "KitOnlyByItsKeepers",
      Effect: "Deny",
      NotAction: IAM_READS,
      Resource: [iam(`policy${KIT_PATH}*`), kitRole("*"), ...keepers],
      Condition: unless(keepers),
    },
    {
      Sid: "AlarmOnlyByItsKeepers",
      Effect: "Deny",
      NotAction: ALARM_READS,
      Resource: [
        any("cloudformation", `stack/*${PREFIX}*`),
        any("cloudwatch", `alarm:${PREFIX}*`),
        any("events", `event-bus/${PREFIX}*`),
        any("events", `rule/${PREFIX}*`),
        any("lambda", `function:${PREFIX}*`),
        any("logs", `log-group:${NAMES.reaperLogs}*`),
        any("sns", `${PREFIX}*`),
        any("sqs", `${PREFIX}*`),
        any("ssm", "parameter/breakglass/*"),
      ],
      Condition: unless([...keepers, kitRole("*")]),
    },
    {
      Sid: "KeysOnlyByTheirKeepers",
      Effect: "Deny",
      Action: KEY_WRITES,
      Resource: "*",
      Condition: {
        StringEquals: { [`aws:ResourceTag/${KIT_TAG.key}`]: KIT_TAG.value },
        ...unless(keepers),
      },
    },
    {
      Sid: "EvidenceStays",
      Effect: "Deny",
      Action: EVIDENCE,
      Resource: "*",
      Condition: unless(keepers),
    },
    {
      Sid: "TheAccountStays",
      Effect: "Deny",
      Action: ["account:CloseAccount", "organizations:LeaveOrganization"],
      Resource: "*",
    },
    {
      Sid: "NoRootUser",
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": iam("root") } },
    },
  ]);
}
