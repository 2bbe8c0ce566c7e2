import { CLOSER_MAX_SECONDS, KIT_PATH } from "../../kit.ts";
import { KIT_TAGS as tags, type KitPlan, kitFor, NAMES } from "../plan.ts";
import { SLOT } from "../slots.ts";
import { documentFor } from "./documents.ts";
import { type Block, block, commented, hcl, raw, resource } from "./hcl.ts";

const managed = (name: string, arn: string, description: string, document: string): Block =>
  resource("aws_iam_policy", name, {
    name: arn.slice(arn.lastIndexOf("/") + 1),
    path: KIT_PATH,
    description,
    policy: documentFor(document),
    tags,
  });

const role = (
  name: string,
  roleName: string,
  trust: string,
  more: Block["attributes"] = {},
): Block =>
  resource("aws_iam_role", name, {
    name: roleName,
    path: KIT_PATH,
    assume_role_policy: documentFor(trust),
    ...more,
    tags,
  });

const roleOwn = (name: string, roleName: string): Block =>
  resource("aws_iam_role_policy", name, {
    name: roleName,
    role: raw(`aws_iam_role.${name}.id`),
    policy: documentFor(name),
  });

export function identitiesTf(plan: KitPlan): string {
  const kit = kitFor(plan, SLOT.account);
  return hcl(
    managed(
      "latch",
      kit.latchArn,
      "Denies everything. Attached while the access is closed.",
      "latch",
    ),
    managed(
      "boundary",
      kit.boundaryArn,
      "What the emergency user can never do, whatever policy it has.",
      "emergency-boundary",
    ),
    managed(
      "activator",
      kit.activatorPolicyArn,
      "Opens and closes the emergency user's access, and does nothing else.",
      "activator",
    ),
    commented(
      "Access keys are no resources here: their secrets would stand in the state file.",
      resource(
        "aws_iam_user",
        "emergency",
        {
          name: kit.emergencyUser.name,
          path: KIT_PATH,
          permissions_boundary: raw("aws_iam_policy.boundary.arn"),
          tags,
        },
        commented(
          "An activation writes these.",
          block("lifecycle", [], {
            ignore_changes: [
              raw('tags["IncidentId"]'),
              raw('tags["BreakGlassUntil"]'),
              raw('tags["BreakGlassRecord"]'),
            ],
          }),
        ),
      ),
    ),
    commented(
      "An apply during an access would attach it and so end the access: it fails shut.",
      resource("aws_iam_user_policy_attachment", "latch", {
        user: raw("aws_iam_user.emergency.name"),
        policy_arn: raw("aws_iam_policy.latch.arn"),
      }),
    ),
    resource("aws_iam_user", "activator", {
      name: kit.activatorUser.name,
      path: KIT_PATH,
      permissions_boundary: raw("aws_iam_policy.activator.arn"),
      tags,
    }),
    resource("aws_iam_user_policy_attachment", "activator", {
      user: raw("aws_iam_user.activator.name"),
      policy_arn: raw("aws_iam_policy.activator.arn"),
    }),
    resource("aws_iam_user", "closer", { name: kit.closerUser.name, path: KIT_PATH, tags }),
    resource("aws_iam_user_policy", "closer", {
      name: "BreakGlassCloserUser",
      user: raw("aws_iam_user.closer.name"),
      policy: documentFor("closer-user"),
    }),
    role("closer", kit.closerRole.name, "closer-trust", {
      max_session_duration: CLOSER_MAX_SECONDS,
      // IAM refuses a trust policy that names users not yet made.
      depends_on: [raw("aws_iam_user.closer"), raw("aws_iam_user.activator")],
    }),
    roleOwn("closer", kit.closerRole.name),
    role("reaper", NAMES.reaperRole, "reaper-trust"),
    roleOwn("reaper", NAMES.reaperRole),
    role("forward", NAMES.forwardRole, "forward-trust"),
    roleOwn("forward", NAMES.forwardRole),
  );
}
