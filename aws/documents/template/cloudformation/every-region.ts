import { queuePolicy } from "../documents.ts";
import { HEARS_ALL, KEPT_SECONDS, type KitPlan, arnsOf, NAMES } from "../plan.ts";
import { patternsOf } from "../patterns.ts";
import { SLOT } from "../slots.ts";
import {
  attribute,
  inPlace,
  LOG_ACCOUNT,
  ref,
  type Resource,
  sub,
  TAGS,
  type Template,
  template,
} from "./resource.ts";

/** Listens in one region, for every enabled region: a sign-in of an IAM user may land in any. */
export function everyRegionTemplate(plan: KitPlan): Template {
  const arns = arnsOf(plan, SLOT.account);
  const patterns = patternsOf(plan, SLOT.account);
  const targets = [
    ["home", arns.bus(plan.home)],
    ["second", arns.bus(plan.second)],
    ["copy", arns.copyBus(SLOT.logAccount)],
  ] as const;
  const rule = (name: string, pattern: unknown): Resource => ({
    Type: "AWS::Events::Rule",
    DependsOn: "UnforwardedPolicy",
    Properties: {
      Name: name,
      Description: "Break glass: to the alarm buses and the log account",
      State: HEARS_ALL,
      EventPattern: inPlace(pattern),
      Targets: targets.map(([Id, arn]) => ({
        Id,
        Arn: sub(arn),
        RoleArn: sub(arns.role(NAMES.forwardRole)),
        DeadLetterConfig: { Arn: attribute("Unforwarded", "Arn") },
      })),
    },
  });
  return template("Break glass, 5 of 5: listens in this region. In every enabled region.", {
    Parameters: LOG_ACCOUNT,
    Resources: {
      Unforwarded: {
        Type: "AWS::SQS::Queue",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: {
          QueueName: NAMES.unforwarded,
          SqsManagedSseEnabled: true,
          MessageRetentionPeriod: KEPT_SECONDS,
          Tags: TAGS,
        },
      },
      UnforwardedPolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: {
          Queues: [ref("Unforwarded")],
          PolicyDocument: inPlace(queuePolicy(plan, SLOT.account, SLOT.region, NAMES.unforwarded)),
        },
      },
      Use: rule(NAMES.useRule, patterns.use),
      Change: rule(NAMES.changeRule, patterns.changeByOthers),
      Refused: rule(NAMES.refusedRule, patterns.refused),
    },
  });
}
