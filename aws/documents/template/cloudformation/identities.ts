import {
  activatorPolicy,
  closerRolePolicy,
  closerTrustPolicy,
  closerUserPolicy,
} from "../../activator.ts";
import { boundaryPolicy } from "../../boundary.ts";
import { CLOSER_MAX_SECONDS, KIT_PATH } from "../../kit.ts";
import { latchPolicy } from "../../window.ts";
import { forwardPolicy, forwardTrust, reaperPolicy, reaperTrust } from "../documents.ts";
import { type KitPlan, kitFor, NAMES } from "../plan.ts";
import { SLOT } from "../slots.ts";
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

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

const managed = (arn: string, Description: string, document: unknown): Resource => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: {
    ManagedPolicyName: nameOf(arn),
    Path: KIT_PATH,
    Description,
    PolicyDocument: inPlace(document),
  },
});

const user = (name: string, more: Readonly<Record<string, unknown>>): Resource => ({
  Type: "AWS::IAM::User",
  Properties: { UserName: name, Path: KIT_PATH, ...more, Tags: TAGS },
});

const role = (
  name: string,
  trust: unknown,
  policy: unknown,
  more: Readonly<Record<string, unknown>> = {},
): Resource => ({
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: name,
    Path: KIT_PATH,
    AssumeRolePolicyDocument: inPlace(trust),
    Policies: [{ PolicyName: name, PolicyDocument: inPlace(policy) }],
    ...more,
    Tags: TAGS,
  },
});

const output = (Value: unknown) => ({ Value });

/** Users, roles and policies: IAM's part, once per account, in IAM's region. */
export function identitiesTemplate(plan: KitPlan): Template {
  const kit = kitFor(plan, SLOT.account);
  return template("Break glass, 2 of 5: identities. Once per account, in IAM's region.", {
    Parameters: LOG_ACCOUNT,
    Resources: {
      Latch: managed(
        kit.latchArn,
        "Denies everything. Attached while the access is closed.",
        latchPolicy(),
      ),
      Boundary: managed(
        kit.boundaryArn,
        "What the emergency user can never do, whatever policy it has.",
        boundaryPolicy(kit),
      ),
      ActivatorPolicy: managed(
        kit.activatorPolicyArn,
        "Opens and closes the emergency user's access, and does nothing else.",
        activatorPolicy(kit),
      ),
      EmergencyUser: user(kit.emergencyUser.name, {
        PermissionsBoundary: ref("Boundary"),
        ManagedPolicyArns: [ref("Latch")],
      }),
      ActivatorUser: user(kit.activatorUser.name, {
        PermissionsBoundary: ref("ActivatorPolicy"),
        ManagedPolicyArns: [ref("ActivatorPolicy")],
      }),
      CloserUser: user(kit.closerUser.name, {
        Policies: [
          { PolicyName: "BreakGlassCloserUser", PolicyDocument: inPlace(closerUserPolicy(kit)) },
        ],
      }),
      CloserRole: {
        ...role(kit.closerRole.name, trustOfUsers(kit), closerRolePolicy(kit), {
          MaxSessionDuration: CLOSER_MAX_SECONDS,
        }),
      },
      ReaperRole: role(NAMES.reaperRole, reaperTrust(), reaperPolicy(plan, SLOT.account)),
      ForwardRole: role(
        NAMES.forwardRole,
        forwardTrust(SLOT.account),
        forwardPolicy(plan, SLOT.account, SLOT.logAccount),
      ),
    },
    Outputs: {
      EmergencyUserArn: output(attribute("EmergencyUser", "Arn")),
      ActivatorUserArn: output(attribute("ActivatorUser", "Arn")),
      CloserUserArn: output(attribute("CloserUser", "Arn")),
    },
  });
}

/** The users by reference: IAM refuses a trust policy that names one not yet made. */
function trustOfUsers(kit: ReturnType<typeof kitFor>): unknown {
  const trust = closerTrustPolicy(kit);
  return {
    ...trust,
    Statement: trust.Statement.map((statement) => ({
      ...statement,
      Principal: {
        AWS: [attribute("CloserUser", "Arn"), attribute("ActivatorUser", "Arn")],
      },
    })),
  };
}
