import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { ACCOUNT, ALLOW_ALL, iamClient, KEY, world } from "./stage.ts";

const BOB = { UserName: "bob" };
const put = async (iam: IAMClient, PolicyName: string, PolicyDocument: string): Promise<void> => {
  await iam.send(new PutUserPolicyCommand({ ...BOB, PolicyName, PolicyDocument }));
};
const DENY_ALL = "arn:aws:iam::aws:policy/AWSDenyAll";

describe("IAM actions, asked by the real SDK", () => {
  let aws: PracticeAws;
  let iam: IAMClient;

  beforeEach(async () => {
    aws = await startPracticeAws({ world: world() });
    iam = iamClient(aws.endpoint, KEY);
  });
  afterEach(async () => {
    iam.destroy();
    await aws.close();
  });

  it("describes a user, its boundary and its tags", async () => {
    const bob = aws.world.accounts[ACCOUNT]?.users["bob"];
    if (bob !== undefined) bob.boundaryArn = DENY_ALL;
    await iam.send(
      new TagUserCommand({ ...BOB, Tags: [{ Key: "IncidentId", Value: "INC <1> & 'two'" }] }),
    );
    const { User } = await iam.send(new GetUserCommand(BOB));
    expect(User?.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/bob`);
    expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(DENY_ALL);
    expect(User?.CreateDate?.getTime()).toBe(0);
    const { Tags } = await iam.send(new ListUserTagsCommand(BOB));
    expect(Tags).toEqual([{ Key: "IncidentId", Value: "INC <1> & 'two'" }]);
  });

  it("a written tag replaces its twin of another case", async () => {
    for (const Key of ["Team", "TEAM"])
      await iam.send(new TagUserCommand({ ...BOB, Tags: [{ Key, Value: Key }] }));
    const { Tags } = await iam.send(new ListUserTagsCommand(BOB));
    expect(Tags).toEqual([{ Key: "TEAM", Value: "TEAM" }]);
  });

  it("an unknown user is NoSuchEntity, 404", async () => {
    await expect(iam.send(new GetUserCommand({ UserName: "carol" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
      $metadata: { httpStatusCode: 404 },
    });
  });

  it("makes two keys at most, switches and deletes them", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 2; n++) {
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand(BOB));
      expect(AccessKey?.AccessKeyId).toMatch(/^AKIAPRACTICE[A-Z2-7]{8}$/);
      ids.push(AccessKey?.AccessKeyId ?? "");
    }
    await expect(iam.send(new CreateAccessKeyCommand(BOB))).rejects.toMatchObject({
      name: "LimitExceededException",
      $metadata: { httpStatusCode: 409 },
    });
    const [first = "", second = ""] = ids;
    await iam.send(new UpdateAccessKeyCommand({ ...BOB, AccessKeyId: first, Status: "Inactive" }));
    await iam.send(new DeleteAccessKeyCommand({ ...BOB, AccessKeyId: second }));
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand(BOB));
    expect(AccessKeyMetadata?.map((key) => [key.AccessKeyId, key.Status])).toEqual([
      [first, "Inactive"],
    ]);
    await expect(
      iam.send(new UpdateAccessKeyCommand({ ...BOB, AccessKeyId: second, Status: "Active" })),
    ).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  it("remembers when, where and for what a key was last used", async () => {
    await iam.send(new GetUserCommand({}));
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: KEY.accessKeyId }));
    expect(used.UserName).toBe("alice");
    expect(used.AccessKeyLastUsed).toMatchObject({ ServiceName: "iam", Region: "us-east-1" });
  });

  it("keeps an inline policy as it was written, and reads back the same text", async () => {
    const PolicyDocument = JSON.stringify({ ...ALLOW_ALL, Id: undefined }, null, 1);
    const named = { ...BOB, PolicyName: "Window" };
    await iam.send(new PutUserPolicyCommand({ ...named, PolicyDocument }));
    const read = await iam.send(new GetUserPolicyCommand(named));
    expect(decodeURIComponent(read.PolicyDocument ?? "")).toBe(PolicyDocument);
    expect((await iam.send(new ListUserPoliciesCommand(BOB))).PolicyNames).toEqual(["Window"]);
    await iam.send(new DeleteUserPolicyCommand(named));
    expect((await iam.send(new ListUserPoliciesCommand(BOB))).PolicyNames).toEqual([]);
    await expect(iam.send(new DeleteUserPolicyCommand(named))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("counts a user's inline policies together, white space left out, up to 2,048", async () => {
    const shell = JSON.stringify({
      Version: "2012-10-17",
      Statement: { Sid: "", Effect: "Allow", Action: "s3:*", Resource: "*" },
    });
    const sized = (length: number): string =>
      shell.replace('"Sid":""', `"Sid":"${"a".repeat(length - shell.length)}"`);
    await put(iam, "a", sized(1024));
    await put(iam, "b", JSON.stringify(JSON.parse(sized(1024)), null, 4));
    await put(iam, "b", sized(1024));
    await expect(put(iam, "b", sized(1025))).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  it.each([
    "not JSON",
    "[]",
    '{"Version":"2026-01-01","Statement":[]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"GetUser","Resource":"*"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"s3:*","Resource":"*"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotAction":"s3:Get*","Resource":"*"}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateBefore":{"aws:CurrentTime":"2026-01-01"}}}]}',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}',
  ])("refuses a malformed policy: %s", async (PolicyDocument) => {
    await expect(
      iam.send(new PutUserPolicyCommand({ ...BOB, PolicyName: "x", PolicyDocument })),
    ).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  it("attaches and detaches managed policies, attaching twice without harm", async () => {
    const one = { ...BOB, PolicyArn: DENY_ALL };
    await iam.send(new AttachUserPolicyCommand(one));
    await iam.send(new AttachUserPolicyCommand(one));
    const { AttachedPolicies } = await iam.send(new ListAttachedUserPoliciesCommand(BOB));
    expect(AttachedPolicies).toEqual([{ PolicyName: "AWSDenyAll", PolicyArn: DENY_ALL }]);
    await iam.send(new DetachUserPolicyCommand(one));
    await expect(iam.send(new DetachUserPolicyCommand(one))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    await expect(
      iam.send(new AttachUserPolicyCommand({ ...BOB, PolicyArn: `${DENY_ALL}Not` })),
    ).rejects.toMatchObject({ name: "NoSuchEntityException" });
  });

  it("shows a managed policy and its version", async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: DENY_ALL }));
    expect(Policy?.DefaultVersionId).toBe("v1");
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: DENY_ALL, VersionId: "v1" }),
    );
    expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ""))).toMatchObject({
      Statement: [{ Effect: "Deny" }],
    });
  });

  it("keeps a login profile, groups, MFA devices and the account's summary", async () => {
    await iam.send(new CreateLoginProfileCommand({ ...BOB, Password: "not kept" }));
    expect((await iam.send(new GetLoginProfileCommand(BOB))).LoginProfile?.UserName).toBe("bob");
    await iam.send(new DeleteLoginProfileCommand(BOB));
    await expect(iam.send(new GetLoginProfileCommand(BOB))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    aws.world.accounts[ACCOUNT]?.users["bob"]?.groups.push("operators");
    const { Groups } = await iam.send(new ListGroupsForUserCommand(BOB));
    expect(Groups?.map((group) => group.GroupName)).toEqual(["operators"]);
    const { MFADevices } = await iam.send(new ListMFADevicesCommand({}));
    expect(MFADevices?.[0]?.SerialNumber).toBe(`arn:aws:iam::${ACCOUNT}:mfa/alice`);
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap?.Users).toBe(2);
  });

  it("an action it does not have is InvalidAction, never a silent success", async () => {
    await expect(iam.send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: "InvalidAction",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("logs every call with the request id that the caller saw, and no secret", async () => {
    const { $metadata } = await iam.send(new GetUserCommand(BOB));
    const line = aws.calls().at(-1);
    expect(line).toMatchObject({
      requestId: $metadata.requestId,
      action: "GetUser",
      service: "iam",
      region: "us-east-1",
      account: ACCOUNT,
      principal: `arn:aws:iam::${ACCOUNT}:user/alice`,
      outcome: "ok",
    });
    expect(JSON.stringify(aws.calls())).not.toContain(KEY.secretAccessKey);
  });
});
