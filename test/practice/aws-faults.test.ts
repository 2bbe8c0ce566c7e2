import {
  CreateAccessKeyCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Fault, RequestFault } from "../../practice/aws/faults.ts";
import {
  type PracticeAws,
  type RequestMoment,
  startPracticeAws,
} from "../../practice/aws/server.ts";
import { ACCOUNT, ALLOW_ALL, iamClient, KEY, stsClient, world } from "./stage.ts";

const MAKE = new CreateAccessKeyCommand({ UserName: "bob" });
const keysOf = (aws: PracticeAws): number =>
  aws.world.accounts[ACCOUNT]?.users["bob"]?.keys.length ?? -1;

describe("faults", () => {
  let aws: PracticeAws;
  let moments: RequestMoment[];
  beforeEach(async () => {
    moments = [];
    aws = await startPracticeAws({
      world: world(),
      onRequest: (moment) => void moments.push(moment),
    });
  });
  afterEach(() => aws.close());

  const iam = () => {
    const client = iamClient(aws.endpoint, KEY);
    client.config.requestHandler = new NodeHttpHandler({
      requestTimeout: 150,
      throwOnRequestTimeout: true,
    });
    return client;
  };

  it.each<readonly [RequestFault, number, object]>([
    ["lost-request", 0, {}],
    ["lost-response", 1, {}],
    ["hang", 0, { name: "TimeoutError" }],
    ["http500", 0, { name: "ServiceFailureException", $metadata: { httpStatusCode: 500 } }],
    ["throttle", 0, { name: "Throttling", $metadata: { httpStatusCode: 400 } }],
    ["denied", 0, { name: "AccessDenied", $metadata: { httpStatusCode: 403 } }],
  ])("%s: the caller fails, and %i keys were made", async (kind, made, error) => {
    aws.faults.add({ kind, action: "CreateAccessKey" });
    await iam().send(new GetUserCommand({}));
    await expect(iam().send(MAKE)).rejects.toMatchObject(error);
    expect(keysOf(aws)).toBe(made);
    await iam().send(MAKE);
    expect(keysOf(aws)).toBe(made + 1);
    expect(aws.faults.list()).toEqual([]);
  });

  it("hits the nth matching request, and as many in a row as it says", async () => {
    aws.faults.add({ kind: "throttle", action: "GetUser", nth: 2, times: 2 });
    const outcomes: string[] = [];
    for (let n = 0; n < 5; n++)
      await iam()
        .send(new GetUserCommand({}))
        .then(
          () => outcomes.push("ok"),
          (error: Error) => outcomes.push(error.name),
        );
    expect(outcomes).toEqual(["ok", "Throttling", "Throttling", "ok", "ok"]);
  });

  it("'always' lasts until it is cleared, and spares other callers", async () => {
    aws.faults.add({ kind: "http500", accessKeyId: KEY.accessKeyId, times: "always" });
    for (let n = 0; n < 3; n++) await expect(iam().send(new GetUserCommand({}))).rejects.toThrow();
    aws.faults.clear();
    await iam().send(new GetUserCommand({}));
    aws.faults.add({ kind: "http500", accessKeyId: "AKIAPRACTICENOBODY22", times: "always" });
    await iam().send(new GetUserCommand({}));
  });

  it("a black hole answers nobody until it is cleared", async () => {
    aws.faults.add({ kind: "black-hole" });
    await expect(iam().send(MAKE)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(keysOf(aws)).toBe(0);
    expect(aws.calls().at(-1)).toMatchObject({ action: "CreateAccessKey", outcome: "NotHeard" });
    aws.faults.clear();
    await iam().send(MAKE);
  });

  it("the clock shows in the Date header, and back", async () => {
    const dateNow = async () => {
      const response = await fetch(aws.endpoint, { method: "POST", body: "Action=X" });
      return Date.parse(response.headers.get("date") ?? "");
    };
    aws.faults.add({ kind: "clock", offsetMs: 7_200_000 });
    expect((await dateNow()) - Date.now()).toBeGreaterThan(7_190_000);
    aws.faults.clear();
    expect(Math.abs((await dateNow()) - Date.now())).toBeLessThan(5000);
  });

  it("latency is a round trip", async () => {
    aws.faults.add({ kind: "latency", ms: 80 });
    const start = performance.now();
    await iam().send(new GetUserCommand({}));
    expect(performance.now() - start).toBeGreaterThanOrEqual(78);
  });

  it("tells the moments of each request, in order, with what was applied by then", async () => {
    await iam().send(new GetUserCommand({}));
    expect(moments.map(({ n, phase }) => [n, phase])).toEqual([
      [1, "before"],
      [1, "applied"],
      [1, "responded"],
    ]);
    aws.faults.add({ kind: "lost-response" });
    await expect(iam().send(MAKE)).rejects.toThrow();
    expect(moments.slice(3)).toMatchObject([
      { n: 2, phase: "before", action: "CreateAccessKey", accessKeyId: KEY.accessKeyId },
      { n: 2, phase: "applied" },
    ]);
  });

  it("says PRACTICE in every answer", async () => {
    const response = await fetch(aws.endpoint, { method: "POST", body: "Action=GetUser" });
    expect(response.status).toBe(403);
    expect(response.headers.get("x-pullstation-practice")).toBe("PRACTICE");
    expect(await response.text()).toContain("MissingAuthenticationToken");
  });

  const post = (body: unknown, token = aws.token) =>
    fetch(`${aws.endpoint}/__practice/faults`, {
      method: "POST",
      headers: { "x-pullstation-practice-token": token },
      body: JSON.stringify(body),
    });

  describe("over the control path", () => {
    it.each<Fault>([
      { kind: "throttle", action: "GetUser", nth: 2, times: "always" },
      { kind: "clock", offsetMs: -5000 },
      { kind: "propagation", keys: 10 },
      { kind: "latency", ms: 5 },
    ])("takes $kind", async (fault) => {
      expect(await (await post({ add: fault })).json()).toEqual([fault]);
      expect(await (await post({ clear: true })).json()).toEqual([]);
    });

    it.each([
      { add: { kind: "explode" } },
      { add: { kind: "hang", nth: 0 } },
      { add: { kind: "clock" } },
      { add: null },
      {},
      "x",
    ])("refuses %j", async (body) => {
      expect((await post(body)).status).toBe(400);
      expect(aws.faults.list()).toEqual([]);
    });

    it("only with the starter's token", async () => {
      for (const token of ["", "0".repeat(48), aws.token.slice(1)])
        expect((await post({ add: { kind: "hang" } }, token)).status).toBe(403);
      expect(aws.faults.list()).toEqual([]);
    });
  });
});

describe("propagation", () => {
  it("reads see a change at once; authentication and policies see it later", async () => {
    let now = Date.now();
    const aws = await startPracticeAws({
      world: world(),
      now: () => now,
      propagation: { keys: 3000, inline: 5000, tags: 1000 },
    });
    const alice = iamClient(aws.endpoint, KEY);
    const { AccessKey } = await alice.send(MAKE);
    const listed = await alice.send(new ListAccessKeysCommand({ UserName: "bob" }));
    expect(listed.AccessKeyMetadata).toHaveLength(1);
    const bob = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const who = () => stsClient(aws.endpoint, bob).send(new GetCallerIdentityCommand({}));
    const read = () => iamClient(aws.endpoint, bob).send(new GetUserCommand({}));
    await expect(who()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    now += 3000;
    await who();
    await alice.send(
      new PutUserPolicyCommand({
        UserName: "bob",
        PolicyName: "tagged",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              ...ALLOW_ALL.Statement[0],
              Condition: { StringEquals: { "aws:PrincipalTag/IncidentId": "INC-1" } },
            },
          ],
        }),
      }),
    );
    now += 5000;
    await alice.send(
      new TagUserCommand({ UserName: "bob", Tags: [{ Key: "IncidentId", Value: "INC-1" }] }),
    );
    now += 999;
    await expect(read()).rejects.toMatchObject({ name: "AccessDenied" });
    now += 1;
    await read();
    // Off and on again within the delay: the older state is what authentication still sees.
    for (const Status of ["Inactive", "Active", "Inactive"] as const)
      await alice.send(
        new UpdateAccessKeyCommand({ UserName: "bob", AccessKeyId: bob.accessKeyId, Status }),
      );
    now += 2999;
    await read();
    now += 1;
    await expect(read()).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    await aws.close();
  });
});

describe("what practice AWS keeps", () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "pullstation-aws-"))));
  afterEach(() => rmSync(dir, { recursive: true }));

  it("every change is on disk before its answer, and a new start goes on there", async () => {
    const stateFile = join(dir, "aws.json");
    const onDisk: number[] = [];
    const first = await startPracticeAws({
      stateFile,
      world: world(),
      onRequest: ({ phase }) => {
        if (phase !== "applied") return;
        const kept = JSON.parse(readFileSync(stateFile, "utf8")) as PracticeAws["world"];
        onDisk.push(kept.accounts[ACCOUNT]?.users["bob"]?.keys.length ?? -1);
      },
    });
    const { AccessKey } = await iamClient(first.endpoint, KEY).send(MAKE);
    expect(onDisk).toEqual([1]);
    // Not closed: a killed process closes nothing.
    const second = await startPracticeAws({ stateFile });
    const who = await stsClient(second.endpoint, {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    }).send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe(`arn:aws:iam::${ACCOUNT}:user/bob`);
    expect(second.calls().map(({ action }) => action)).toEqual([
      "CreateAccessKey",
      "GetCallerIdentity",
    ]);
    await first.close();
    await second.close();
    expect(readdirSync(dir).toSorted()).toEqual(["aws.json", "aws.json.calls.jsonl"]);
  });

  it.each(["", "{", '{"format":"something-else"}'])(
    "says so when the file is not a state: %j",
    async (text) => {
      const stateFile = join(dir, "aws.json");
      writeFileSync(stateFile, text);
      await expect(startPracticeAws({ stateFile })).rejects.toMatchObject({
        code: "PRACTICE_STATE_UNREADABLE",
      });
    },
  );
});
