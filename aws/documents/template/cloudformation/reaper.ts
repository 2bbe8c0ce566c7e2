import { HEARS_ALL, arnsOf, type KitPlan, kitFor, NAMES, PREFIX } from "../plan.ts";
import { patternsOf } from "../patterns.ts";
import { reaperEnvironment, reaperSettings } from "../reaper.ts";
import { SLOT } from "../slots.ts";
import {
  attribute,
  inPlace,
  ref,
  type Resource,
  sub,
  TAGS,
  type Template,
  template,
} from "./resource.ts";

const mayInvoke = (rule: string): Resource => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    FunctionName: ref("Reaper"),
    Action: "lambda:InvokeFunction",
    Principal: "events.amazonaws.com",
    SourceArn: attribute(rule, "Arn"),
  },
});

/** Bounds an access that nobody closes, and a thief who opens again and again. In IAM's region. */
export function reaperTemplate(plan: KitPlan, code: string): Template {
  const arns = arnsOf(plan, SLOT.account);
  const page = sub(arns.topic(plan.home, NAMES.page));
  const target = { Id: "reaper", Arn: attribute("Reaper", "Arn") };
  const alarm = (name: string, AlarmDescription: string, more: object): Resource => ({
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmName: `${PREFIX}${name}`,
      AlarmDescription,
      Namespace: "AWS/Lambda",
      Dimensions: [{ Name: "FunctionName", Value: ref("Reaper") }],
      Statistic: "Sum",
      EvaluationPeriods: 1,
      AlarmActions: [page],
      ...more,
    },
  });
  return template(`Break glass, 4 of 5: the reaper. In ${plan.home} only, after the alarm.`, {
    Resources: {
      Logs: {
        Type: "AWS::Logs::LogGroup",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: { LogGroupName: NAMES.reaperLogs, RetentionInDays: 400, Tags: TAGS },
      },
      Memory: {
        Type: "AWS::SSM::Parameter",
        Properties: { Name: NAMES.memory, Type: "String", Value: "{}" },
      },
      Reaper: {
        Type: "AWS::Lambda::Function",
        DependsOn: "Logs",
        Properties: {
          FunctionName: NAMES.reaper,
          Description: "Locks the emergency user when it was open too long",
          Runtime: reaperSettings.runtime,
          Handler: "index.handler",
          Code: { ZipFile: code },
          Role: sub(arns.role(NAMES.reaperRole)),
          Timeout: reaperSettings.timeoutSeconds,
          MemorySize: reaperSettings.memoryMb,
          DeadLetterConfig: { TargetArn: sub(arns.queue(plan.home, NAMES.undelivered)) },
          Environment: {
            Variables: inPlace(reaperEnvironment(plan, kitFor(plan, SLOT.account), arns)),
          },
          Tags: TAGS,
        },
      },
      Schedule: {
        Type: "AWS::Events::Rule",
        Properties: {
          Name: `${PREFIX}reaper-schedule`,
          ScheduleExpression: reaperSettings.schedule,
          State: "ENABLED",
          Targets: [target],
        },
      },
      ScheduleInvokes: mayInvoke("Schedule"),
      Opened: {
        Type: "AWS::Events::Rule",
        Properties: {
          Name: `${PREFIX}reaper-opened`,
          Description:
            "The emergency user is being opened: counts even if it is shut again at once",
          EventPattern: inPlace(patternsOf(plan, SLOT.account).opened),
          State: HEARS_ALL,
          Targets: [target],
        },
      },
      OpenedInvokes: mayInvoke("Opened"),
      Fails: alarm("reaper-fails", "The reaper could not do all of its work: read its log.", {
        MetricName: "Errors",
        Period: 300,
        Threshold: 0,
        ComparisonOperator: "GreaterThanThreshold",
        TreatMissingData: "notBreaching",
      }),
      Silent: alarm("reaper-silent", "The reaper has not run for a quarter of an hour.", {
        MetricName: "Invocations",
        Period: 900,
        Threshold: 1,
        ComparisonOperator: "LessThanThreshold",
        TreatMissingData: "breaching",
      }),
    },
  });
}
