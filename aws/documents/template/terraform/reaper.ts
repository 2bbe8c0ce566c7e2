import {
  HEARS_ALL,
  KIT_TAGS as tags,
  type KitPlan,
  arnsOf,
  kitFor,
  NAMES,
  PREFIX,
} from "../plan.ts";
import { reaperEnvironment, reaperSettings } from "../reaper.ts";
import { filled, SLOT } from "../slots.ts";
import { documentFor } from "./documents.ts";
import {
  type Block,
  block,
  commented,
  hcl,
  interpolated,
  raw,
  resource,
  type Value,
} from "./hcl.ts";

const rule = (name: string, ruleName: string, when: Block["attributes"]): readonly Block[] => [
  resource("aws_cloudwatch_event_rule", name, { name: ruleName, ...when, tags }),
  resource("aws_cloudwatch_event_target", name, {
    rule: raw(`aws_cloudwatch_event_rule.${name}.name`),
    target_id: "reaper",
    arn: raw("aws_lambda_function.reaper.arn"),
  }),
  resource("aws_lambda_permission", name, {
    statement_id: name.replaceAll("_", "-"),
    action: "lambda:InvokeFunction",
    function_name: raw("aws_lambda_function.reaper.function_name"),
    principal: "events.amazonaws.com",
    source_arn: raw(`aws_cloudwatch_event_rule.${name}.arn`),
  }),
];

const alarm = (
  name: string,
  alarmName: string,
  description: string,
  more: Block["attributes"],
): Block =>
  resource("aws_cloudwatch_metric_alarm", name, {
    alarm_name: `${PREFIX}${alarmName}`,
    alarm_description: description,
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: raw("aws_lambda_function.reaper.function_name") },
    statistic: "Sum",
    evaluation_periods: 1,
    ...more,
    alarm_actions: [raw("aws_sns_topic.page[local.home].arn")],
    tags,
  });

export function reaperTf(plan: KitPlan): string {
  const kit = kitFor(plan, SLOT.account);
  const environment = Object.fromEntries(
    Object.entries(reaperEnvironment(plan, kit, arnsOf(plan, SLOT.account))).map(
      ([name, value]): readonly [string, Value] => {
        const found = filled(
          value,
          { account: "${local.places.account}", logAccount: "", region: "" },
          "$${",
        );
        if (value === SLOT.account) return [name, raw("local.places.account")];
        return [name, found === null ? value : interpolated(found)];
      },
    ),
  );
  return hcl(
    block("data", ["archive_file", "reaper"], {
      type: "zip",
      source_file: raw('"${path.module}/reaper.py"'),
      output_path: raw('"${path.module}/reaper.zip"'),
    }),
    resource("aws_cloudwatch_log_group", "reaper", {
      name: NAMES.reaperLogs,
      retention_in_days: 400,
      tags,
    }),
    commented(
      "The reaper's own memory from here on.",
      resource(
        "aws_ssm_parameter",
        "reaper",
        { name: NAMES.memory, type: "String", value: "{}" },
        block("lifecycle", [], { ignore_changes: [raw("value")] }),
      ),
    ),
    resource(
      "aws_lambda_function",
      "reaper",
      {
        function_name: NAMES.reaper,
        description: "Locks the emergency user when it was open too long",
        filename: raw("data.archive_file.reaper.output_path"),
        source_code_hash: raw("data.archive_file.reaper.output_base64sha256"),
        runtime: reaperSettings.runtime,
        handler: "reaper.handler",
        role: raw("aws_iam_role.reaper.arn"),
        timeout: reaperSettings.timeoutSeconds,
        memory_size: reaperSettings.memoryMb,
        depends_on: [raw("aws_cloudwatch_log_group.reaper"), raw("aws_iam_role_policy.reaper")],
        tags,
      },
      block("dead_letter_config", [], {
        target_arn: raw("aws_sqs_queue.undelivered[local.home].arn"),
      }),
      block("environment", [], { variables: environment }),
    ),
    ...rule("reaper_schedule", `${PREFIX}reaper-schedule`, {
      schedule_expression: reaperSettings.schedule,
    }),
    ...rule("reaper_opened", `${PREFIX}reaper-opened`, {
      state: HEARS_ALL,
      event_pattern: documentFor("pattern-opened"),
    }),
    alarm(
      "reaper_fails",
      "reaper-fails",
      "The reaper could not do all of its work: read its log.",
      {
        metric_name: "Errors",
        period: 300,
        threshold: 0,
        comparison_operator: "GreaterThanThreshold",
        treat_missing_data: "notBreaching",
      },
    ),
    alarm("reaper_silent", "reaper-silent", "The reaper has not run for a quarter of an hour.", {
      metric_name: "Invocations",
      period: 900,
      threshold: 1,
      comparison_operator: "LessThanThreshold",
      treat_missing_data: "breaching",
    }),
  );
}
