import { CreateAccessKeyCommand, GetUserCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { totpCode, totpStep } from "../../practice/aws/totp.ts";
import {
  ACCOUNT,
  ALLOW_ALL,
  bare,
  iamClient,
  KEY,
  midStep,
  SEED,
  stsClient,
  world,
} from "./stage.ts";

const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/alice`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/helper`;

let aws: PracticeAws;
beforeEach(async () => {
  aws = await startPracticeAws({ world: world(), now: midStep });
});
afterEach(() => aws.close());

const trust = (principal: string, condition?: object) => {
  const account = aws.world.accounts[ACCOUNT];
  if (account === undefined) throw new Error("no account");
  account.roles["helper"] = {
    name: "helper",
    path: "/",
    arn: ROLE,
    roleId: "AROAPRACTICEHELPER",
    maxSessionSeconds: 7200,
    trust: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: principal },
          Action: "sts:AssumeRole",
          ...(condition === undefined ? {} : { Condition: condition }),
        },
      ],
    }),
    inline: { all: JSON.stringify(ALLOW_ALL) },
    attached: [],
    boundaryArn: null,
  };
};
const assume = (extra: object = {}) =>
  stsClient(aws.endpoint, KEY).send(
    new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: "help", ...extra }),
  );
const mine = (text: object) => {
  const alice = aws.world.accounts[ACCOUNT]?.users["alice"];
  if (alice !== undefined) alice.inline = { only: JSON.stringify(text) };
};

describe("assuming a role", () => {
  it("a trust policy that names the user is enough; a Deny of its own still counts", async () => {
    trust(`arn:aws:iam::${ACCOUNT}:user/alice`);
    mine({ Version: "2012-10-17", Statement: [] });
    const { Credentials, AssumedRoleUser } = await assume({ DurationSeconds: 7200 });
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/helper/help`);
    await iamClient(aws.endpoint, bare(Credentials)).send(new GetUserCommand({ UserName: "bob" }));
    mine({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
    });
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("one that names the account asks the user's own policies", async () => {
    trust(`arn:aws:iam::${ACCOUNT}:root`);
    await assume();
    mine({ Version: "2012-10-17", Statement: [] });
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("one that names somebody else refuses, and a role that isn't there looks the same", async () => {
    trust(`arn:aws:iam::${ACCOUNT}:user/bob`);
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(assume({ RoleArn: `${ROLE}2` })).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  it("can ask for MFA", async () => {
    trust(`arn:aws:iam::${ACCOUNT}:user/alice`, {
      Bool: { "aws:MultiFactorAuthPresent": "true" },
    });
    await expect(assume()).rejects.toMatchObject({ name: "AccessDenied" });
    await assume({ SerialNumber: SERIAL, TokenCode: totpCode(SEED, totpStep(aws.serverTime())) });
  });

  it("no longer than the role allows, and not beyond the session policy", async () => {
    trust(`arn:aws:iam::${ACCOUNT}:user/alice`);
    await expect(assume({ DurationSeconds: 7201 })).rejects.toMatchObject({
      name: "ValidationError",
    });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "iam:GetUser", Resource: "*" }],
    });
    const iam = iamClient(aws.endpoint, bare((await assume({ Policy })).Credentials));
    await iam.send(new GetUserCommand({ UserName: "bob" }));
    await expect(iam.send(new CreateAccessKeyCommand({ UserName: "bob" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });
});
