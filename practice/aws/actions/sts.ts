import { randomBytes } from "node:crypto";
import { type Action, type Call, iso, newKeyId, newSecret, required } from "./action.ts";
import { accessDenied, contextOf, judge } from "../caller.ts";
import { invalid, noSuchEntity, refuse } from "../errors.ts";
import { evaluateTrust, readPolicy, readTrust } from "../judge/policy.ts";
import { acceptTotp } from "../totp.ts";
import type { RoleState, SessionState, UserState } from "../world.ts";
import type { Xml } from "../xml.ts";

function duration(call: Call, fallback: number, least: number, most: number): number {
  const text = call.params.get("DurationSeconds") ?? String(fallback);
  const seconds = Number(text);
  return /^\d+$/.test(text) && seconds >= least && seconds <= most
    ? seconds
    : invalid(
        `Value '${text}' at 'durationSeconds' failed to satisfy constraint: Member must have value between ${least} and ${most}`,
      );
}

const wrongCode = (): never =>
  refuse(
    "AccessDenied",
    403,
    "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
  );

/** True if a right code came, false if none was sent; a wrong or used one is refused. */
function mfa(call: Call, user: UserState | null): boolean {
  const serial = call.params.get("SerialNumber");
  const code = call.params.get("TokenCode");
  if (serial === undefined && code === undefined) return false;
  const device = user?.mfa.find((item) => item.serial === serial);
  if (device === undefined || code === undefined) return wrongCode();
  const step = acceptTotp(device.seed, code, call.serverTime, device.lastStep) ?? wrongCode();
  device.lastStep = step;
  return true;
}

function open(
  call: Call,
  of: SessionState["of"],
  mfaPresent: boolean,
  seconds: number,
): SessionState {
  const issuedAt = Math.floor(call.serverTime / 1000) * 1000;
  const session: SessionState = {
    accessKeyId: newKeyId("ASIA"),
    secretAccessKey: newSecret(),
    token: `PRACTICE${randomBytes(96).toString("base64")}`,
    issuedAt,
    expiresAt: issuedAt + seconds * 1000,
    accountId: call.caller.account.accountId,
    mfa: mfaPresent,
    of,
  };
  for (const [id, old] of Object.entries(call.world.sessions))
    // An hour of grace, in which AWS says ExpiredToken rather than that it never knew the key.
    if (old.expiresAt + 3_600_000 < call.serverTime) delete call.world.sessions[id];
  call.world.sessions[session.accessKeyId] = session;
  return session;
}

const credentials = (session: SessionState): Xml => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.token,
  Expiration: iso(session.expiresAt),
});

function roleOf(call: Call): RoleState {
  const arn = required(call, "RoleArn");
  const role = Object.values(call.caller.account.roles).find((item) => item.arn === arn);
  // AWS does not tell a caller whether a role exists.
  if (role === undefined) throw accessDenied(call.caller, "sts:AssumeRole", arn, "");
  return role;
}

/**
 * In one account a trust policy that names the user suffices; one that names the account asks the
 * user's own policies too. An explicit deny in those always counts.
 */
function trusted(call: Call, role: RoleState, action: string, mfaPresent: boolean): void {
  const { caller } = call;
  const context = contextOf(caller, call.now, call.serverTime);
  if (mfaPresent) context.set("aws:multifactorauthpresent", "true");
  const sourceIdentity = call.params.get("SourceIdentity");
  if (sourceIdentity !== undefined) context.set("sts:sourceidentity", sourceIdentity);
  context.set("sts:rolesessionname", required(call, "RoleSessionName"));
  const request = { action, resource: role.arn, context };
  const how = evaluateTrust(readTrust(role.trust), request, {
    arns: caller.role === null ? [caller.arn] : [caller.arn, caller.role.arn],
    accountArn: `arn:${caller.account.partition}:iam::${caller.account.accountId}:root`,
    accountId: caller.account.accountId,
  });
  const own = judge(caller, request, call.now);
  const let_in = how === "direct" ? !own.explicitDeny : how === "account" && own.allowed;
  if (!let_in) throw accessDenied(caller, action, role.arn, own.why);
}

function assumeRole(call: Call): Xml {
  for (const name of call.params.keys())
    if (/^(Tags|TransitiveTagKeys|PolicyArns|ProvidedContexts)\./.test(name))
      invalid(`practice AWS has no ${name}`);
  const role = roleOf(call);
  const sessionName = required(call, "RoleSessionName");
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName))
    invalid(`Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint`);
  const seconds = duration(call, 3600, 900, 43_200);
  const most = call.caller.role === null ? role.maxSessionSeconds : 3600;
  if (seconds > most)
    refuse(
      "ValidationError",
      400,
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  const policy = call.params.get("Policy") ?? null;
  if (policy !== null) readPolicy(policy);
  const mfaPresent = mfa(call, call.caller.user);
  trusted(call, role, "sts:AssumeRole", mfaPresent);
  const sourceIdentity = call.params.get("SourceIdentity") ?? null;
  if (sourceIdentity !== null) trusted(call, role, "sts:SetSourceIdentity", mfaPresent);
  const of = { kind: "role", name: role.name, sessionName, sourceIdentity, policy } as const;
  const session = open(call, of, mfaPresent, seconds);
  const { partition, accountId } = call.caller.account;
  return {
    Credentials: credentials(session),
    AssumedRoleUser: {
      AssumedRoleId: `${role.roleId}:${sessionName}`,
      Arn: `arn:${partition}:sts::${accountId}:assumed-role/${role.name}/${sessionName}`,
    },
    SourceIdentity: sourceIdentity ?? undefined,
  };
}

function getSessionToken(call: Call): Xml {
  const { user, session } = call.caller;
  if (session !== null || user === null)
    return refuse("AccessDenied", 403, "Cannot call GetSessionToken with session credentials");
  const seconds = duration(call, 43_200, 900, 129_600);
  const mfaPresent = mfa(call, user);
  return {
    Credentials: credentials(open(call, { kind: "user", name: user.name }, mfaPresent, seconds)),
  };
}

/** Works in every account: AWS tells whose a key id is to whoever may ask. */
function getAccessKeyInfo(call: Call): Xml {
  const id = required(call, "AccessKeyId");
  const session = call.world.sessions[id];
  if (session !== undefined) return { Account: session.accountId };
  const account = Object.values(call.world.accounts).find((item) =>
    Object.values(item.users).some((user) => user.keys.some((key) => key.accessKeyId === id)),
  );
  return account === undefined
    ? noSuchEntity(`The access key ID ${id} does not exist.`)
    : { Account: account.accountId };
}

export const stsActions: Readonly<Record<string, Action>> = {
  GetCallerIdentity: {
    service: "sts",
    governed: false,
    resource: () => "*",
    run: ({ caller }) => ({
      Arn: caller.arn,
      UserId: caller.userId,
      Account: caller.account.accountId,
    }),
  },
  GetSessionToken: { service: "sts", governed: false, resource: () => "*", run: getSessionToken },
  GetAccessKeyInfo: { service: "sts", governed: true, resource: () => "*", run: getAccessKeyInfo },
  // Governed by the trust policy and the caller's own together, so it judges itself.
  AssumeRole: {
    service: "sts",
    governed: false,
    resource: (call) => call.params.get("RoleArn") ?? "*",
    run: assumeRole,
  },
};
