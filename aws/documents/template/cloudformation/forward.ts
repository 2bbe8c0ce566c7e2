import { arnsOf, HEARS_ALL, type KitPlan, NAMES } from "../plan.ts";
import { SLOT } from "../slots.ts";
import { attribute, inPlace, type Resource, sub } from "./resource.ts";

/**
 * A rule of a region's own bus that hands on to both alarm buses and to the log account. What can't
 * be handed on goes to the queue `unsent`, which must let it in: `once` that stands.
 */
export function forwardRule(
  plan: KitPlan,
  name: string,
  pattern: unknown,
  unsent: string,
  once: string | readonly string[],
): Resource {
  const arns = arnsOf(plan, SLOT.account);
  const targets = [
    ["home", arns.bus(plan.home)],
    ["second", arns.bus(plan.second)],
    ["copy", arns.copyBus(SLOT.logAccount)],
  ] as const;
  return {
    Type: "AWS::Events::Rule",
    DependsOn: once,
    Properties: {
      Name: name,
      Description: "Break glass: to the alarm buses and the log account",
      State: HEARS_ALL,
      EventPattern: inPlace(pattern),
      Targets: targets.map(([Id, arn]) => ({
        Id,
        Arn: sub(arn),
        RoleArn: sub(arns.role(NAMES.forwardRole)),
        DeadLetterConfig: { Arn: attribute(unsent, "Arn") },
      })),
    },
  };
}
