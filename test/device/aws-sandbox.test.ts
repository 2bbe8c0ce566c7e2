import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { kitFiles } from "../../aws/documents/template/files.ts";
import { planOf } from "../../aws/documents/template/plan.ts";
import { startPracticeAws } from "../../practice/aws/server.ts";
import { checkSignature, readSigned } from "../../practice/aws/sigv4.ts";
import type { World } from "../../practice/aws/world.ts";
import { provision } from "../../practice/kit/provision.ts";
import { accountId, emergencyUser, SEED } from "../ceremony/stage.ts";

// The script for a real account, played against practice AWS as its page says: that it opens a kit as
// `template` writes it, measures what it says, and ends at rest. Its figures say nothing about AWS.

const dir = mkdtempSync(join(tmpdir(), "pullstation-sandbox-test-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SCRIPT = fileURLToPath(new URL("aws-sandbox.ts", import.meta.url));
const ACCOUNT = accountId(0);
const REGIONS = ["us-east-1", "eu-west-1"];
/** How long an attached policy takes until it counts there. */
const LAG_MS = 1_500;

/** A kit that expires in a year, for two profiles and a bucket of logs. */
const plan = planOf({
  accounts: [ACCOUNT],
  partition: "aws",
  regions: REGIONS,
  profiles: ["restore-service", "incident-readonly"],
  evidenceBuckets: ["org-trail-bucket"],
  kitExpires: `${new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`,
  maxHours: 4,
  alarmRegion: null,
  securityRole: "OrgSecurityAdmin",
  deployRole: "stacksets-exec",
});

const secretOf = (role: string): string => role.padEnd(40, "s");

function provisioned() {
  const imported = (role: "activator" | "closer" | "emergency") => {
    const accessKeyId = `AKIAPRACTICE${role.slice(0, 4).toUpperCase()}2222`;
    const secretAccessKey = secretOf(role);
    const file = `${ACCOUNT}-${role}.csv`;
    const text = `Access key ID,Secret access key\n${accessKeyId},${secretAccessKey}\n`;
    writeFileSync(join(dir, file), text);
    return { accountId: ACCOUNT, role, accessKeyId, secretAccessKey, file, line: 2 };
  };
  const given = {
    accountId: ACCOUNT,
    activator: imported("activator"),
    closer: imported("closer"),
    emergency: imported("emergency"),
  };
  const { partition, regions, kitExpires } = plan;
  const seeds = { [ACCOUNT]: SEED };
  return provision([given], {
    partition,
    regions,
    kitExpires,
    rails: plan,
    seeds,
    now: Date.now(),
  });
}

/** EC2 for a session of the emergency user, whose signature counts: the latch denies there as late. */
async function startEc2(world: World): Promise<Server> {
  let latchedAt = Number.POSITIVE_INFINITY;
  const server = createServer((request, response) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    const sent = { method: "GET", path, query, headers: request.headers, body: new Uint8Array() };
    const { accessKeyId, ...signed } = readSigned(sent);
    const secret = world.sessions[accessKeyId]?.secretAccessKey ?? "";
    checkSignature(sent, { accessKeyId, ...signed }, secret, Date.now());
    const isLatched = emergencyUser(world).attached.length > 0;
    latchedAt = isLatched ? Math.min(latchedAt, Date.now()) : Number.POSITIVE_INFINITY;
    const isDenied = Date.now() - latchedAt > LAG_MS;
    response.writeHead(isDenied ? 403 : 200);
    response.end(isDenied ? "<Code>UnauthorizedOperation</Code>" : "<regionInfo/>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

it("asks everything, and leaves the account at rest", { timeout: 180_000 }, async () => {
  const aws = await startPracticeAws({ world: provisioned(), propagation: { attached: LAG_MS } });
  const ec2 = await startEc2(aws.world);
  const { port } = ec2.address() as AddressInfo;
  const proof = { rejections: 3, overSeconds: 1, againAfterSeconds: 1 };
  const at = (name: string): string => join(dir, name);
  const written = kitFiles(plan, "terraform", "").find(({ path }) => path === "policy.json");
  const policy = JSON.parse(written?.text ?? "") as object;
  writeFileSync(at("policy.json"), JSON.stringify({ ...policy, proof }));
  writeFileSync(at("seed"), `${SEED}\n`);
  const args = ["--yes-this-is-a-sandbox", "--account", ACCOUNT, "--practice", aws.endpoint];
  args.push("--policy", at("policy.json"), "--keys", dir, "--mfa-seed-file", at("seed"));
  args.push("--practice-ec2", `http://127.0.0.1:${port}`, "--duration", "25");
  args.push("--out", at("result.json"));
  const said = await new Promise<string>((resolve, reject) =>
    execFile(process.execPath, [SCRIPT, ...args], (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${stdout}\n${stderr}`)),
    ),
  );
  await aws.close();
  ec2.close();
  const text = readFileSync(at("result.json"), "utf8");
  const found = JSON.parse(text) as {
    atRest: boolean;
    answers: { question: string; answer: string }[];
    calls: unknown[];
  };
  const told = Object.fromEntries(found.answers.map(({ question, answer }) => [question, answer]));
  expect(found.atRest).toBe(true);
  expect(told).toMatchObject({
    "a probe in a region outside the policy": "ACCESS_DENIED",
    "the closer's detach of the latch": "ACCESS_DENIED",
    "attaching the latch without MFA": "OK",
    "  all of it before the deadline": "yes",
    "  and its GetCallerIdentity": "OK",
    "lifting the latch": "OK",
    "the session minted in the window, until it worked": expect.stringMatching(/^\d+ ms$/),
  });
  // What replication takes is what was measured: nothing that had happened before the latch.
  for (const question of [
    ...REGIONS.map((region) => `the latch in ${region}`),
    "the session minted in the window, under the latch",
    "the lifted latch, until the first accepted call",
  ]) {
    expect(told[question], question).toMatch(/^\d+ ms$/);
    expect(Number.parseInt(told[question] ?? "", 10), question).toBeGreaterThan(LAG_MS - 500);
  }
  const dates = told["last accepted and first denied call, from the deadline"] ?? "";
  const [accepted, denied] = dates.split(" and ").map((one) => Number.parseFloat(one));
  expect(accepted, dates).toBeLessThan(0);
  expect(denied, dates).toBeGreaterThanOrEqual(0);
  expect(denied, dates).toBeLessThan(20);
  expect(told["closed"]).toContain('"verdict":"CLOSED"');
  expect(found.calls.length).toBeGreaterThan(40);
  for (const role of ["activator", "closer", "emergency"])
    expect(text + said).not.toContain(secretOf(role));
});
