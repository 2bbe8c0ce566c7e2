import { fail } from "../errors.ts";
import { KIT_PATH } from "../kit.ts";
import { arnsOf, type KitPlan, kitFor, NAMES, PREFIX } from "./plan.ts";

/** One value of an event pattern, as EventBridge matches it (User Guide, "Comparison operators"). */
export type Match =
  | string
  | boolean
  | null
  | { readonly prefix: string }
  | { readonly wildcard: string }
  | { readonly exists: boolean }
  | { readonly "anything-but": readonly string[] };

export interface Pattern {
  readonly [field: string]: readonly Match[] | readonly Pattern[] | Pattern;
}

/** EventBridge's quota for one rule's pattern, in characters. */
export const PATTERN_MOST = 2048;

function pattern(name: string, value: Pattern): Pattern {
  const characters = JSON.stringify(value).length;
  return characters > PATTERN_MOST
    ? fail("POLICY_TOO_LARGE", { name, characters, quota: PATTERN_MOST })
    : value;
}

const CALLS = ["AWS API Call via CloudTrail", "AWS Console Sign In via CloudTrail"] as const;

const prefix = (text: string): Match => ({ prefix: text });
const absentOrNot = (names: readonly string[]): readonly Match[] => [
  { exists: false },
  { "anything-but": names },
];
const asked = (field: string, values: readonly Match[]): Pattern => ({
  requestParameters: { [field]: values },
});
const issuedBy = (arns: readonly Match[]): Pattern => ({
  sessionContext: { sessionIssuer: { arn: arns } },
});

export interface Patterns {
  /** Whatever a kit identity does, read or write, allowed or refused; and who becomes the closer. */
  readonly use: Pattern;
  /** A change to the kit, tried or made, by anyone outside it (for whom `use` speaks). */
  readonly changeByOthers: Pattern;
  /** A change to the kit by anyone at all but the reaper's own bookkeeping: pages. */
  readonly change: Pattern;
  /**
   * The same where AWS refused and CloudTrail leaves the request out of the event, as it does for
   * many a denial: the message names what was asked for. Pages.
   */
  readonly refused: Pattern;
  /** The first step of a use: a session or a sign-in of a kit user. Pages. */
  readonly start: Pattern;
  /** The emergency user is being opened: the reaper looks now, not in five minutes. */
  readonly opened: Pattern;
}

export function patternsOf(plan: KitPlan, account: string): Patterns {
  const kit = kitFor(plan, account);
  const arns = arnsOf(plan, account);
  const users = [kit.emergencyUser.name, kit.activatorUser.name, kit.closerUser.name];
  const userPath = kit.emergencyUser.arn.slice(0, -kit.emergencyUser.name.length);
  const policyPath = kit.latchArn.slice(0, kit.latchArn.indexOf(KIT_PATH) + KIT_PATH.length);
  const closer = kit.closerRole.arn;
  const reaper = arns.role(NAMES.reaperRole);
  const emergencyRole = arns.role(NAMES.emergencyRole);
  const topics = [plan.home, plan.second].map((region) => prefix(arns.topic(region, PREFIX)));
  // A scanner reads all of these every night: only writes count.
  const changes: readonly Pattern[] = [
    asked("userName", users),
    asked("policyArn", [prefix(policyPath)]),
    asked("roleName", [
      NAMES.closerRole,
      NAMES.reaperRole,
      NAMES.forwardRole,
      NAMES.emergencyRole,
      plan.securityRole,
      plan.deployRole,
    ]),
    asked("functionName", [NAMES.reaper, prefix(arns.reaper)]),
    asked("topicArn", topics),
    asked("subscriptionArn", topics),
    asked("rule", [prefix(PREFIX)]),
    asked("name", [prefix(PREFIX), prefix("/breakglass/")]),
    asked("eventBusName", [prefix(PREFIX)]),
    asked("alarmName", [prefix(PREFIX)]),
    asked("alarmNames", [prefix(PREFIX)]),
    asked("aliasName", [NAMES.keyAlias]),
    asked("queueUrl", [{ wildcard: `*/${PREFIX}*` }]),
    asked("stackName", [prefix(PREFIX), { wildcard: `*stack/*${PREFIX}*` }]),
  ];
  const iam = { eventSource: ["iam.amazonaws.com"] };
  const opening = (eventName: readonly string[], more: Pattern = {}): Pattern => ({
    eventName,
    requestParameters: { userName: [kit.emergencyUser.name], ...more },
  });
  const others: Pattern = {
    userName: absentOrNot(users),
    ...issuedBy(absentOrNot([closer, reaper])),
  };
  return {
    use: pattern("breakglass-use", {
      "detail-type": CALLS,
      detail: {
        $or: [
          { userIdentity: { arn: [prefix(userPath)] } },
          // A sign-in that failed has no ARN.
          { userIdentity: { userName: users } },
          {
            userIdentity: issuedBy([prefix(userPath), prefix(closer), prefix(emergencyRole)]),
          },
          { userIdentity: issuedBy([reaper]), ...iam, readOnly: [false] },
          asked("roleArn", [prefix(closer), prefix(emergencyRole)]),
        ],
      },
    }),
    changeByOthers: pattern("breakglass-change", {
      "detail-type": CALLS,
      detail: {
        readOnly: [false],
        userIdentity: others,
        $or: changes,
      },
    }),
    change: pattern("breakglass-page-change", {
      "detail-type": CALLS,
      detail: { readOnly: [false], userIdentity: issuedBy(absentOrNot([reaper])), $or: changes },
    }),
    refused: pattern("breakglass-refused", {
      "detail-type": [CALLS[0]],
      detail: {
        readOnly: [false],
        requestParameters: [null],
        userIdentity: others,
        // Few and short: EventBridge refuses a rule whose wildcards are too many to follow.
        errorMessage: ["user bg-", "breakglass", "BreakGlass"].map((name) => ({
          wildcard: `*${name}*`,
        })),
      },
    }),
    start: pattern("breakglass-page-start", {
      "detail-type": CALLS,
      detail: {
        userIdentity: { userName: users },
        eventName: ["GetSessionToken", "GetFederationToken", "ConsoleLogin"],
      },
    }),
    opened: pattern("breakglass-reaper-opened", {
      "detail-type": [CALLS[0]],
      detail: {
        ...iam,
        errorCode: [{ exists: false }],
        $or: [
          opening([
            "DetachUserPolicy",
            "PutUserPolicy",
            "CreateAccessKey",
            "CreateLoginProfile",
            "UpdateLoginProfile",
            "AddUserToGroup",
            "PutUserPermissionsBoundary",
            "DeleteUserPermissionsBoundary",
          ]),
          opening(["UpdateAccessKey"], { status: ["Active"] }),
          opening(["AttachUserPolicy"], {
            policyArn: [{ "anything-but": [kit.latchArn, arns.awsDenyAll] }],
          }),
        ],
      },
    }),
  };
}
