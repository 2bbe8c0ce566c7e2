import {
  type Action,
  type Call,
  change,
  iso,
  members,
  required,
  userArn,
  userOf,
} from "./action.ts";
import { managedPolicy } from "../caller.ts";
import { invalid, noSuchEntity, refuse } from "../errors.ts";
import {
  createAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
  keyOwner,
  KEYS_QUOTA,
  listAccessKeys,
  updateAccessKey,
} from "./iam-keys.ts";
import {
  listServiceCredentials,
  listSigningCertificates,
  listSshPublicKeys,
} from "./iam-credentials.ts";
import { readPolicy } from "../judge/policy.ts";
import type { UserState } from "../world.ts";
import type { Xml } from "../xml.ts";

const INLINE_QUOTA = 2048;
const ATTACHED_QUOTA = 10;
const TAGS_QUOTA = 50;

const onUser = (run: Action["run"], context?: Action["context"]): Action => ({
  service: "iam",
  governed: true,
  resource: userArn,
  run,
  ...(context === undefined ? {} : { context }),
});

const boundaryKey: NonNullable<Action["context"]> = (call) => ({
  "iam:permissionsboundary":
    call.caller.account.users[call.params.get("UserName") ?? ""]?.boundaryArn ?? null,
});

const policyKey: NonNullable<Action["context"]> = (call) => ({
  ...boundaryKey(call),
  "iam:policyarn": call.params.get("PolicyArn") ?? null,
});

const tagList = (tags: Readonly<Record<string, string>>): Xml =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const userXml = (user: UserState): Xml => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.userId,
  Arn: user.arn,
  CreateDate: iso(user.createdAt),
  PermissionsBoundary:
    user.boundaryArn === null
      ? undefined
      : { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: user.boundaryArn },
  Tags: Object.keys(user.tags).length === 0 ? undefined : tagList(user.tags),
});

const whole = { IsTruncated: false };

function inlineOf(call: Call): { user: UserState; name: string; text: string } {
  const user = userOf(call);
  const name = required(call, "PolicyName");
  const text = user.inline[name];
  return text === undefined
    ? noSuchEntity(`The user policy with name ${name} cannot be found.`)
    : { user, name, text };
}

/** IAM counts a policy's characters without white space, all inline policies of a user together. */
const counted = (text: string): number => text.replace(/\s/g, "").length;

function putUserPolicy(call: Call): Xml {
  const user = userOf(call);
  const name = required(call, "PolicyName");
  const text = required(call, "PolicyDocument");
  readPolicy(text);
  const sum = Object.entries({ ...user.inline, [name]: text }).reduce(
    (total, [, document]) => total + counted(document),
    0,
  );
  if (sum > INLINE_QUOTA)
    refuse(
      "LimitExceeded",
      409,
      `Maximum policy size of ${INLINE_QUOTA} bytes exceeded for user ${user.name}`,
    );
  change(call, user, "inline", () => (user.inline[name] = text));
  return undefined;
}

function deleteUserPolicy(call: Call): Xml {
  const { user, name } = inlineOf(call);
  change(call, user, "inline", () => delete user.inline[name]);
  return undefined;
}

function attachUserPolicy(call: Call): Xml {
  const user = userOf(call);
  const arn = required(call, "PolicyArn");
  if (managedPolicy(call.caller.account, arn) === null)
    noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  if (user.attached.includes(arn)) return undefined;
  if (user.attached.length >= ATTACHED_QUOTA)
    refuse("LimitExceeded", 409, `Cannot exceed quota for PoliciesPerUser: ${ATTACHED_QUOTA}`);
  change(call, user, "attached", () => user.attached.push(arn));
  return undefined;
}

function detachUserPolicy(call: Call): Xml {
  const user = userOf(call);
  const arn = required(call, "PolicyArn");
  if (!user.attached.includes(arn)) noSuchEntity(`Policy ${arn} was not found.`);
  change(call, user, "attached", () => (user.attached = user.attached.filter((a) => a !== arn)));
  return undefined;
}

function loginProfileOf(call: Call): { user: UserState; createdAt: number } {
  const user = userOf(call);
  return user.loginProfile === null
    ? noSuchEntity(`Login Profile for User ${user.name} cannot be found.`)
    : { user, createdAt: user.loginProfile.createdAt };
}

const loginXml = (user: UserState, createdAt: number): Xml => ({
  LoginProfile: {
    UserName: user.name,
    CreateDate: iso(createdAt),
    PasswordResetRequired: false,
  },
});

function createLoginProfile(call: Call): Xml {
  const user = userOf(call);
  required(call, "Password");
  if (user.loginProfile !== null)
    refuse("EntityAlreadyExists", 409, `Login Profile for user ${user.name} already exists.`);
  user.loginProfile = { createdAt: call.serverTime };
  return loginXml(user, call.serverTime);
}

function tagUser(call: Call): Xml {
  const user = userOf(call);
  const tags = members(call, "Tags", ["Key", "Value"]);
  if (tags.length === 0) invalid("Value null at 'tags' failed to satisfy constraint");
  for (const [key = "", value = ""] of tags)
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) || value.length > 256)
      invalid(`Value at 'tags' failed to satisfy constraint: ${key}`);
  const next = { ...user.tags };
  for (const [key = "", value = ""] of tags) {
    // Tag keys differ by more than case; a write replaces its twin.
    const twin = Object.keys(next).find((old) => old.toLowerCase() === key.toLowerCase());
    if (twin !== undefined) delete next[twin];
    next[key] = value;
  }
  if (Object.keys(next).length > TAGS_QUOTA)
    refuse("LimitExceeded", 409, `Cannot exceed quota for TagsPerUser: ${TAGS_QUOTA}`);
  change(call, user, "tags", () => (user.tags = next));
  return undefined;
}

const tagContext: NonNullable<Action["context"]> = (call) => {
  const tags = members(call, "Tags", ["Key", "Value"]);
  return {
    "aws:tagkeys": tags.length === 0 ? null : tags.map(([key = ""]) => key),
    ...Object.fromEntries(
      tags.map(([key = "", value = ""]) => [`aws:requesttag/${key.toLowerCase()}`, value]),
    ),
  };
};

const nameOfPolicy = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

function policyOf(call: Call): { arn: string; text: string } {
  const arn = required(call, "PolicyArn");
  const text = managedPolicy(call.caller.account, arn);
  return text === null ? noSuchEntity(`Policy ${arn} was not found.`) : { arn, text };
}

function getPolicy(call: Call): Xml {
  const { arn } = policyOf(call);
  const { account } = call.caller;
  const own = account.policies[arn];
  return {
    Policy: {
      PolicyName: nameOfPolicy(arn),
      PolicyId: own?.policyId ?? "ANPAPRACTICEAWSMANAGED",
      Arn: arn,
      Path: own?.path ?? "/",
      DefaultVersionId: "v1",
      AttachmentCount: Object.values(account.users).filter((user) => user.attached.includes(arn))
        .length,
      PermissionsBoundaryUsageCount: Object.values(account.users).filter(
        (user) => user.boundaryArn === arn,
      ).length,
      IsAttachable: true,
      CreateDate: iso(own?.createdAt ?? 0),
      UpdateDate: iso(own?.createdAt ?? 0),
    },
  };
}

function getPolicyVersion(call: Call): Xml {
  const { arn, text } = policyOf(call);
  const version = required(call, "VersionId");
  if (version !== "v1") noSuchEntity(`Policy ${arn} version ${version} does not exist.`);
  return {
    PolicyVersion: {
      Document: encodeURIComponent(text),
      VersionId: "v1",
      IsDefaultVersion: true,
      CreateDate: iso(call.caller.account.policies[arn]?.createdAt ?? 0),
    },
  };
}

function accountSummary(call: Call): Xml {
  const { users, roles, policies } = call.caller.account;
  return {
    SummaryMap: new Map([
      ["Users", Object.keys(users).length],
      ["Roles", Object.keys(roles).length],
      ["Policies", Object.keys(policies).length],
      ["MFADevices", Object.values(users).reduce((sum, user) => sum + user.mfa.length, 0)],
      ["AccessKeysPerUserQuota", KEYS_QUOTA],
    ]),
  };
}

const onPolicy = (run: Action["run"]): Action => ({
  service: "iam",
  governed: true,
  resource: (call) => call.params.get("PolicyArn") ?? "*",
  run,
});

export const iamActions: Readonly<Record<string, Action>> = {
  GetUser: onUser((call) => ({ User: userXml(userOf(call)) })),
  ListUserTags: onUser((call) => ({ Tags: tagList(userOf(call).tags), ...whole })),
  TagUser: onUser(tagUser, tagContext),

  ListAccessKeys: onUser(listAccessKeys),
  GetAccessKeyLastUsed: {
    service: "iam",
    governed: true,
    resource: (call) => keyOwner(call)?.arn ?? "*",
    run: getAccessKeyLastUsed,
  },
  CreateAccessKey: onUser(createAccessKey),
  UpdateAccessKey: onUser(updateAccessKey),
  DeleteAccessKey: onUser(deleteAccessKey),

  ListUserPolicies: onUser((call) => ({
    PolicyNames: Object.keys(userOf(call).inline),
    ...whole,
  })),
  GetUserPolicy: onUser((call) => {
    const { user, name, text } = inlineOf(call);
    return { UserName: user.name, PolicyName: name, PolicyDocument: encodeURIComponent(text) };
  }),
  PutUserPolicy: onUser(putUserPolicy, boundaryKey),
  DeleteUserPolicy: onUser(deleteUserPolicy, boundaryKey),

  ListAttachedUserPolicies: onUser((call) => ({
    AttachedPolicies: userOf(call).attached.map((arn) => ({
      PolicyName: nameOfPolicy(arn),
      PolicyArn: arn,
    })),
    ...whole,
  })),
  AttachUserPolicy: onUser(attachUserPolicy, policyKey),
  DetachUserPolicy: onUser(detachUserPolicy, policyKey),

  ListGroupsForUser: onUser((call) => {
    const { partition, accountId } = call.caller.account;
    const groups = userOf(call).groups.map((name) => ({
      Path: "/",
      GroupName: name,
      GroupId: "AGPAPRACTICE",
      Arn: `arn:${partition}:iam::${accountId}:group/${name}`,
      CreateDate: iso(0),
    }));
    return { Groups: groups, ...whole };
  }),
  GetLoginProfile: onUser((call) => {
    const { user, createdAt } = loginProfileOf(call);
    return loginXml(user, createdAt);
  }),
  CreateLoginProfile: onUser(createLoginProfile),
  DeleteLoginProfile: onUser((call) => {
    loginProfileOf(call).user.loginProfile = null;
    return undefined;
  }),
  ListMFADevices: onUser((call) => {
    const user = userOf(call);
    const devices = user.mfa.map((device) => ({
      UserName: user.name,
      SerialNumber: device.serial,
      EnableDate: iso(device.enabledAt),
    }));
    return { MFADevices: devices, ...whole };
  }),

  ListSSHPublicKeys: onUser(listSshPublicKeys),
  ListServiceSpecificCredentials: onUser(listServiceCredentials),
  ListSigningCertificates: onUser(listSigningCertificates),

  GetPolicy: onPolicy(getPolicy),
  GetPolicyVersion: onPolicy(getPolicyVersion),
  GetAccountSummary: {
    service: "iam",
    governed: true,
    resource: () => "*",
    run: accountSummary,
  },
};
