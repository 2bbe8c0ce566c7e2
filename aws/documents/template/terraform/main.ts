import { HEARS_ALL, KIT_TAGS as tags, type KitPlan, arnsOf, NAMES, PREFIX } from "../plan.ts";
import { filled, SLOT } from "../slots.ts";
import { fromAws } from "./documents.ts";
import { type Block, block, hcl, interpolated, raw, resource } from "./hcl.ts";

const versions = (archive: boolean): Block =>
  block(
    "terraform",
    [],
    { required_version: ">= 1.5" },
    block("required_providers", [], {
      // From 6.0 on a resource names its own region.
      aws: { source: "hashicorp/aws", version: ">= 6.0" },
      ...(archive ? { archive: { source: "hashicorp/archive", version: ">= 2.4" } } : {}),
    }),
  );

const variable = (name: string, description: string, ...more: readonly Block[]): Block =>
  block("variable", [name], { type: raw("string"), description }, ...more);

const matching = (name: string, pattern: string, message: string): Block =>
  block("validation", [], {
    condition: raw(`can(regex("${pattern}", var.${name}))`),
    error_message: message,
  });

const arn = (text: string) =>
  interpolated(
    filled(
      text,
      {
        account: "${local.places.account}",
        logAccount: "${var.log_account_id}",
        region: "",
      },
      "$${",
    ) ?? text,
  );

/** Providers, variables and what all the other files speak of. */
export function mainTf(plan: KitPlan): string {
  const arns = arnsOf(plan, SLOT.account);
  return hcl(
    versions(true),
    block("provider", ["aws"], { region: plan.home, allowed_account_ids: plan.accounts }),
    variable(
      "log_account_id",
      "The account that keeps copies of the alarm's events, under another administrator",
      matching("log_account_id", "^[0-9]{12}$", "Twelve digits."),
    ),
    variable("page_email", "Wakes a person"),
    variable("stream_email", "Hears of every single call"),
    block("variable", ["page_url"], {
      type: raw("string"),
      default: "",
      description: "The second channel: the pager's own https address for SNS",
    }),
    block("data", ["aws_caller_identity", "here"], {}),
    block("data", ["aws_regions", "enabled"], {}),
    block("locals", [], {
      home: plan.home,
      alarm_regions: raw(`toset(["${plan.home}", "${plan.second}"])`),
      every_region: raw("toset(data.aws_regions.enabled.names)"),
      places: {
        account: raw("data.aws_caller_identity.here.account_id"),
        log_account: raw("var.log_account_id"),
      },
      buses: {
        home: arn(arns.bus(plan.home)),
        second: arn(arns.bus(plan.second)),
        copy: arn(arns.copyBus(SLOT.logAccount)),
      },
      forwards: raw(
        [
          "{",
          "  for pair in setproduct(local.every_region, keys(local.buses)) :",
          '  "${pair[0]}/${pair[1]}" => { region = pair[0], to = pair[1] }',
          "}",
        ].join("\n"),
      ),
    }),
    block("output", ["users"], {
      value: [
        raw("aws_iam_user.emergency.arn"),
        raw("aws_iam_user.activator.arn"),
        raw("aws_iam_user.closer.arn"),
      ],
    }),
    block("output", ["page_topics"], {
      value: raw("[for topic in aws_sns_topic.page : topic.arn]"),
    }),
  );
}

const document = (name: string) =>
  raw(`templatefile("\${path.module}/documents/${name}.json", local.places)`);

/** A root module of its own, for the log account and its own administrator. */
export function logAccountTf(plan: KitPlan): string {
  const everything = fromAws(JSON.stringify(plan.accounts).replaceAll(",", ", "));
  return hcl(
    versions(false),
    block("provider", ["aws"], { region: plan.home }),
    block("data", ["aws_caller_identity", "here"], {}),
    block("locals", [], {
      places: { account: raw("data.aws_caller_identity.here.account_id") },
    }),
    resource("aws_cloudwatch_event_bus", "copy", { name: NAMES.copyBus, tags }),
    resource("aws_cloudwatch_event_bus_policy", "copy", {
      event_bus_name: raw("aws_cloudwatch_event_bus.copy.name"),
      policy: document("copy-bus"),
    }),
    resource("aws_cloudwatch_event_archive", "copy", {
      name: NAMES.copyBus,
      event_source_arn: raw("aws_cloudwatch_event_bus.copy.arn"),
      event_pattern: everything,
      retention_days: 0,
    }),
    resource("aws_cloudwatch_log_group", "copy", {
      name: NAMES.copyLogs,
      retention_in_days: 3653,
      tags,
    }),
    resource("aws_cloudwatch_log_resource_policy", "copy", {
      policy_name: NAMES.copyBus,
      policy_document: document("copy-logs"),
    }),
    resource("aws_cloudwatch_event_rule", "copy", {
      name: `${PREFIX}copy`,
      event_bus_name: raw("aws_cloudwatch_event_bus.copy.name"),
      state: HEARS_ALL,
      event_pattern: everything,
      tags,
    }),
    resource("aws_cloudwatch_event_target", "copy", {
      rule: raw("aws_cloudwatch_event_rule.copy.name"),
      event_bus_name: raw("aws_cloudwatch_event_bus.copy.name"),
      target_id: "logs",
      arn: raw("aws_cloudwatch_log_group.copy.arn"),
    }),
  );
}
