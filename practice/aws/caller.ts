import { timingSafeEqual } from "node:crypto";
import type { Context } from "./judge/condition.ts";
import { AwsRefusal, refuse } from "./errors.ts";
import { evaluate, type PolicyDocument, readPolicy } from "./judge/policy.ts";
import { checkSignature, type HttpRequest, readSigned, type Signed } from "./sigv4.ts";
import {
  type AccountState,
  type Partition,
  replicated,
  type RoleState,
  type SessionState,
  type UserState,
  type World,
} from "./world.ts";
import type { ServiceName } from "./xml.ts";

/** Who signed a request: a user's long-term key, a session of a user, or a session of a role. */
export interface Caller {
  readonly account: AccountState;
  readonly user: UserState | null;
  readonly role: RoleState | null;
  readonly session: SessionState | null;
  readonly accessKeyId: string;
  readonly arn: string;
  readonly userId: string;
  readonly service: ServiceName;
  readonly region: string;
}

const IAM_REGION: Readonly<Record<Partition, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

const partitionOf = (region: string): Partition | null =>
  !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)
    ? null
    : region.startsWith("cn-")
      ? "aws-cn"
      : region.startsWith("us-gov-")
        ? "aws-us-gov"
        : "aws";

const badToken = (): never =>
  refuse("InvalidClientTokenId", 403, "The security token included in the request is invalid.");

interface Found {
  readonly secret: string;
  readonly accountId: string;
  readonly session: SessionState | null;
  readonly userName: string | null;
}

/** Keys are found as they have replicated: a key made or switched a moment ago may not be there yet. */
function find(world: World, accessKeyId: string, now: number): Found {
  const session = world.sessions[accessKeyId];
  if (session !== undefined)
    return {
      secret: session.secretAccessKey,
      accountId: session.accountId,
      session,
      userName: session.of.kind === "user" ? session.of.name : null,
    };
  for (const account of Object.values(world.accounts))
    for (const user of Object.values(account.users)) {
      const key = replicated(user, now).keys.find((item) => item.accessKeyId === accessKeyId);
      if (key === undefined) continue;
      if (key.status !== "Active") return badToken();
      return {
        secret: key.secretAccessKey,
        accountId: account.accountId,
        session: null,
        userName: user.name,
      };
    }
  return badToken();
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function checkSession(session: SessionState, signed: Signed, serverTime: number): void {
  if (signed.token === null || !same(signed.token, session.token)) badToken();
  if (serverTime >= session.expiresAt)
    refuse("ExpiredToken", 403, "The security token included in the request is expired");
}

function checkScope(signed: Signed, service: ServiceName, partition: Partition): void {
  if (signed.service !== service)
    refuse(
      "SignatureDoesNotMatch",
      403,
      `Credential should be scoped to correct service: '${service}'.`,
    );
  const right =
    service === "iam"
      ? signed.region === IAM_REGION[partition]
      : partitionOf(signed.region) === partition;
  if (!right)
    refuse("SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region.");
}

/**
 * Proves who is calling. `now` is real time, by which changes replicate; `serverTime` is AWS's
 * clock, by which signatures and sessions are judged.
 */
export function authenticate(
  world: World,
  request: HttpRequest,
  service: ServiceName,
  now: number,
  serverTime: number,
): Caller {
  const signed = readSigned(request);
  const found = find(world, signed.accessKeyId, now);
  const account = world.accounts[found.accountId] ?? badToken();
  checkScope(signed, service, account.partition);
  checkSignature(request, signed, found.secret, serverTime);
  if (found.session !== null) checkSession(found.session, signed, serverTime);
  else if (signed.token !== null) badToken();
  const base = {
    account,
    session: found.session,
    accessKeyId: signed.accessKeyId,
    service,
    region: signed.region,
  };
  const of = found.session?.of;
  if (of?.kind === "role") {
    const role = account.roles[of.name] ?? badToken();
    return {
      ...base,
      user: null,
      role,
      arn: `arn:${account.partition}:sts::${account.accountId}:assumed-role/${role.name}/${of.sessionName}`,
      userId: `${role.roleId}:${of.sessionName}`,
    };
  }
  const user = account.users[found.userName ?? ""] ?? badToken();
  return { ...base, user, role: null, arn: user.arn, userId: user.userId };
}

/** AWS writes condition times with whole seconds. */
const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/**
 * The request context of a caller. Long-term keys have no aws:TokenIssueTime and no
 * aws:MultiFactorAuthPresent; a session has both. aws:SecureTransport is said to be true although
 * this is loopback HTTP: a known difference.
 */
export function contextOf(
  caller: Caller,
  now: number,
  serverTime: number,
): Map<string, string | readonly string[]> {
  const { session, account } = caller;
  const context = new Map<string, string | readonly string[]>([
    ["aws:currenttime", isoSeconds(serverTime)],
    ["aws:epochtime", String(Math.floor(serverTime / 1000))],
    ["aws:securetransport", "true"],
    ["aws:requestedregion", caller.region],
    ["aws:principalaccount", account.accountId],
    ["aws:principalarn", caller.role?.arn ?? caller.arn],
    ["aws:principaltype", caller.role === null ? "User" : "AssumedRole"],
    ["aws:userid", caller.userId],
    ["aws:sourceip", "127.0.0.1"],
    ["aws:viaawsservice", "false"],
  ]);
  if (caller.user !== null) {
    context.set("aws:username", caller.user.name);
    for (const [key, value] of Object.entries(replicated(caller.user, now).tags))
      context.set(`aws:principaltag/${key.toLowerCase()}`, value);
  }
  if (session !== null) {
    context.set("aws:tokenissuetime", isoSeconds(session.issuedAt));
    context.set("aws:multifactorauthpresent", String(session.mfa));
    if (session.mfa)
      context.set(
        "aws:multifactorauthage",
        String(Math.floor((serverTime - session.issuedAt) / 1000)),
      );
    if (session.of.kind === "role" && session.of.sourceIdentity !== null)
      context.set("aws:sourceidentity", session.of.sourceIdentity);
  }
  return context;
}

/** AWS-managed policies that exist in every account; any other is found in the account. */
const AWS_MANAGED: Readonly<Record<string, string>> = {
  AdministratorAccess:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
  AWSDenyAll:
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":"*"}]}',
};

/** Text of a managed policy, or null when the account has none of that ARN. */
export function managedPolicy(account: AccountState, arn: string): string | null {
  const prefix = `arn:${account.partition}:iam::aws:policy/`;
  if (arn.startsWith(prefix)) return AWS_MANAGED[arn.slice(prefix.length)] ?? null;
  return account.policies[arn]?.document ?? null;
}

const parsed = new Map<string, PolicyDocument>();
/** Enough for the policies of a few hundred accounts. */
const MOST_PARSED = 4096;

/** Parsing is pure, so a text is parsed once; the map is kept small. */
function parse(text: string): PolicyDocument {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= MOST_PARSED) parsed.clear();
  const document = readPolicy(text);
  parsed.set(text, document);
  return document;
}

function attachedTo(caller: Caller, now: number): { identity: string[]; boundary: string | null } {
  const holder = caller.role ?? (caller.user === null ? null : replicated(caller.user, now));
  if (holder === null) return { identity: [], boundary: null };
  const managed = holder.attached.map((arn) => managedPolicy(caller.account, arn));
  return {
    identity: [...Object.values(holder.inline), ...managed.filter((text) => text !== null)],
    boundary:
      holder.boundaryArn === null
        ? null
        : // A boundary whose policy is gone allows nothing.
          (managedPolicy(caller.account, holder.boundaryArn) ??
          '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'),
  };
}

/** What the caller's own policies say. `why` is AWS's half sentence for a refusal. */
export function judge(
  caller: Caller,
  request: { readonly action: string; readonly resource: string; readonly context: Context },
  now: number,
): { readonly allowed: boolean; readonly explicitDeny: boolean; readonly why: string } {
  const { identity, boundary } = attachedTo(caller, now);
  const session = caller.session?.of.kind === "role" ? caller.session.of.policy : null;
  const layers = [
    { name: "an identity-based policy", texts: identity },
    { name: "a permissions boundary", texts: boundary === null ? null : [boundary] },
    { name: "a session policy", texts: session === null ? null : [session] },
  ].flatMap(({ name, texts }) =>
    texts === null ? [] : [{ name, verdict: evaluate(texts.map(parse), request) }],
  );
  const denied = layers.find(({ verdict }) => verdict === "deny");
  if (denied !== undefined)
    return { allowed: false, explicitDeny: true, why: `with an explicit deny in ${denied.name}` };
  const silent = layers.find(({ verdict }) => verdict === "none");
  return silent === undefined
    ? { allowed: true, explicitDeny: false, why: "" }
    : {
        allowed: false,
        explicitDeny: false,
        why: `because no ${silent.name.replace(/^an? /, "")} allows the ${request.action} action`,
      };
}

export const accessDenied = (caller: Caller, action: string, resource: string, why: string) =>
  new AwsRefusal(
    "AccessDenied",
    403,
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
  );
