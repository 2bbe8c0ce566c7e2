import { fail } from "../errors.ts";
import { KIT_PATH } from "../kit.ts";
import { arnsOf, FROM_AWS, type KitPlan, kitFor, NAMES, PREFIX } from "./plan.ts";

/** One value of an event pattern, as EventBridge matches it (User Guide, "Comparison operators"). */
export type Match =
  | string
  | boolean
  | null
  | { readonly prefix: string }
  | { readonly wildcard: string }
  | { readonly exists: boolean }
  | { readonly "equals-ignore-case": string }
  | { readonly "anything-but": readonly string[] }
  | { readonly "anything-but": { readonly "equals-ignore-case": readonly string[] } };

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
/** IAM keeps names apart without regard to case: a request may name one in any. */
const anyCase = (names: readonly string[]): readonly Match[] =>
  names.map((name) => ({ "equals-ignore-case": name }));
const asked = (field: string, values: readonly Match[]): Pattern => ({
  requestParameters: { [field]: values },
});
const issuedBy = (arns: readonly Match[]): Pattern => ({
  sessionContext: { sessionIssuer: { arn: arns } },
});

/** Who is not the kit: neither a kit user, nor what the closer or the reaper does. */
function othersOf(plan: KitPlan, account: string): Pattern {
  const { emergencyUser, activatorUser, closerUser, closerRole } = kitFor(plan, account);
  const users = [emergencyUser.name, activatorUser.name, closerUser.name];
  return {
    userName: [{ exists: false }, { "anything-but": { "equals-ignore-case": users } }],
    ...issuedBy(absentOrNot([closerRole.arn, arnsOf(plan, account).role(NAMES.reaperRole)])),
  };
}

/** Of an alias `change` hears, by its name. */
const NO_ALIAS = { "anything-but": ["CreateAlias", "DeleteAlias", "UpdateAlias"] } as const;
const AT_KMS = { eventSource: ["kms.amazonaws.com"], readOnly: [false] } as const;

/**
 * Writes by others against a key that encrypts the topics (what kit users do, `use` hears). Only the
 * template knows the key, and names it in its own words; `inText` is its ARN between two `*`, since a
 * denial may name it in its message alone.
 */
export const keyWrites = <Word>(
  plan: KitPlan,
  account: string,
  key: { readonly arn: Word; readonly id: Word; readonly inText: Word },
) => ({
  source: ["aws.kms"],
  account: [account],
  "detail-type": [CALLS[0]],
  detail: {
    ...AT_KMS,
    eventName: [NO_ALIAS],
    userIdentity: othersOf(plan, account),
    $or: [
      { resources: { ARN: [key.arn] } },
      { requestParameters: { keyId: [key.arn, key.id] } },
      { errorMessage: [{ wildcard: key.inText }] },
    ],
  },
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
  /**
   * On the alarm's buses, where others' writes at KMS arrive from the topics' keys alone (see
   * `keyWrites`), and kit users' from any key: what ends one. Pages.
   */
  readonly keys: Pattern;
  /** The first step of a use: a session or a sign-in of a kit user. Pages. */
  readonly start: Pattern;
  /** The emergency user is being opened: the reaper looks now, not in five minutes. */
  readonly opened: Pattern;
}

/**
 * All that the kit's accounts send to the log account. Refused (`POLICY_TOO_LARGE`) beyond some 130
 * accounts: one rule's pattern has no room for more.
 */
export const copyPattern = (plan: KitPlan): Pattern =>
  pattern("copy to the log account", { source: FROM_AWS, account: plan.accounts });

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
    { userName: anyCase(users) },
    { policyArn: [prefix(policyPath)] },
    {
      roleName: anyCase([
        NAMES.closerRole,
        NAMES.reaperRole,
        NAMES.forwardRole,
        NAMES.emergencyRole,
        plan.securityRole,
        plan.deployRole,
      ]),
    },
    { functionName: [NAMES.reaper, prefix(arns.reaper)] },
    { topicArn: topics },
    { subscriptionArn: topics },
    { rule: [prefix(PREFIX)] },
    { name: [prefix(PREFIX), prefix("/breakglass/")] },
    { names: [prefix("/breakglass/")] },
    { eventBusName: [prefix(PREFIX)] },
    { alarmName: [prefix(PREFIX)] },
    { alarmNames: [prefix(PREFIX)] },
    { aliasName: [NAMES.keyAlias] },
    { queueUrl: [{ wildcard: `*/${PREFIX}*` }] },
    { stackName: [prefix(PREFIX), { wildcard: `*stack/*${PREFIX}*` }] },
  ];
  // The account stays in an event that is handed on to other regions and to the log account.
  const heard = (source: readonly Match[] = FROM_AWS): Pattern => ({ source, account: [account] });
  const iam = { eventSource: ["iam.amazonaws.com"] };
  const opening = (eventName: readonly string[], more: Pattern = {}): Pattern => ({
    eventName,
    requestParameters: { userName: anyCase([kit.emergencyUser.name]), ...more },
  });
  const others = othersOf(plan, account);
  return {
    use: pattern("breakglass-use", {
      ...heard(),
      "detail-type": CALLS,
      detail: {
        $or: [
          { userIdentity: { arn: [prefix(userPath)] } },
          // A sign-in that failed has no ARN.
          { userIdentity: { userName: anyCase(users) } },
          {
            userIdentity: issuedBy([prefix(userPath), prefix(closer), prefix(emergencyRole)]),
          },
          { userIdentity: issuedBy([reaper]), ...iam, readOnly: [false] },
          asked("roleArn", [prefix(closer), prefix(emergencyRole)]),
        ],
      },
    }),
    changeByOthers: pattern("breakglass-change", {
      ...heard(),
      "detail-type": CALLS,
      detail: {
        readOnly: [false],
        userIdentity: others,
        requestParameters: { $or: changes },
      },
    }),
    change: pattern("breakglass-page-change", {
      ...heard(),
      "detail-type": CALLS,
      detail: {
        readOnly: [false],
        userIdentity: issuedBy(absentOrNot([reaper])),
        requestParameters: { $or: changes },
      },
    }),
    refused: pattern("breakglass-refused", {
      ...heard(),
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
    keys: pattern("breakglass-page-key", {
      ...heard(["aws.kms"]),
      "detail-type": [CALLS[0]],
      detail: {
        ...AT_KMS,
        $or: [
          { eventName: [NO_ALIAS], userIdentity: others },
          { eventName: ["DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion"] },
        ],
      },
    }),
    start: pattern("breakglass-page-start", {
      ...heard(["aws.sts", "aws.signin"]),
      "detail-type": CALLS,
      detail: {
        userIdentity: { userName: anyCase(users) },
        eventName: ["GetSessionToken", "GetFederationToken", "ConsoleLogin"],
      },
    }),
    opened: pattern("breakglass-reaper-opened", {
      ...heard(["aws.iam"]),
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
