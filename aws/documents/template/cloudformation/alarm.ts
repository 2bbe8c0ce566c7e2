import { keyPolicy, queuePolicy, topicPolicy } from "../documents.ts";
import { MESSAGE } from "../message.ts";
import { HEARS_ALL, KEPT_SECONDS, type KitPlan, NAMES, PREFIX } from "../plan.ts";
import { patternsOf } from "../patterns.ts";
import { SLOT } from "../slots.ts";
import {
  attribute,
  inPlace,
  ref,
  type Resource,
  TAGS,
  type Template,
  template,
} from "./resource.ts";

const ADDRESS = "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$";

const topic = (name: string): Resource => ({
  Type: "AWS::SNS::Topic",
  Properties: { TopicName: name, KmsMasterKeyId: ref("Key"), Tags: TAGS },
});

/** Where events of all regions arrive and people are told: in IAM's region and in the second one. */
export function alarmTemplate(plan: KitPlan): Template {
  const patterns = patternsOf(plan, SLOT.account);
  const undelivered = { Arn: attribute("Undelivered", "Arn") };
  const allowed = (name: string, of: string): Resource => ({
    Type: "AWS::SNS::TopicPolicy",
    Properties: {
      Topics: [ref(of)],
      PolicyDocument: inPlace(topicPolicy(plan, SLOT.account, SLOT.region, name)),
    },
  });
  const told = (of: string, Protocol: string, Endpoint: unknown, Condition?: string): Resource => ({
    Type: "AWS::SNS::Subscription",
    ...(Condition === undefined ? {} : { Condition }),
    Properties: {
      TopicArn: ref(of),
      Protocol,
      Endpoint,
      RedrivePolicy: { deadLetterTargetArn: undelivered.Arn },
    },
  });
  const rule = (name: string, bus: unknown, pattern: unknown, to: string): Resource => ({
    Type: "AWS::Events::Rule",
    Properties: {
      Name: `${PREFIX}${name}`,
      ...(bus === null ? {} : { EventBusName: bus }),
      State: HEARS_ALL,
      EventPattern: inPlace(pattern),
      Targets: [
        {
          Id: to.toLowerCase(),
          Arn: ref(to),
          DeadLetterConfig: undelivered,
          InputTransformer: { InputPathsMap: MESSAGE.paths, InputTemplate: MESSAGE.template },
        },
      ],
    },
  });
  return template(
    `Break glass, 3 of 5: the alarm. In ${plan.home} and in ${plan.second}, after the identities.`,
    {
      Parameters: {
        PageEmail: { Type: "String", AllowedPattern: ADDRESS, Description: "Wakes a person" },
        StreamEmail: { Type: "String", AllowedPattern: ADDRESS, Description: "Every single call" },
        PageUrl: {
          Type: "String",
          Default: "",
          AllowedPattern: "^$|^https://.+$",
          Description: "The second channel: the pager's own https address for SNS",
        },
      },
      Conditions: { HasPageUrl: { "Fn::Not": [{ "Fn::Equals": [ref("PageUrl"), ""] }] } },
      Resources: {
        Key: {
          Type: "AWS::KMS::Key",
          DeletionPolicy: "Retain",
          UpdateReplacePolicy: "Retain",
          Properties: {
            Description: "Encrypts the break-glass topics",
            EnableKeyRotation: true,
            KeyPolicy: inPlace(keyPolicy(plan, SLOT.account)),
            Tags: TAGS,
          },
        },
        KeyAlias: {
          Type: "AWS::KMS::Alias",
          Properties: { AliasName: NAMES.keyAlias, TargetKeyId: ref("Key") },
        },
        Undelivered: {
          Type: "AWS::SQS::Queue",
          DeletionPolicy: "Retain",
          UpdateReplacePolicy: "Retain",
          Properties: {
            QueueName: NAMES.undelivered,
            SqsManagedSseEnabled: true,
            MessageRetentionPeriod: KEPT_SECONDS,
            Tags: TAGS,
          },
        },
        UndeliveredPolicy: {
          Type: "AWS::SQS::QueuePolicy",
          Properties: {
            Queues: [ref("Undelivered")],
            PolicyDocument: inPlace(
              queuePolicy(plan, SLOT.account, SLOT.region, NAMES.undelivered),
            ),
          },
        },
        Page: topic(NAMES.page),
        PagePolicy: allowed(NAMES.page, "Page"),
        PageByEmail: told("Page", "email", ref("PageEmail")),
        PageByUrl: told("Page", "https", ref("PageUrl"), "HasPageUrl"),
        Stream: topic(NAMES.stream),
        StreamPolicy: allowed(NAMES.stream, "Stream"),
        StreamByEmail: told("Stream", "email", ref("StreamEmail")),
        Bus: { Type: "AWS::Events::EventBus", Properties: { Name: NAMES.bus, Tags: TAGS } },
        PageOnStart: rule("page-start", ref("Bus"), patterns.start, "Page"),
        PageOnChange: rule("page-change", ref("Bus"), patterns.change, "Page"),
        PageOnRefused: rule("page-refused", ref("Bus"), patterns.refused, "Page"),
        StreamOfAll: rule("stream", ref("Bus"), { account: [SLOT.account] }, "Stream"),
        // The key's id is known here only; its events are of this region's own bus.
        PageOnKey: {
          ...rule("page-key", null, KEY_CHANGES, "Page"),
          DependsOn: "PagePolicy",
        },
        UndeliveredAlarm: {
          Type: "AWS::CloudWatch::Alarm",
          Properties: {
            AlarmName: `${PREFIX}undelivered`,
            AlarmDescription: "A break-glass alarm could not be delivered: read the queue.",
            Namespace: "AWS/SQS",
            MetricName: "ApproximateNumberOfMessagesVisible",
            Dimensions: [{ Name: "QueueName", Value: attribute("Undelivered", "QueueName") }],
            Statistic: "Maximum",
            Period: 300,
            EvaluationPeriods: 1,
            Threshold: 0,
            ComparisonOperator: "GreaterThanThreshold",
            TreatMissingData: "notBreaching",
            AlarmActions: [ref("Page")],
          },
        },
      },
      Outputs: {
        PageTopic: { Value: ref("Page") },
        StreamTopic: { Value: ref("Stream") },
        UndeliveredQueue: { Value: ref("Undelivered") },
      },
    },
  );
}

const KEY_CHANGES = {
  "detail-type": ["AWS API Call via CloudTrail"],
  detail: {
    eventSource: ["kms.amazonaws.com"],
    readOnly: [false],
    resources: { ARN: [attribute("Key", "Arn")] },
  },
} as const;
