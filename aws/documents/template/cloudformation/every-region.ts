import { queuePolicy } from "../documents.ts";
import { KEPT_SECONDS, type KitPlan, NAMES } from "../plan.ts";
import { patternsOf } from "../patterns.ts";
import { SLOT } from "../slots.ts";
import { forwardRule } from "./forward.ts";
import {
  inPlace,
  LOG_ACCOUNT,
  ref,
  type Resource,
  TAGS,
  type Template,
  template,
} from "./resource.ts";

/** Listens in one region, for every enabled region: a sign-in of an IAM user may land in any. */
export function everyRegionTemplate(plan: KitPlan): Template {
  const patterns = patternsOf(plan, SLOT.account);
  const rule = (name: string, pattern: unknown): Resource =>
    forwardRule(plan, name, pattern, "Unforwarded", "UnforwardedPolicy");
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
