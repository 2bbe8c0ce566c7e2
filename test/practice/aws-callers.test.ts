import { GetUserCommand, PutUserPolicyCommand, UpdateAccessKeyCommand } from "@aws-sdk/client-iam";
import {
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
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

const WHO = new GetCallerIdentityCommand({});
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/alice`;

const when = (operator: string, key: string, value: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iam:*",
        Resource: "*",
        Condition: { [operator]: { [key]: value } },
      },
    ],
  });

const canRead = (
  aws: PracticeAws,
  credentials: Parameters<typeof iamClient>[1],
): Promise<boolean> =>
  iamClient(aws.endpoint, credentials)
    .send(new GetUserCommand({}))
    .then(
      () => true,
      () => false,
    );

describe("who calls practice AWS", () => {
  let aws: PracticeAws;
  let drift = 0;
  beforeEach(async () => {
    drift = 0;
    aws = await startPracticeAws({ world: world(), now: () => midStep() + drift });
  });
  afterEach(() => aws.close());

  const sts = (credentials: Parameters<typeof stsClient>[1], region?: string) =>
    stsClient(aws.endpoint, credentials, region);
  const code = (step = 0) => totpCode(SEED, totpStep(aws.serverTime()) + step);
  const session = async (TokenCode?: string) =>
    bare(
      (
        await sts(KEY).send(
          new GetSessionTokenCommand(
            TokenCode === undefined ? {} : { SerialNumber: SERIAL, TokenCode },
          ),
        )
      ).Credentials,
    );

  it("is known by its key, and told so whatever its policies say", async () => {
    const alice = aws.world.accounts[ACCOUNT]?.users["alice"];
    if (alice !== undefined) alice.attached.push("arn:aws:iam::aws:policy/AWSDenyAll");
    const who = await sts(KEY, "eu-west-1").send(WHO);
    expect(who.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/alice`);
    await expect(
      sts(KEY).send(new GetAccessKeyInfoCommand({ AccessKeyId: KEY.accessKeyId })),
    ).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
  });

  it("refuses a wrong secret, an unknown key and an inactive one, each in AWS's words", async () => {
    await expect(sts({ ...KEY, secretAccessKey: "t".repeat(40) }).send(WHO)).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    await expect(
      sts({ ...KEY, accessKeyId: "AKIAPRACTICENOBODY22" }).send(WHO),
    ).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await iamClient(aws.endpoint, KEY).send(
      new UpdateAccessKeyCommand({ AccessKeyId: KEY.accessKeyId, Status: "Inactive" }),
    );
    await expect(sts(KEY).send(WHO)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
  });

  it("judges the signature over the request as it came", async () => {
    const client = sts(KEY);
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body += "&Extra=1";
        request.headers["content-length"] = String(request.body.length);
        return next(args);
      },
      // After the signature was made.
      { step: "deserialize", priority: "low" },
    );
    await expect(client.send(WHO)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  it.each([
    [-330_000, "Signature not yet current"],
    [330_000, "Signature expired"],
  ])("a clock %i ms from the caller's is refused by name", async (offsetMs, words) => {
    aws.faults.add({ kind: "clock", offsetMs });
    await expect(sts(KEY).send(WHO)).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      message: expect.stringContaining(words) as string,
    });
    aws.faults.add({ kind: "clock", offsetMs: Math.sign(offsetMs) * 270_000 });
    await sts(KEY).send(WHO);
  });

  it("wants IAM signed for its one region, STS for any of the partition", async () => {
    await expect(
      iamClient(aws.endpoint, KEY, "eu-west-1").send(new GetUserCommand({})),
    ).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(sts(KEY, "cn-north-1").send(WHO)).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    await sts(KEY, "ap-southeast-2").send(WHO);
  });

  it("takes each MFA code once, with one step of drift", async () => {
    await session(code(-1));
    await session(code());
    await expect(session(code())).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(session(code(-1))).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(session(code(3))).rejects.toMatchObject({ name: "AccessDenied" });
    await session(code(1));
  });

  it("a session without MFA can't reach IAM, one with MFA can", async () => {
    const without = await session();
    expect(without.accessKeyId).toMatch(/^ASIAPRACTICE[A-Z2-7]{8}$/);
    await expect(
      iamClient(aws.endpoint, without).send(new GetUserCommand({})),
    ).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    const withMfa = await session(code());
    await iamClient(aws.endpoint, withMfa).send(new GetUserCommand({}));
    // A session makes no sessions, and asks STS for nothing but who it is.
    await expect(sts(withMfa).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await sts(withMfa).send(WHO);
  });

  it("a session outlives its key's deactivation, and is judged by its user's policies now", async () => {
    const held = await session(code());
    const iam = iamClient(aws.endpoint, held);
    await iamClient(aws.endpoint, KEY).send(
      new UpdateAccessKeyCommand({ AccessKeyId: KEY.accessKeyId, Status: "Inactive" }),
    );
    await iam.send(new GetUserCommand({}));
    aws.world.accounts[ACCOUNT]?.users["alice"]?.attached.push(
      "arn:aws:iam::aws:policy/AWSDenyAll",
    );
    await expect(iam.send(new GetUserCommand({}))).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("a session's time and MFA are in the context; a long-term key's are not", async () => {
    const held = await session(code());
    const alice = aws.world.accounts[ACCOUNT]?.users["alice"];
    if (alice === undefined) throw new Error("no alice");
    const asks = async (text: string) => {
      alice.inline = { only: text };
      return { key: await canRead(aws, KEY), session: await canRead(aws, held) };
    };
    expect(await asks(when("Bool", "aws:MultiFactorAuthPresent", "true"))).toEqual({
      key: false,
      session: true,
    });
    expect(await asks(when("Null", "aws:TokenIssueTime", "true"))).toEqual({
      key: true,
      session: false,
    });
    expect(await asks(when("StringEquals", "aws:RequestedRegion", "us-east-1"))).toEqual({
      key: true,
      session: true,
    });
  });

  it("a session ends when it said, by AWS's clock", async () => {
    const held = await session();
    drift = 43_200_000 + 1000;
    const late = stsClient(aws.endpoint, held);
    Object.assign(late.config, { systemClockOffset: drift });
    await expect(late.send(WHO)).rejects.toMatchObject({ name: "ExpiredToken" });
  });

  it("refuses a session's key with no token or another's", async () => {
    const [one, two] = [await session(), await session()];
    const { sessionToken: _, ...naked } = one;
    for (const credentials of [naked, { ...one, sessionToken: two.sessionToken }])
      await expect(sts(credentials).send(WHO)).rejects.toMatchObject({
        name: "InvalidClientTokenId",
      });
  });

  it("says which layer refused", async () => {
    const alice = aws.world.accounts[ACCOUNT]?.users["alice"];
    if (alice !== undefined) alice.boundaryArn = "arn:aws:iam::aws:policy/AWSDenyAll";
    await expect(
      iamClient(aws.endpoint, KEY).send(
        new PutUserPolicyCommand({
          UserName: "bob",
          PolicyName: "x",
          PolicyDocument: JSON.stringify(ALLOW_ALL),
        }),
      ),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /not authorized to perform: iam:PutUserPolicy on resource: .*user\/bob with an explicit deny in a permissions boundary/,
      ) as string,
    });
  });
});
