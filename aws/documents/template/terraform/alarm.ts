import { MESSAGE } from "../message.ts";
import { HEARS_ALL, KEPT_SECONDS, KIT_TAGS as tags, NAMES, PREFIX } from "../plan.ts";
import { documentFor, fromAws } from "./documents.ts";
import { type Block, block, commented, hcl, raw, resource, type Value } from "./hcl.ts";

const HERE = { for_each: raw("local.alarm_regions"), region: raw("each.key") } as const;

const transformer = block("input_transformer", [], {
  input_paths: MESSAGE.paths,
  input_template: raw(
    `<<-TEXT\n${MESSAGE.template}\nTEXT`.replaceAll("\n", "\n  ").replace(/ {2}TEXT$/, "TEXT"),
  ),
});

/** Where events of all regions arrive and people are told, in two regions. */
export function alarmTf(): string {
  const topic = (name: string, topicName: string): readonly Block[] => [
    resource("aws_sns_topic", name, {
      ...HERE,
      name: topicName,
      kms_master_key_id: raw("aws_kms_key.alarm[each.key].arn"),
      tags,
    }),
    resource("aws_sns_topic_policy", name, {
      ...HERE,
      arn: raw(`aws_sns_topic.${name}[each.key].arn`),
      policy: documentFor(`topic-${name}`, "each.key"),
    }),
  ];
  const told = (name: string, of: string, protocol: string, endpoint: Value, when = HERE): Block =>
    resource("aws_sns_topic_subscription", name, {
      ...when,
      topic_arn: raw(`aws_sns_topic.${of}[each.key].arn`),
      protocol,
      endpoint,
      redrive_policy: raw(
        "jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered[each.key].arn })",
      ),
    });
  const rule = (name: string, ruleName: string, pattern: Value, to: string): readonly Block[] => {
    const bus = { event_bus_name: raw("aws_cloudwatch_event_bus.alarm[each.key].name") };
    return [
      resource("aws_cloudwatch_event_rule", name, {
        ...HERE,
        name: ruleName,
        ...bus,
        state: HEARS_ALL,
        event_pattern: pattern,
        tags,
      }),
      resource(
        "aws_cloudwatch_event_target",
        name,
        {
          ...HERE,
          rule: raw(`aws_cloudwatch_event_rule.${name}[each.key].name`),
          ...bus,
          target_id: to,
          arn: raw(`aws_sns_topic.${to}[each.key].arn`),
        },
        block("dead_letter_config", [], { arn: raw("aws_sqs_queue.undelivered[each.key].arn") }),
        transformer,
      ),
    ];
  };
  return hcl(
    resource("aws_kms_key", "alarm", {
      ...HERE,
      description: "Encrypts the break-glass topics",
      enable_key_rotation: true,
      policy: documentFor("key"),
      tags,
    }),
    resource("aws_kms_alias", "alarm", {
      ...HERE,
      name: NAMES.keyAlias,
      target_key_id: raw("aws_kms_key.alarm[each.key].key_id"),
    }),
    resource("aws_sqs_queue", "undelivered", {
      ...HERE,
      name: NAMES.undelivered,
      sqs_managed_sse_enabled: true,
      message_retention_seconds: KEPT_SECONDS,
      tags,
    }),
    resource("aws_sqs_queue_policy", "undelivered", {
      ...HERE,
      queue_url: raw("aws_sqs_queue.undelivered[each.key].id"),
      policy: documentFor("queue-undelivered", "each.key"),
    }),
    ...topic("page", NAMES.page),
    ...topic("stream", NAMES.stream),
    commented(
      "Each address must confirm, and by command: README.md says why and how.",
      told("page_email", "page", "email", raw("var.page_email")),
    ),
    told("page_url", "page", "https", raw("var.page_url"), {
      ...HERE,
      for_each: raw('var.page_url == "" ? toset([]) : local.alarm_regions'),
    }),
    told("stream_email", "stream", "email", raw("var.stream_email")),
    resource("aws_cloudwatch_event_bus", "alarm", { ...HERE, name: NAMES.bus, tags }),
    ...rule("page_start", NAMES.pageStartRule, documentFor("pattern-page-start"), "page"),
    ...rule("page_change", NAMES.pageChangeRule, documentFor("pattern-page-change"), "page"),
    ...rule("stream", NAMES.streamRule, fromAws("[local.places.account]"), "stream"),
    ...rule("page_refused", NAMES.pageRefusedRule, documentFor("pattern-refused"), "page"),
    ...rule("page_key", NAMES.pageKeyRule, documentFor("pattern-page-key"), "page"),
    commented(
      "With a region's key off that region is mute: the other one pages.",
      forwardRule("key", NAMES.keyRule, HERE, keyWrites),
    ),
    forwardTarget(
      "key",
      "{ for name, one in local.forwards : name => one if contains(local.alarm_regions, one.region) }",
      "undelivered",
    ),
    resource("aws_cloudwatch_metric_alarm", "undelivered", {
      ...HERE,
      alarm_name: `${PREFIX}undelivered`,
      alarm_description: "A break-glass alarm could not be delivered: read the queue.",
      namespace: "AWS/SQS",
      metric_name: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: raw("aws_sqs_queue.undelivered[each.key].name") },
      statistic: "Maximum",
      period: 300,
      evaluation_periods: 1,
      threshold: 0,
      comparison_operator: "GreaterThanThreshold",
      treat_missing_data: "notBreaching",
      alarm_actions: [raw("aws_sns_topic.page[each.key].arn")],
      tags,
    }),
  );
}

const keyWrites = raw(
  'templatefile("${path.module}/documents/pattern-key.json", merge(local.places, ' +
    "{ key_arn = aws_kms_key.alarm[each.key].arn, key_id = aws_kms_key.alarm[each.key].key_id }))",
);

const forwardRule = (
  name: string,
  ruleName: string,
  where: Block["attributes"],
  pattern: Value,
): Block =>
  resource("aws_cloudwatch_event_rule", name, {
    ...where,
    name: ruleName,
    description: "Break glass: to the alarm buses and the log account",
    state: HEARS_ALL,
    event_pattern: pattern,
    tags,
  });

/** To all three, from each region of `pairs`; what can't be handed on goes to the queue `unsent`. */
const forwardTarget = (name: string, pairs: string, unsent: string): Block =>
  resource(
    "aws_cloudwatch_event_target",
    name,
    {
      for_each: raw(pairs),
      region: raw("each.value.region"),
      rule: raw(`aws_cloudwatch_event_rule.${name}[each.value.region].name`),
      target_id: raw("each.value.to"),
      arn: raw("local.buses[each.value.to]"),
      role_arn: raw("aws_iam_role.forward.arn"),
      depends_on: [raw("aws_cloudwatch_event_bus.alarm")],
    },
    block("dead_letter_config", [], {
      arn: raw(`aws_sqs_queue.${unsent}[each.value.region].arn`),
    }),
  );

const EVERY = { for_each: raw("local.every_region"), region: raw("each.key") } as const;

/** Listens in every enabled region, and hands on to the two alarm buses and the log account. */
export function everyRegionTf(): string {
  const rule = (name: string, ruleName: string): readonly Block[] => [
    forwardRule(name, ruleName, EVERY, documentFor(`pattern-${name}`)),
    forwardTarget(name, "local.forwards", "unforwarded"),
  ];
  return hcl(
    resource("aws_sqs_queue", "unforwarded", {
      ...EVERY,
      name: NAMES.unforwarded,
      sqs_managed_sse_enabled: true,
      message_retention_seconds: KEPT_SECONDS,
      tags,
    }),
    resource("aws_sqs_queue_policy", "unforwarded", {
      ...EVERY,
      queue_url: raw("aws_sqs_queue.unforwarded[each.key].id"),
      policy: documentFor("queue-unforwarded", "each.key"),
    }),
    ...rule("use", NAMES.useRule),
    ...rule("change", NAMES.changeRule),
    ...rule("refused", NAMES.refusedRule),
  );
}
