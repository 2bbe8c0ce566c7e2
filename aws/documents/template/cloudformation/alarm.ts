import { keyPolicy, queuePolicy, topicPolicy } from "../documents.ts";
import { MESSAGE } from "../message.ts";
import { FROM_AWS, HEARS_ALL, KEPT_SECONDS, type KitPlan, NAMES, PREFIX } from "../plan.ts";
import { keyWrites, patternsOf } from "../patterns.ts";
import { SLOT } from "../slots.ts";
import { forwardRule } from "./forward.ts";
import {
  attribute,
  inPlace,
  LOG_ACCOUNT,
  ref,
  type Resource,
  TAGS,
  type Template,
  template,
} from "./resource.ts";

const ADDRESS = "^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$";

type Topic = typeof NAMES.page | typeof NAMES.stream;

const topic = (name: Topic): Resource => ({
  Type: "AWS::SNS::Topic",
  Properties: { TopicName: name, KmsMasterKeyId: ref("Key"), Tags: TAGS },
});

/** Where events of all regions arrive and people are told: in IAM's region and in the second one. */
export function alarmTemplate(plan: KitPlan): Template {
  const patterns = patternsOf(plan, SLOT.account);
  const undelivered = { Arn: attribute("Undelivered", "Arn") };
  const allowed = (name: Topic, of: string): Resource => ({
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
  const rule = (name: string, pattern: unknown, to: string): Resource => ({
    Type: "AWS::Events::Rule",
    Properties: {
      Name: name,
      EventBusName: ref("Bus"),
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
        ...LOG_ACCOUNT,
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
        PageOnStart: rule(NAMES.pageStartRule, patterns.start, "Page"),
        PageOnChange: rule(NAMES.pageChangeRule, patterns.change, "Page"),
        PageOnRefused: rule(NAMES.pageRefusedRule, patterns.refused, "Page"),
        StreamOfAll: rule(
          NAMES.streamRule,
          { source: FROM_AWS, account: [SLOT.account] },
          "Stream",
        ),
        PageOnKey: rule(NAMES.pageKeyRule, patterns.keys, "Page"),
        // The key's id is known here only. With it off this region is mute: the other one pages.
        KeyWrites: forwardRule(
          plan,
          NAMES.keyRule,
          keyWrites(plan, SLOT.account, {
            arn: attribute("Key", "Arn"),
            id: ref("Key"),
            inText: { "Fn::Sub": "*${Key.Arn}*" },
          }),
          "Undelivered",
          ["Bus", "UndeliveredPolicy"],
        ),
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
