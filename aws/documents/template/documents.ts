import type { Conditions, Policy, Statement } from "../policy.ts";
import { policy, QUOTA } from "../policy.ts";
import { arnsOf, type KitPlan, kitFor, NAMES, PREFIX } from "./plan.ts";

type OneOrMore = string | readonly string[];

/** A policy of a resource: it names principals, services among them. */
export interface ResourcePolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: "Allow" | "Deny";
    readonly Principal: "*" | { readonly AWS: OneOrMore } | { readonly Service: OneOrMore };
    readonly Action: OneOrMore;
    readonly Resource?: OneOrMore;
    readonly Condition?: Conditions;
  }[];
}

const resourcePolicy = (...statements: ResourcePolicy["Statement"]): ResourcePolicy => ({
  Version: "2012-10-17",
  Statement: statements,
});

const trusted = (service: string, account: string): ResourcePolicy =>
  resourcePolicy({
    Sid: "Service",
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: { StringEquals: { "aws:SourceAccount": account } },
  });

/** Carries events from every region to the two alarm buses and to the log account's. */
export const forwardTrust = (account: string): ResourcePolicy =>
  trusted("events.amazonaws.com", account);

export function forwardPolicy(plan: KitPlan, account: string, logAccount: string): Policy {
  const arns = arnsOf(plan, account);
  return policy(NAMES.forwardRole, QUOTA.inlineOfRole, [
    {
      Sid: "Forward",
      Effect: "Allow",
      Action: "events:PutEvents",
      Resource: [arns.bus(plan.home), arns.bus(plan.second), arns.copyBus(logAccount)],
    },
  ]);
}

export const reaperTrust = (): ResourcePolicy =>
  resourcePolicy({
    Sid: "Service",
    Effect: "Allow",
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  });

/** The reaper looks at two users, and can only shut them. */
export function reaperPolicy(plan: KitPlan, account: string): Policy {
  const kit = kitFor(plan, account);
  const arns = arnsOf(plan, account);
  const users = [kit.emergencyUser.arn, kit.activatorUser.arn];
  const { partition, home } = plan;
  const statements: readonly Statement[] = [
    {
      Sid: "Look",
      Effect: "Allow",
      Action: [
        "iam:GetLoginProfile",
        "iam:GetUser",
        "iam:ListAccessKeys",
        "iam:ListAttachedUserPolicies",
        "iam:ListGroupsForUser",
        "iam:ListUserPolicies",
      ],
      Resource: users,
    },
    {
      Sid: "Lock",
      Effect: "Allow",
      Action: "iam:AttachUserPolicy",
      Resource: users,
      Condition: { ArnEquals: { "iam:PolicyARN": arns.awsDenyAll } },
    },
    {
      Sid: "Off",
      Effect: "Allow",
      Action: ["iam:DeleteLoginProfile", "iam:UpdateAccessKey"],
      Resource: users,
    },
    {
      Sid: "Remember",
      Effect: "Allow",
      Action: ["ssm:GetParameter", "ssm:PutParameter"],
      Resource: arns.memory,
    },
    {
      Sid: "Page",
      Effect: "Allow",
      Action: "sns:Publish",
      Resource: arns.topic(home, NAMES.page),
    },
    {
      Sid: "EncryptedTopic",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: `arn:${partition}:kms:${home}:${account}:key/*`,
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": NAMES.keyAlias } },
    },
    {
      Sid: "Undelivered",
      Effect: "Allow",
      Action: "sqs:SendMessage",
      Resource: arns.queue(home, NAMES.undelivered),
    },
    {
      Sid: "Log",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `arn:${partition}:logs:${home}:${account}:log-group:${NAMES.reaperLogs}:*`,
    },
  ];
  return policy(NAMES.reaperRole, QUOTA.inlineOfRole, statements);
}

/** Of the key that encrypts the topics: EventBridge and CloudWatch publish under it. */
export const keyPolicy = (plan: KitPlan, account: string): ResourcePolicy =>
  resourcePolicy(
    {
      Sid: "ByIamAndScp",
      Effect: "Allow",
      Principal: { AWS: `arn:${plan.partition}:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "Publishers",
      Effect: "Allow",
      Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    },
  );

const ownBus = (rule: string): string => `${NAMES.bus}/${rule}`;
const PAGING = [
  ownBus(NAMES.pageStartRule),
  ownBus(NAMES.pageChangeRule),
  ownBus(NAMES.pageRefusedRule),
  ownBus(NAMES.pageKeyRule),
];
const STREAMING = ownBus(NAMES.streamRule);

/** Which rules bring something to a topic or a queue: one by one, the kit's own and on its own buses. */
const RULES = {
  [NAMES.page]: PAGING,
  [NAMES.stream]: [STREAMING],
  [NAMES.undelivered]: [...PAGING, STREAMING, NAMES.keyRule],
  [NAMES.unforwarded]: [NAMES.useRule, NAMES.changeRule, NAMES.refusedRule],
} as const;

const ofRules = (
  { partition }: KitPlan,
  account: string,
  region: string,
  rules: readonly string[],
): Conditions => ({
  StringEquals: {
    "aws:SourceArn": rules.map(
      (rule) => `arn:${partition}:events:${region}:${account}:rule/${rule}`,
    ),
  },
});

const likeSource = (
  { partition }: KitPlan,
  account: string,
  region: string,
  service: string,
  rest: string,
): Conditions => ({
  ArnLike: { "aws:SourceArn": `arn:${partition}:${service}:${region}:${account}:${rest}` },
});

export function topicPolicy(
  plan: KitPlan,
  account: string,
  region: string,
  name: typeof NAMES.page | typeof NAMES.stream,
): ResourcePolicy {
  const Resource = arnsOf(plan, account).topic(region, name);
  const may = { Effect: "Allow", Action: "sns:Publish", Resource } as const;
  return resourcePolicy(
    {
      Sid: "Rules",
      ...may,
      Principal: { Service: "events.amazonaws.com" },
      Condition: ofRules(plan, account, region, RULES[name]),
    },
    {
      Sid: "Alarms",
      ...may,
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: likeSource(plan, account, region, "cloudwatch", `alarm:${PREFIX}*`),
    },
    {
      Sid: "TlsOnly",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  );
}

/** Of a region's queue of what could not be delivered. */
export function queuePolicy(
  plan: KitPlan,
  account: string,
  region: string,
  name: typeof NAMES.undelivered | typeof NAMES.unforwarded,
): ResourcePolicy {
  const Resource = arnsOf(plan, account).queue(region, name);
  const may = { Effect: "Allow", Action: "sqs:SendMessage", Resource } as const;
  return resourcePolicy(
    {
      Sid: "Rules",
      ...may,
      Principal: { Service: "events.amazonaws.com" },
      Condition: ofRules(plan, account, region, RULES[name]),
    },
    {
      Sid: "Subscriptions",
      ...may,
      Principal: { Service: "sns.amazonaws.com" },
      Condition: likeSource(plan, account, region, "sns", `${PREFIX}*`),
    },
  );
}

/** EventBridge's quota for an event bus's policy, in characters. */
export const BUS_POLICY_MOST = 10_240;

/** Of the log account's bus: the kit's accounts put events there, and can't take any away. */
export const copyBusPolicy = (plan: KitPlan, logAccount: string): ResourcePolicy =>
  resourcePolicy({
    Sid: "KitAccounts",
    Effect: "Allow",
    Principal: { AWS: plan.accounts.map((id) => `arn:${plan.partition}:iam::${id}:root`) },
    Action: "events:PutEvents",
    Resource: arnsOf(plan, logAccount).copyBus(logAccount),
  });

/** Lets EventBridge write the copies into the log account's log group. */
export const copyLogsPolicy = (plan: KitPlan, logAccount: string): ResourcePolicy =>
  resourcePolicy({
    Sid: "Copies",
    Effect: "Allow",
    Principal: { Service: ["delivery.logs.amazonaws.com", "events.amazonaws.com"] },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `arn:${plan.partition}:logs:${plan.home}:${logAccount}:log-group:${NAMES.copyLogs}:*`,
  });
