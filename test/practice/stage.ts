import { IAMClient } from "@aws-sdk/client-iam";
import { type Credentials as Issued, STSClient } from "@aws-sdk/client-sts";
import type { UserState, World } from "../../practice/aws/world.ts";

/** One account with one user, for tests of practice AWS that need no kit. */
export const ACCOUNT = "111122223333";
export const KEY = { accessKeyId: "AKIAPRACTICEALICE222", secretAccessKey: "s".repeat(40) };
export const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

export const ALLOW_ALL = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

export function user(name: string, edit: Partial<UserState> = {}): UserState {
  return {
    name,
    path: "/",
    arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
    userId: `AIDAPRACTICE${name.toUpperCase()}`,
    createdAt: 0,
    boundaryArn: null,
    groups: [],
    loginProfile: null,
    mfa: [],
    keys: [],
    inline: {},
    attached: [],
    tags: {},
    lag: [],
    ...edit,
  };
}

/** Alice may do everything; bob nothing. */
export const world = (): World => ({
  format: "pullstation-practice-world-1",
  sessions: {},
  accounts: {
    [ACCOUNT]: {
      accountId: ACCOUNT,
      partition: "aws",
      users: {
        alice: user("alice", {
          keys: [{ ...KEY, createdAt: 0, status: "Active", lastUsed: null }],
          inline: { all: JSON.stringify(ALLOW_ALL) },
          mfa: [
            {
              serial: `arn:aws:iam::${ACCOUNT}:mfa/alice`,
              seed: SEED,
              enabledAt: 0,
              lastStep: 0,
            },
          ],
        }),
        bob: user("bob"),
      },
      roles: {},
      policies: {},
    },
  },
});

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const config = (endpoint: string, credentials: Credentials, region: string) => ({
  endpoint,
  credentials,
  region,
  maxAttempts: 1,
});

/** Real SDK clients that don't retry: what the server answered is what the test sees. */
export const iamClient = (endpoint: string, credentials: Credentials, region = "us-east-1") =>
  new IAMClient(config(endpoint, credentials, region));

export const stsClient = (endpoint: string, credentials: Credentials, region = "us-east-1") =>
  new STSClient(config(endpoint, credentials, region));

/** Credentials as the clients take them. */
export const bare = (credentials: Issued | undefined) => ({
  accessKeyId: credentials?.AccessKeyId ?? "",
  secretAccessKey: credentials?.SecretAccessKey ?? "",
  sessionToken: credentials?.SessionToken ?? "",
});

const loaded = Math.floor(Date.now() / 30_000) * 30_000 + 15_000;
/** A clock that stands in the middle of a TOTP step, near enough to real time for signatures. */
export const midStep = (): number => loaded;
