import { hex, sha256, utf8 } from "../../../crypto/bytes.ts";
import { parseTime } from "./time.ts";
import { readWindow, type WindowText } from "./window-text.ts";

/** What is kept of one CloudTrail event (record format 1.0x, "CloudTrail record contents"). */
export interface TrailEvent {
  /** eventID: the same event in two files has the same one. */
  readonly id: string;
  /** Epoch ms; CloudTrail gives whole seconds. */
  readonly time: number;
  /** eventSource without .amazonaws.com */
  readonly service: string;
  readonly name: string;
  readonly region: string;
  /** In whose account it was logged. */
  readonly account: string;
  /** errorCode; null: it succeeded. */
  readonly error: string | null;
  readonly readOnly: boolean;
  readonly category: "Management" | "Data" | "Insight" | "other";
  readonly source: string;
  readonly agent: string;
  readonly actor: Actor;
  readonly grants: readonly Grant[];
  /** What it acted on, if it speaks of IAM, STS or sign-in; null otherwise. */
  readonly target: Target | null;
  /** Of a write: parameters that name a part of the kit, by field. */
  readonly parts: Readonly<Record<string, readonly string[]>> | null;
  /** Its simple request parameters, cut. */
  readonly params: string;
}

/** What of an event says whether it concerns an access: the rest is read only if it does. */
export type Outline = Pick<
  TrailEvent,
  | "time"
  | "service"
  | "name"
  | "region"
  | "account"
  | "readOnly"
  | "category"
  | "actor"
  | "target"
  | "parts"
>;

/** Who called, by every name that links events to each other. */
export interface Actor {
  readonly type: string;
  /** Access key id of a key or session. */
  readonly key: string | null;
  /** An IAM user's ARN, or account/name where no ARN is logged (a failed sign-in). */
  readonly user: string | null;
  /** A role session: the role's unique id and the session's name. */
  readonly session: string | null;
  /** The role or user that issued the session. */
  readonly issuer: string | null;
  /** The AWS service that called on the actor's behalf. */
  readonly service: string | null;
  /** For people. */
  readonly name: string;
  /** ARN of who switched to this role in the console. */
  readonly switchedFrom: string | null;
}

/** A credential or principal that an event brought about. */
export interface Grant {
  readonly kind: "key" | "session" | "user" | "role";
  readonly mark: string;
  /** Epoch ms; null: it does not end by itself. */
  readonly until: number | null;
  /** For people: what it is of. */
  readonly of: string;
}

export interface Target {
  readonly user: string | null;
  readonly role: string | null;
  readonly policy: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** UpdateAccessKey: the key's id, and Active or Inactive. */
  readonly key: string | null;
  readonly status: string | null;
  /** A policy written: SHA-256 (hex) of its text, and the access window that it is, if it is one. */
  readonly document: { readonly sha256: string; readonly window: WindowText | null } | null;
}

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const MOST_TEXT = 256;
const cut = (text: string, most = MOST_TEXT): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

export const textOf = (fields: Fields | null, name: string): string | null => {
  const value = fields?.[name];
  return typeof value === "string" && value !== "" ? cut(value) : null;
};

/** The event, or what about it can't be read. Fields that AWS may leave out may be missing. */
export function readEvent(value: unknown): TrailEvent | string {
  const event = fieldsOf(value);
  if (event === null) return "no object";
  const id = textOf(event, "eventID");
  if (id === null) return "eventID";
  const outline = outlineOf(event, actorOf);
  if (typeof outline === "string") return outline;
  const params = paramsOf(event);
  const error = textOf(event, "errorCode") ?? refusedSignIn(event);
  const { time, actor } = outline;
  return {
    id,
    ...outline,
    error,
    source: textOf(event, "sourceIPAddress") ?? "",
    agent: textOf(event, "userAgent") ?? "",
    grants: error === null ? grantsOf(event, params, time, actor) : NONE,
    params: summaryOf(params),
  };
}
const paramsOf = (event: Fields): Fields | null => fieldsOf(event["requestParameters"]);

/** What `readEvent` says of an event that has an id. Parameters are asked for where they matter. */
export function outlineOf(event: Fields, who = actorOf, asked = paramsOf): Outline | string {
  const time = parseTime(event["eventTime"]);
  const source = textOf(event, "eventSource");
  const name = textOf(event, "eventName");
  const region = textOf(event, "awsRegion");
  if (time === null) return "eventTime";
  if (source === null) return "eventSource";
  if (name === null) return "eventName";
  if (region === null) return "awsRegion";
  const identity = fieldsOf(event["userIdentity"]);
  const account = textOf(event, "recipientAccountId") ?? textOf(identity, "accountId");
  if (account === null) return "recipientAccountId";
  const service = source.endsWith(DOMAIN) ? source.slice(0, -DOMAIN.length) : source;
  const readOnly = event["readOnly"] === true || event["readOnly"] === "true";
  return {
    time,
    service,
    name,
    region,
    account,
    readOnly,
    category: categoryOf(event),
    actor: who(event, identity, account),
    target: IDENTITY.has(service) ? targetOf(asked(event)) : null,
    parts: readOnly ? null : partsOf(asked(event)),
  };
}

const DOMAIN = ".amazonaws.com";
const NONE: readonly Grant[] = [];
const IDENTITY = new Set(["iam", "sts", "signin"]);

/** Console sign-in has no errorCode when it fails: its answer says so. */
function refusedSignIn(event: Fields): string | null {
  const answer = fieldsOf(event["responseElements"]);
  const refused = answer !== null && Object.values(answer).includes("Failure");
  return refused ? (textOf(event, "errorMessage") ?? "Failure") : null;
}

function categoryOf(event: Fields): TrailEvent["category"] {
  const category = event["eventCategory"];
  if (category === undefined) return event["managementEvent"] === false ? "Data" : "Management";
  return category === "Management" || category === "Data" || category === "Insight"
    ? category
    : "other";
}

export function actorOf(event: Fields, identity: Fields | null, account: string): Actor {
  const type = textOf(identity, "type") ?? "Unknown";
  const arn = textOf(identity, "arn");
  const userName = textOf(identity, "userName");
  const session = fieldsOf(identity?.["sessionContext"]);
  const issuer = fieldsOf(session?.["sessionIssuer"]);
  const principal = textOf(identity, "principalId");
  const service = textOf(identity, "invokedBy");
  const isUser = type === "IAMUser";
  const named =
    userName === null ? null : `${textOf(identity, "accountId") ?? account}/${userName}`;
  return {
    type,
    key: textOf(identity, "accessKeyId"),
    user: isUser ? (arn ?? named) : null,
    session: type === "AssumedRole" ? principal : null,
    issuer: textOf(issuer, "arn"),
    service: service === null || service === "AWS Internal" ? service : cut(service, 64),
    name: arn ?? named ?? principal ?? textOf(identity, "invokedBy") ?? type,
    switchedFrom:
      event["eventName"] === "SwitchRole"
        ? textOf(fieldsOf(event["additionalEventData"]), "SwitchFrom")
        : null,
  };
}

const HOUR = 3_600_000;

/** Sessions, keys and principals that a successful call gave out. */
function grantsOf(
  event: Fields,
  params: Fields | null,
  time: number,
  actor: Actor,
): readonly Grant[] {
  if (actor.switchedFrom !== null && actor.session !== null)
    return [{ kind: "session", mark: actor.session, until: time + 12 * HOUR, of: actor.name }];
  const answer = fieldsOf(event["responseElements"]);
  if (answer === null) return NONE;
  const grants: Grant[] = [];
  const given = fieldsOf(answer["credentials"]) ?? fieldsOf(answer["Credentials"]);
  const key = textOf(given, "accessKeyId") ?? textOf(given, "AccessKeyId");
  const assumed = fieldsOf(answer["assumedRoleUser"]);
  if (key !== null) {
    const until = expiryOf(given, params, time);
    const of =
      textOf(assumed, "arn") ??
      textOf(fieldsOf(answer["federatedUser"]), "arn") ??
      textOf(params, "targetPrincipal") ??
      actor.name;
    grants.push({ kind: "key", mark: key, until, of });
    const session = textOf(assumed, "assumedRoleId");
    if (session !== null) grants.push({ kind: "session", mark: session, until, of });
  }
  const made = fieldsOf(answer["accessKey"]);
  const madeKey = textOf(made, "accessKeyId");
  if (madeKey !== null)
    grants.push({ kind: "key", mark: madeKey, until: null, of: textOf(made, "userName") ?? "?" });
  for (const kind of ["user", "role"] as const) {
    const created = event["eventName"] === (kind === "user" ? "CreateUser" : "CreateRole");
    const arn = created ? textOf(fieldsOf(answer[kind]), "arn") : null;
    if (arn !== null) grants.push({ kind, mark: arn, until: null, of: arn });
  }
  return grants.length === 0 ? NONE : grants;
}

/** "Aug 28, 2026, 9:59:55 PM" in UTC, or ISO; else by the duration asked for, else STS's longest. */
function expiryOf(given: Fields | null, params: Fields | null, time: number): number {
  const said = parseTime(given?.["expiration"] ?? given?.["Expiration"]);
  if (said !== null) return said;
  const asked = params?.["durationSeconds"];
  const seconds = typeof asked === "number" && asked > 0 && asked <= 129_600 ? asked : 129_600;
  return time + seconds * 1000;
}

function targetOf(params: Fields | null): Target | null {
  if (params === null) return null;
  const user = textOf(params, "userName");
  const role = textOf(params, "roleArn") ?? textOf(params, "roleName");
  const policy = textOf(params, "policyArn") ?? textOf(params, "policyName");
  if (user === null && role === null && policy === null) return null;
  const tags: Record<string, string> = {};
  const list = params["tags"];
  if (Array.isArray(list))
    for (const item of list.slice(0, 50)) {
      const tag = fieldsOf(item);
      const key = textOf(tag, "key");
      if (key !== null) tags[`tag:${key}`] = textOf(tag, "value") ?? "";
    }
  const key = textOf(params, "accessKeyId");
  return {
    user,
    role,
    policy,
    tags,
    key,
    status: textOf(params, "status"),
    document: documentOf(params),
  };
}

/** How everything of the kit is called, in one way or the other. */
const KIT_NAME = /breakglass|bg-/i;

function partsOf(params: Fields | null): TrailEvent["parts"] {
  if (params === null) return null;
  const parts: [string, readonly string[]][] = [];
  for (const name in params) {
    const value = params[name];
    const texts = (Array.isArray(value) ? value.slice(0, 100) : [value]).filter(
      (one): one is string => typeof one === "string" && one.length < 1024 && KIT_NAME.test(one),
    );
    if (texts.length > 0) parts.push([name, texts]);
  }
  return parts.length === 0 ? null : Object.fromEntries(parts);
}

function documentOf(params: Fields): Target["document"] {
  const text = params["policyDocument"];
  if (typeof text !== "string") return null;
  return { sha256: hex(sha256(utf8(text))), window: readWindow(text) };
}

/** Enough to know the object of a call; whole documents stay in the log. */
const SUMMARY = 160;

function summaryOf(params: Fields | null): string {
  if (params === null) return "";
  let text = "";
  for (const name in params) {
    const value = params[name];
    if (typeof value === "object" || value === undefined) continue;
    text += `${text === "" ? "" : ", "}${name}=${cut(String(value), 80)}`;
    if (text.length > SUMMARY) return cut(text, SUMMARY);
  }
  return text;
}
