import type { matchesEvent } from "./event-matcher.ts";
import { ACCOUNT } from "./judges.ts";

// Events as CloudTrail hands them to EventBridge, cut to what a pattern may look at.

export const user = (name: string) => `arn:aws:iam::${ACCOUNT}:user/breakglass/${name}`;
export const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/breakglass/${name}`;
export const latch = `arn:aws:iam::${ACCOUNT}:policy/breakglass/BreakGlassClosed`;

export type Event = NonNullable<Parameters<typeof matchesEvent>[1]> & object;
/** As EventBridge wraps it: its source is the service that CloudTrail names. */
export const call = (
  detail: { readonly eventSource?: string; readonly [field: string]: unknown },
  type = "AWS API Call via CloudTrail",
) => {
  const [service] = (detail.eventSource ?? "signin").split(".");
  return { source: `aws.${service}`, "detail-type": type, account: ACCOUNT, detail } as Event;
};

export const as = (name: string) => ({
  userIdentity: { type: "IAMUser", arn: user(name), userName: name, accountId: ACCOUNT },
});
/** A role's session as CloudTrail shows it. */
export const session = (issuer: string) => ({
  userIdentity: {
    type: "AssumedRole",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${issuer.split("/").at(-1)}/x`,
    sessionContext: { sessionIssuer: { type: "Role", arn: issuer } },
  },
});
export const admin = session(`arn:aws:iam::${ACCOUNT}:role/AccountAdmin`);
export const security = session(`arn:aws:iam::${ACCOUNT}:role/OrgSecurityAdmin`);
export const iam = (eventName: string, requestParameters: object, readOnly = false) => ({
  eventSource: "iam.amazonaws.com",
  eventName,
  readOnly,
  requestParameters,
});
export const other = (
  service: string,
  eventName: string,
  requestParameters: object,
  readOnly = false,
) => ({
  eventSource: `${service}.amazonaws.com`,
  eventName,
  readOnly,
  requestParameters,
});

/** Of the topics' key in one alarm region. */
export const KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY_ID}`;
/** A write at KMS against a key, by its id. */
export const kms = (eventName: string, arn = KEY_ARN) => ({
  ...other("kms", eventName, { keyId: arn.split("/").at(-1) }),
  resources: [{ ARN: arn, accountId: ACCOUNT, type: "AWS::KMS::Key" }],
});
/** The same, refused: CloudTrail names the key in the message alone. */
export const kmsDenied = (eventName: string, arn = KEY_ARN) => ({
  eventSource: "kms.amazonaws.com",
  eventName,
  readOnly: false,
  requestParameters: null,
  errorCode: "AccessDenied",
  errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/AccountAdmin/x is not authorized to perform: kms:${eventName} on resource: ${arn} with an explicit deny in a service control policy`,
});

export const emergency = "bg-emergency";
