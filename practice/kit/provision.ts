import type { AccountKeys, ImportedKey } from "../../aws/documents/access-keys.ts";
import {
  activatorPolicy,
  closerRolePolicy,
  closerTrustPolicy,
  closerUserPolicy,
} from "../../aws/documents/activator.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import {
  CLOSER_MAX_SECONDS,
  type GuardRails,
  KIT_PATH,
  type Kit,
  kitOf,
} from "../../aws/documents/kit.ts";
import type { Partition } from "../../aws/documents/partition.ts";
import { type Policy, policyText } from "../../aws/documents/policy.ts";
import { latchPolicy } from "../../aws/documents/window.ts";
import {
  type AccountState,
  emptyWorld,
  type ManagedPolicy,
  type UserState,
  type World,
} from "../aws/world.ts";

export interface ProvisionOptions {
  readonly partition: Partition;
  readonly regions: readonly string[];
  readonly kitExpires: string;
  /** Default: the ceiling of restore-service. */
  readonly rails?: GuardRails;
  /** TOTP seed (base32) of each account's activator. */
  readonly seeds: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly now: number;
}

/**
 * Practice AWS as an administrator leaves the real one: each account's emergency user at rest (latch
 * attached, key Inactive, under its boundary), its activator and closer, and the kit's policies. The
 * keys may be the user's own: practice AWS then knows them by id and secret, and nothing leaves the
 * machine.
 */
export function provision(accounts: readonly AccountKeys[], options: ProvisionOptions): World {
  const world = emptyWorld();
  for (const keys of accounts) world.accounts[keys.accountId] = account(keys, options);
  return world;
}

function account(keys: AccountKeys, options: ProvisionOptions): AccountState {
  const { partition, regions, kitExpires, rails, now } = options;
  const kit = kitOf(keys.accountId, partition, regions, kitExpires, rails);
  const managed = (arn: string, document: Policy): ManagedPolicy => {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    return {
      name,
      path: KIT_PATH,
      arn,
      policyId: `ANPAPRACTICE${name.toUpperCase().slice(-8)}`,
      document: policyText(document),
      createdAt: now,
    };
  };
  const policies = [
    managed(kit.latchArn, latchPolicy()),
    managed(kit.boundaryArn, boundaryPolicy(kit)),
    managed(kit.activatorPolicyArn, activatorPolicy(kit)),
  ];
  const users = [
    user(kit.emergencyUser, keys.emergency, "Inactive", now, {
      attached: [kit.latchArn],
      boundaryArn: kit.boundaryArn,
      tags: { Purpose: "break glass" },
    }),
    user(kit.activatorUser, keys.activator, "Active", now, {
      attached: [kit.activatorPolicyArn],
      mfa: [
        {
          serial: kit.mfaSerial,
          seed: options.seeds[keys.accountId] ?? "",
          enabledAt: now,
          lastStep: 0,
        },
      ],
    }),
    user(kit.closerUser, keys.closer, "Active", now, {
      inline: { BreakGlassCloserUser: policyText(closerUserPolicy(kit)) },
    }),
  ];
  return {
    accountId: keys.accountId,
    partition,
    users: Object.fromEntries(users.map((item) => [item.name, item])),
    roles: { [kit.closerRole.name]: closerRole(kit) },
    policies: Object.fromEntries(policies.map((item) => [item.arn, item])),
  };
}

function user(
  { name, arn }: { readonly name: string; readonly arn: string },
  key: ImportedKey | null,
  status: "Active" | "Inactive",
  now: number,
  edit: Partial<UserState>,
): UserState {
  return {
    name,
    path: KIT_PATH,
    arn,
    userId: `AIDAPRACTICE${name.replace(/[^a-z]/g, "").toUpperCase()}`,
    createdAt: now,
    boundaryArn: null,
    groups: [],
    loginProfile: null,
    mfa: [],
    keys:
      key === null
        ? []
        : [
            {
              accessKeyId: key.accessKeyId,
              secretAccessKey: key.secretAccessKey,
              createdAt: now,
              status,
              lastUsed: null,
            },
          ],
    inline: {},
    attached: [],
    tags: {},
    lag: [],
    ...edit,
  };
}

const closerRole = (kit: Kit): AccountState["roles"][string] => ({
  name: kit.closerRole.name,
  path: KIT_PATH,
  arn: kit.closerRole.arn,
  roleId: "AROAPRACTICECLOSER",
  maxSessionSeconds: CLOSER_MAX_SECONDS,
  trust: policyText(closerTrustPolicy(kit)),
  inline: { BreakGlassCloser: policyText(closerRolePolicy(kit)) },
  attached: [],
  boundaryArn: null,
});
