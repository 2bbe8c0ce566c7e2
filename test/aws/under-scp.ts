import { kitFor } from "../../aws/documents/template/plan.ts";
import { scpPolicy } from "../../aws/documents/template/scp.ts";
import { ACCOUNT, independently, type Question } from "./judges.ts";
import { planFor } from "./plans.ts";

export const plan = planFor();
export const kit = kitFor(plan, ACCOUNT);
const scp = scpPolicy(plan);
export const anything = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

export const iam = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`;
export const arn = (service: string, rest: string, region = "us-east-1") =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;
export const ADMIN = iam("role/AccountAdmin");
export const SECURITY = iam("role/OrgSecurityAdmin");
export const DEPLOY = iam("role/BreakGlassDeploy");
export const EMERGENCY = kit.emergencyUser.arn;
export const ACTIVATOR = kit.activatorUser.arn;
export const REAPER = iam("role/breakglass/BreakGlassReaper");
export const FORWARD = iam("role/breakglass/BreakGlassForward");
export const CLOSER = kit.closerRole.arn;
export const FUNCTION = arn("lambda", "function:breakglass-reaper");
export const PAGE = arn("sns", "breakglass-page");
export const RULE = arn("events", "rule/breakglass-use", "eu-west-1");
export const BUS_RULE = arn("events", "rule/breakglass-alarm/breakglass-page-start");
export const BUS = arn("events", "event-bus/breakglass-alarm");
export const MEMORY = arn("ssm", "parameter/breakglass/reaper");
export const QUEUE = arn("sqs", "breakglass-undelivered");
export const ALARM = arn("cloudwatch", "alarm:breakglass-reaper-fails");
export const STACK = arn("cloudformation", "stack/breakglass-reaper/0123");
export const KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555");
export const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: iam("root") }, Action: "kms:*", Resource: "*" }],
};
export const OURS = { "aws:ResourceTag/breakglass": "kit" };
export const LATCHED = { "iam:PolicyARN": kit.latchArn };
export const MFA = { "aws:MultiFactorAuthPresent": "true" };
export const NOW = { "aws:CurrentTime": "2026-06-18T02:40:00Z", "aws:SecureTransport": "true" };

/** The independent judge's word, with the SCP attached to the account. */
export const under = (
  principal: string,
  identity: readonly unknown[],
  action: string,
  resource: string,
  context: Question["context"] = {},
  more: Partial<Question> = {},
) =>
  independently({
    principal,
    action,
    resource,
    identity,
    scp,
    context: { ...NOW, ...context },
    ...(action.startsWith("kms:") ? { resourcePolicy: KEY_POLICY } : {}),
    ...more,
  });
