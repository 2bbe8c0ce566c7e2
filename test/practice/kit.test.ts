import {
  AttachUserPolicyCommand,
  DetachUserPolicyCommand,
  GetAccountSummaryCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AccountKeys, accountKeys, parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { type Kit, kitOf } from "../../aws/documents/kit.ts";
import { policySha256, policyText, type Policy } from "../../aws/documents/policy.ts";
import { policyDate, windowPolicy } from "../../aws/documents/window.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { totpCode, totpStep } from "../../practice/aws/totp.ts";
import { makeKit } from "../../practice/kit/kit.ts";
import { provision } from "../../practice/kit/provision.ts";
import { openAws, setUp } from "../../practice/kit/stage.ts";
import { iamClient, stsClient } from "./stage.ts";

const START = Date.parse("2026-06-18T02:00:00Z");

describe("the sample kit, provisioned on practice AWS", () => {
  let aws: PracticeAws;
  let keys: AccountKeys;
  let kit: Kit;
  let now = START;
  let seed = "";

  beforeEach(async () => {
    now = START;
    const sample = makeKit({ accounts: 2, durationSeconds: 20, now, seedRandom: randomBytes });
    const policy = JSON.parse(sample.policy.text) as { regions: string[]; kitExpires: string };
    const all = accountKeys(
      sample.keyFiles.flatMap(({ name, text }) => parseAccessKeys(text, name, null)),
    );
    const [first] = all;
    if (first === undefined) throw new Error("no account");
    keys = first;
    seed = sample.seeds[keys.accountId] ?? "";
    kit = kitOf(keys.accountId, "aws", policy.regions, policy.kitExpires);
    aws = await startPracticeAws({
      world: provision(all, { partition: "aws", ...policy, seeds: sample.seeds, now }),
      now: () => now,
    });
  });
  afterEach(() => aws.close());

  const inTime = () => ({ systemClockOffset: now - Date.now() });
  const sts = (credentials: Parameters<typeof stsClient>[1], region?: string) => {
    const client = stsClient(aws.endpoint, credentials, region);
    Object.assign(client.config, inTime());
    return client;
  };
  const iam = (credentials: Parameters<typeof iamClient>[1]) => {
    const client = iamClient(aws.endpoint, credentials);
    Object.assign(client.config, inTime());
    return client;
  };

  async function activatorSession() {
    const { Credentials } = await sts(keys.activator).send(
      new GetSessionTokenCommand({
        SerialNumber: kit.mfaSerial,
        TokenCode: totpCode(seed, totpStep(now)),
      }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    };
  }

  async function open() {
    const admin = iam(await activatorSession());
    const UserName = kit.emergencyUser.name;
    const window: Policy = windowPolicy({
      nbf: policyDate(now),
      until: policyDate(now + 60_000),
      tokensFrom: policyDate(now),
      incident: "INC-2026-0618",
      regions: kit.regions,
      profile: "restore-service",
    });
    await admin.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: "BreakGlassWindow",
        PolicyDocument: policyText(window),
      }),
    );
    await admin.send(
      new TagUserCommand({ UserName, Tags: [{ Key: "IncidentId", Value: "INC-2026-0618" }] }),
    );
    await admin.send(new DetachUserPolicyCommand({ UserName, PolicyArn: kit.latchArn }));
    await admin.send(
      new UpdateAccessKeyCommand({
        UserName,
        AccessKeyId: keys.emergency.accessKeyId,
        Status: "Active",
      }),
    );
  }

  it("rests: the emergency key is no key", async () => {
    await expect(sts(keys.emergency).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });

  it("the activator sees the boundary as it was built", async () => {
    const { PolicyVersion } = await iam(keys.activator).send(
      new GetPolicyVersionCommand({ PolicyArn: kit.boundaryArn, VersionId: "v1" }),
    );
    const document = JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")) as Policy;
    expect(policySha256(document)).toBe(policySha256(boundaryPolicy(kit)));
  });

  it("without MFA the activator can shut but not open", async () => {
    const plain = iam(keys.activator);
    const one = { UserName: kit.emergencyUser.name, PolicyArn: kit.latchArn };
    await plain.send(new AttachUserPolicyCommand(one));
    await expect(plain.send(new DetachUserPolicyCommand(one))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  it("opens with MFA, works in each region of the policy, and ends at the deadline by itself", async () => {
    await open();
    const probe = new GetAccessKeyInfoCommand({ AccessKeyId: keys.emergency.accessKeyId });
    for (const region of kit.regions)
      expect((await sts(keys.emergency, region).send(probe)).Account).toBe(keys.accountId);
    await iam(keys.emergency).send(new GetAccountSummaryCommand({}));
    await expect(sts(keys.emergency, "eu-central-1").send(probe)).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await expect(
      iam(keys.emergency).send(new GetUserCommand({ UserName: "bg-emergency" })),
    ).rejects.toMatchObject({ name: "AccessDenied" });
    now += 59_000;
    await sts(keys.emergency).send(probe);
    now += 1000;
    await expect(sts(keys.emergency).send(probe)).rejects.toMatchObject({ name: "AccessDenied" });
    // Who it is, AWS always tells while the key is active.
    await sts(keys.emergency).send(new GetCallerIdentityCommand({}));
  });

  it("the closer shuts an open access and can do nothing else", async () => {
    await open();
    const { Credentials } = await sts(keys.closer ?? keys.activator).send(
      new AssumeRoleCommand({ RoleArn: kit.closerRole.arn, RoleSessionName: "close" }),
    );
    const closer = iam({
      accessKeyId: Credentials?.AccessKeyId ?? "",
      secretAccessKey: Credentials?.SecretAccessKey ?? "",
      sessionToken: Credentials?.SessionToken ?? "",
    });
    const one = { UserName: kit.emergencyUser.name, PolicyArn: kit.latchArn };
    await closer.send(new AttachUserPolicyCommand(one));
    const probe = new GetAccessKeyInfoCommand({ AccessKeyId: keys.emergency.accessKeyId });
    await expect(sts(keys.emergency).send(probe)).rejects.toMatchObject({ name: "AccessDenied" });
    for (const attempt of [
      closer.send(new DetachUserPolicyCommand(one)),
      closer.send(new GetUserCommand({ UserName: kit.emergencyUser.name })),
      closer.send(
        new AttachUserPolicyCommand({
          ...one,
          PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
      ),
    ])
      await expect(attempt).rejects.toMatchObject({ name: "AccessDenied" });
  });

  it("one account's activator has no say in another", async () => {
    const { Arn } = await sts(keys.activator).send(new GetCallerIdentityCommand({}));
    expect(Arn).toBe(kit.activatorUser.arn);
    expect(Object.keys(aws.world.accounts)).toHaveLength(2);
    await expect(
      sts(keys.activator).send(
        new AssumeRoleCommand({
          RoleArn: kit.closerRole.arn.replace(keys.accountId, "444455556666"),
          RoleSessionName: "close",
        }),
      ),
    ).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("a stage in a folder", () => {
  let dir: string;
  const fresh = {
    custodians: 6,
    accounts: 1,
    keyFiles: [],
    runbookFile: null,
    policyFile: null,
    durationSeconds: 20,
  };
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "pullstation-stage-"))));
  afterEach(() => rmSync(dir, { recursive: true }));

  it("stands again as it was left", async () => {
    const scene = setUp(dir, fresh);
    expect(scene.custodians).toHaveLength(6);
    expect(scene.foreignKeyFiles).toEqual([]);
    expect(setUp(dir, null)).toEqual(scene);
    const aws = await openAws(dir, 0);
    const user = aws.world.accounts[scene.accounts[0] ?? ""]?.users["bg-emergency"];
    expect(user?.keys.map((key) => key.status)).toEqual(["Inactive"]);
    expect(user?.attached[0]).toMatch(/BreakGlassClosed$/);
    await aws.close();
  });

  it("takes the user's own keys, and says which files they are", async () => {
    const keyFiles = ["activator", "emergency"].map((role, index) => {
      const file = join(dir, `123456789012-${role}.csv`);
      writeFileSync(
        file,
        `Access key ID,Secret access key\nAKIAIOSFODNN7EXAMPL${index + 2},${"a".repeat(40)}\n`,
      );
      return file;
    });
    const scene = setUp(dir, { ...fresh, keyFiles });
    expect(scene.accounts).toEqual(["123456789012"]);
    expect(scene.foreignKeyFiles).toEqual(keyFiles);
    expect(Object.keys(JSON.parse(readFileSync(scene.mfaFile, "utf8")) as object)).toEqual(
      scene.accounts,
    );
  });

  it("no stage, no scene", () => {
    expect(() => setUp(dir, null)).toThrow("PRACTICE_NO_STAGE");
  });
});
