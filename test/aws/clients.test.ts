import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CloudOptions, openAws } from "../../aws/clients/cloud.ts";
import { translate } from "../../aws/clients/codes.ts";
import { endpointFor, practiceEndpoint } from "../../aws/clients/endpoints.ts";
import { scrubEnvironment } from "../../aws/clients/environment.ts";
import { Sha256 } from "../../aws/clients/sha256.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { totpCode, totpStep } from "../../practice/aws/totp.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { accountId, accountOf, SEED, worldOf } from "../ceremony/stage.ts";

let aws: PracticeAws;
beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(1) });
});
afterEach(() => aws.close());

const { clock } = onlinePorts;
const who = { accountId: accountId(0), partition: "aws", name: "activator" } as const;

async function activator(edit: Partial<CloudOptions> = {}) {
  const cloud = await openAws({ mode: "PRACTICE", practiceEndpoint: aws.endpoint, clock, ...edit });
  return cloud.as(accountOf(0).activator, who);
}

const asked = (action: string): number =>
  aws.calls().filter((call) => call.action === action).length;

describe("AWS clients", () => {
  it("answers with evidence: request id, region, AWS's time, and nothing secret", async () => {
    const answer = await (await activator()).identity();
    expect(answer).toMatchObject({
      ok: true,
      value: { accountId: accountId(0), arn: expect.stringContaining("bg-activator") },
      call: {
        action: "sts:GetCallerIdentity",
        region: "us-east-1",
        as: "activator",
        verdict: "OK",
      },
    });
    expect(answer.call.requestId).toBe(aws.calls().at(-1)?.requestId);
    expect(Math.abs((answer.call.serverMs ?? 0) - aws.serverTime())).toBeLessThan(2_000);
    expect(JSON.stringify(answer)).not.toContain(accountOf(0).activator.secretAccessKey);
  });

  it.each([
    ["denied", "ACCESS_DENIED", 1],
    ["http500", "SERVICE_FAILED", 4],
    ["throttle", "THROTTLED", 4],
    ["lost-request", "NO_CONNECTION", 4],
    ["hang", "TIMED_OUT", 4],
  ] as const)("names %s, and asks as often as is right", async (kind, code, times) => {
    let requests = 0;
    await aws.close();
    aws = await startPracticeAws({
      world: worldOf(1),
      onRequest: ({ phase }) => {
        if (phase === "before") requests += 1;
      },
    });
    aws.faults.add({ kind, times: "always" });
    const caller = await activator({ timeouts: { connectMs: 200, answerMs: 150 } });
    const answer = await caller.accessKeys("bg-emergency");
    expect(answer.ok ? "OK" : answer.code).toBe(code);
    expect(requests).toBe(times);
  });

  it("sends a one-time code once only, even when the answer is lost", async () => {
    aws.faults.add({ kind: "lost-response", action: "GetSessionToken" });
    const code = totpCode(SEED, totpStep(aws.serverTime()));
    const serial = accountOf(0).mfaSerial;
    const answer = await (await activator()).sessionToken({ serial, code, seconds: 900 });
    expect(answer).toMatchObject({ ok: false, code: "NO_CONNECTION" });
    expect(asked("GetSessionToken")).toBe(1);
  });

  it("tells a wrong MFA code from a refusal by policy", async () => {
    const serial = accountOf(0).mfaSerial;
    const caller = await activator();
    const wrong = await caller.sessionToken({ serial, code: "000000", seconds: 900 });
    expect(wrong).toMatchObject({ ok: false, code: "MFA_REFUSED" });
    const denied = await caller.setKey(
      "bg-emergency",
      accountOf(0).emergency.accessKeyId,
      "Active",
    );
    expect(denied).toMatchObject({ ok: false, code: "ACCESS_DENIED" });
  });

  it("learns AWS's clock from STS once, for every client of every credential", async () => {
    aws.faults.add({ kind: "clock", offsetMs: 5 * 3_600_000 });
    const cloud = await openAws({
      mode: "PRACTICE",
      practiceEndpoint: aws.endpoint,
      clock,
      attempts: 2,
    });
    const first = await cloud.as(accountOf(0).activator, who).identity();
    expect(first.ok).toBe(true);
    const refusals = aws
      .calls()
      .filter(({ outcome }) => outcome === "SignatureDoesNotMatch").length;
    const other = await cloud.as(accountOf(0).activator, who).accessKeys("bg-emergency");
    expect(other.ok).toBe(true);
    const after = aws.calls().filter(({ outcome }) => outcome === "SignatureDoesNotMatch").length;
    expect([refusals, after]).toEqual([1, 1]);
    cloud.end();
  });

  it("says that the clock is wrong where one attempt is all there is", async () => {
    aws.faults.add({ kind: "clock", offsetMs: 5 * 3_600_000 });
    const answer = await (await activator({ attempts: 1 })).identity();
    expect(answer).toMatchObject({ ok: false, code: "CLOCK_REFUSED" });
    expect(answer.call.serverMs).not.toBeNull();
  });

  it("learns the clock from a refusal, too: the next call with one attempt is heard", async () => {
    aws.faults.add({ kind: "clock", offsetMs: 5 * 3_600_000 });
    const caller = await activator({ attempts: 1 });
    expect(await caller.accessKeys("bg-emergency")).toMatchObject({ code: "CLOCK_REFUSED" });
    expect(await caller.identity()).toMatchObject({ ok: true });
  });

  it("tells no other attempt's id and time of one that was not answered", async () => {
    aws.faults.add({ kind: "http500", action: "GetUser", times: 1 });
    aws.faults.add({ kind: "lost-request", action: "GetUser", times: "always" });
    const answer = await (await activator({ attempts: 2 })).user("bg-emergency");
    expect(answer).toMatchObject({ ok: false, call: { attempts: 2 } });
    expect(answer.call).toMatchObject({ requestId: null, serverMs: null });
  });

  it("is not redirected by the environment", async () => {
    let redirected = 0;
    const trap: Server = createServer((_, response) => {
      redirected += 1;
      response.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
    const address = trap.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const names = [
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_IAM",
      "AWS_ENDPOINT_URL_STS",
      "http_proxy",
    ];
    for (const name of names) process.env[name] = `http://127.0.0.1:${port}`;
    try {
      const caller = await activator();
      expect((await caller.identity()).ok).toBe(true);
      expect((await caller.accessKeys("bg-emergency")).ok).toBe(true);
      expect(redirected).toBe(0);
    } finally {
      for (const name of names) delete process.env[name];
      trap.close();
    }
  });

  it.each(["variables", "a configuration file"])("takes no setting from %s", async (from) => {
    const dir = mkdtempSync(join(tmpdir(), "pullstation-config-"));
    const settings = {
      AWS_USE_FIPS_ENDPOINT: "true",
      AWS_USE_DUALSTACK_ENDPOINT: "true",
      AWS_DEFAULTS_MODE: "nonsense",
      AWS_AUTH_SCHEME_PREFERENCE: "sigv4a",
      AWS_SDK_UA_APP_ID: "someone-else",
    };
    const lines = Object.entries(settings).map(
      ([name, value]) => `${name.slice("AWS_".length).toLowerCase()} = ${value}\n`,
    );
    const file = join(dir, "config");
    writeFileSync(file, `[default]\n${lines.join("")}`);
    const env = from === "variables" ? settings : { AWS_CONFIG_FILE: file };
    Object.assign(process.env, env);
    try {
      const caller = await activator();
      expect((await caller.identity()).call.verdict).toBe("OK");
      expect((await caller.accessKeys("bg-emergency")).call.verdict).toBe("OK");
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
      rmSync(dir, { recursive: true });
    }
  });

  it("probes each region at its own scope", async () => {
    const caller = await activator();
    await caller.accessKeyInfo(accountOf(0).emergency.accessKeyId, "eu-west-1");
    expect(aws.calls().at(-1)).toMatchObject({ action: "GetAccessKeyInfo", region: "eu-west-1" });
    const nowhere = await caller.accessKeyInfo("AKIAPRACTICEEMER2220", "cn-north-1");
    expect(nowhere).toMatchObject({ ok: false, code: "UNEXPECTED_ANSWER" });
  });
});

describe("endpoints", () => {
  it("are explicit in every partition", () => {
    expect(endpointFor("iam", "aws", null, null)).toEqual({
      region: "us-east-1",
      endpoint: "https://iam.amazonaws.com",
    });
    expect(endpointFor("sts", "aws", "eu-west-1", null).endpoint).toBe(
      "https://sts.eu-west-1.amazonaws.com",
    );
    expect(endpointFor("sts", "aws-cn", null, null)).toEqual({
      region: "cn-north-1",
      endpoint: "https://sts.cn-north-1.amazonaws.com.cn",
    });
    expect(endpointFor("iam", "aws-us-gov", null, null).region).toBe("us-gov-west-1");
  });

  it.each([
    ["PRACTICE", "https://iam.amazonaws.com"],
    ["PRACTICE", "http://127.0.0.1:80@evil.example"],
    ["PRACTICE", "http://127.0.0.2:80"],
    ["PRACTICE", "http://localhost:80"],
    ["PRACTICE", "http://127.0.0.1:80/x"],
    ["REAL", "http://127.0.0.1:80"],
  ] as const)("refuse %s at %s", (mode, endpoint) => {
    expect(() => practiceEndpoint(mode, endpoint)).toThrow("PRACTICE_ENDPOINT_REFUSED");
  });

  it("never let a practice order reach the real thing", async () => {
    await expect(openAws({ mode: "PRACTICE", practiceEndpoint: null, clock })).rejects.toThrow(
      "PRACTICE_ENDPOINT_MISSING",
    );
  });
});

describe("the environment", () => {
  it("loses what could redirect, lend credentials, loosen TLS or write keys down", () => {
    const env: Record<string, string | undefined> = {
      AWS_PROFILE: "x",
      AWS_ENDPOINT_URL_STS: "x",
      NODE_EXTRA_CA_CERTS: "x",
      NODE_TLS_REJECT_UNAUTHORIZED: "0",
      SSLKEYLOGFILE: "x",
      HTTPS_PROXY: "x",
      no_proxy: "x",
      NODE_OPTIONS: "x",
      NODE_USE_ENV_PROXY: "1",
      PATH: "/bin",
      LANG: "C",
    };
    const gone = scrubEnvironment(env);
    expect(gone).toHaveLength(9);
    expect(gone).not.toContain("PATH");
    const left = Object.entries(env).filter(([name]) => !name.startsWith("AWS_"));
    expect(left).toEqual([
      ["PATH", "/bin"],
      ["LANG", "C"],
    ]);
    expect(env["AWS_PROFILE"]).toBeUndefined();
    expect(env["AWS_SHARED_CREDENTIALS_FILE"]).toBe("/dev/null");
  });
});

describe("SHA-256 as the SDK takes it", () => {
  it("equals the platform's, with and without a secret, whatever the pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined }),
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
        async (secret, pieces) => {
          const other = secret === undefined ? createHash("sha256") : createHmac("sha256", secret);
          const own = new Sha256(secret);
          for (const piece of pieces) own.update(piece);
          const expected = other.update(Buffer.concat(pieces)).digest("hex");
          expect(Buffer.from(await own.digest()).toString("hex")).toBe(expected);
          own.reset();
          for (const piece of pieces) own.update(piece);
          expect(Buffer.from(await own.digest()).toString("hex")).toBe(expected);
        },
      ),
    );
  });

  it("takes text and buffers as they are", async () => {
    const own = new Sha256("Jefe");
    own.update("what do ya want ");
    own.update(new TextEncoder().encode("for nothing?").buffer);
    // RFC 4231, test case 2.
    expect(Buffer.from(await own.digest()).toString("hex")).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });
});

const thrown = (edit: object): Error => Object.assign(new Error("secret inside"), edit);

describe("what the network does", () => {
  it.each([
    [{ code: "ENOTFOUND" }, "NAME_NOT_RESOLVED"],
    [{ code: "ECONNREFUSED" }, "NO_CONNECTION"],
    [{ code: "CERT_HAS_EXPIRED" }, "TLS_REFUSED"],
    [{ code: "SELF_SIGNED_CERT_IN_CHAIN" }, "TLS_REFUSED"],
    [{ name: "TimeoutError" }, "TIMED_OUT"],
    [{ name: "SomethingNew", $metadata: { httpStatusCode: 503 } }, "SERVICE_FAILED"],
    [{ name: "SomethingNew", $metadata: { httpStatusCode: 400 } }, "UNEXPECTED_ANSWER"],
    [{ name: "ExpiredToken" }, "SESSION_EXPIRED"],
    [{ name: "LimitExceededException" }, "LIMIT_EXCEEDED"],
  ])("%o is named %s", (edit, code) => {
    expect(translate(thrown(edit))).toBe(code);
  });
});
