import { type Call, change, iso, newKeyId, newSecret, required, userOf } from "./action.ts";
import { invalid, noSuchEntity, refuse } from "../errors.ts";
import type { KeyState, UserState } from "../world.ts";
import type { Xml } from "../xml.ts";

export const KEYS_QUOTA = 2;

function keyOf(call: Call): { user: UserState; key: KeyState } {
  const user = userOf(call);
  const id = required(call, "AccessKeyId");
  const key = user.keys.find((item) => item.accessKeyId === id);
  return key === undefined
    ? noSuchEntity(`The Access Key with id ${id} cannot be found.`)
    : { user, key };
}

export function createAccessKey(call: Call): Xml {
  const user = userOf(call);
  if (user.keys.length >= KEYS_QUOTA)
    refuse("LimitExceeded", 409, `Cannot exceed quota for AccessKeysPerUser: ${KEYS_QUOTA}`);
  const key: KeyState = {
    accessKeyId: newKeyId("AKIA"),
    secretAccessKey: newSecret(),
    createdAt: call.serverTime,
    status: "Active",
    lastUsed: null,
  };
  change(call, user, "keys", () => user.keys.push(key));
  return {
    AccessKey: {
      UserName: user.name,
      AccessKeyId: key.accessKeyId,
      Status: key.status,
      SecretAccessKey: key.secretAccessKey,
      CreateDate: iso(key.createdAt),
    },
  };
}

export function updateAccessKey(call: Call): Xml {
  const { user, key } = keyOf(call);
  const status = required(call, "Status");
  if (status !== "Active" && status !== "Inactive")
    return invalid(
      `Value '${status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive, Expired]`,
    );
  change(call, user, "keys", () => (key.status = status));
  return undefined;
}

export function deleteAccessKey(call: Call): Xml {
  const { user, key } = keyOf(call);
  change(call, user, "keys", () => (user.keys = user.keys.filter((item) => item !== key)));
  return undefined;
}

/** Any account member's key id may be asked for; the resource is its owner. */
export function keyOwner(call: Call): UserState | undefined {
  const id = call.params.get("AccessKeyId");
  return Object.values(call.caller.account.users).find((user) =>
    user.keys.some((key) => key.accessKeyId === id),
  );
}

export function getAccessKeyLastUsed(call: Call): Xml {
  const id = required(call, "AccessKeyId");
  const owner = keyOwner(call);
  const key = owner?.keys.find((item) => item.accessKeyId === id);
  if (owner === undefined || key === undefined)
    return refuse("AccessDenied", 403, `Access denied for key ${id}`);
  return {
    UserName: owner.name,
    AccessKeyLastUsed:
      key.lastUsed === null
        ? { ServiceName: "N/A", Region: "N/A" }
        : {
            LastUsedDate: iso(key.lastUsed.at),
            ServiceName: key.lastUsed.service,
            Region: key.lastUsed.region,
          },
  };
}

export function listAccessKeys(call: Call): Xml {
  const user = userOf(call);
  const keys = user.keys.map((key) => ({
    UserName: user.name,
    AccessKeyId: key.accessKeyId,
    Status: key.status,
    CreateDate: iso(key.createdAt),
  }));
  return { AccessKeyMetadata: keys, IsTruncated: false };
}
