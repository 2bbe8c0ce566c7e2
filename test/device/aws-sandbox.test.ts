import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, expect, it } from "vitest";
import { openAws } from "../../aws/clients/cloud.ts";
import { kitOf } from "../../aws/documents/kit.ts";
import { startPracticeAws } from "../../practice/aws/server.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { accountId, accountOf, KIT_EXPIRES, REGIONS, SEED, worldOf } from "../ceremony/stage.ts";
import { sandboxRun } from "./sandbox-run.ts";

// The script for a real account, played against practice AWS: that it asks, tells and ends at rest.
// What it finds here says nothing about AWS.

const dir = mkdtempSync(join(tmpdir(), "pullstation-sandbox-test-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it("asks everything, and leaves the account at rest", { timeout: 120_000 }, async () => {
  const aws = await startPracticeAws({ world: worldOf(1) });
  const cloud = await openAws({
    mode: "PRACTICE",
    practiceEndpoint: aws.endpoint,
    clock: onlinePorts.clock,
  });
  const { activator, closer, emergency } = accountOf(0);
  if (closer === undefined) throw new Error("the sample kit has a closer");
  const { atRest, answers, calls } = await sandboxRun({
    cloud,
    dir,
    kit: kitOf(accountId(0), "aws", REGIONS, KIT_EXPIRES),
    regions: REGIONS,
    kitExpires: KIT_EXPIRES,
    durationSeconds: 8,
    mode: "PRACTICE",
    keys: { activator, closer, emergency },
    totpSeed: SEED,
    mint: async () => {
      const client = { region: "us-east-1", endpoint: aws.endpoint, credentials: emergency };
      const sts = new STSClient(client);
      const { Credentials: given } = await sts.send(new GetSessionTokenCommand({}));
      const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given ?? {};
      const secret = { secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
      return { accessKeyId: AccessKeyId, ...secret };
    },
    proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 },
    say: () => undefined,
  });
  const told = Object.fromEntries(answers.map(({ question, answer }) => [question, answer]));
  expect(atRest).toBe(true);
  expect(told).toMatchObject({
    "a probe in a region outside the policy": "ACCESS_DENIED",
    "the closer's detach of the latch": "ACCESS_DENIED",
    "attaching the latch without MFA": "OK",
    "the session minted in the window, under the latch": expect.stringMatching(/^\d+ ms$/),
    "the latch in us-east-1": expect.stringMatching(/^\d+ ms$/),
    "the latch in eu-west-1": expect.stringMatching(/^\d+ ms$/),
  });
  expect(told["last accepted and first denied call, from the deadline"]).toMatch(/^-.* and \d/);
  expect(calls.length).toBeGreaterThan(40);
  expect(JSON.stringify({ answers, calls })).not.toContain(emergency.secretAccessKey);
  cloud.end();
  await aws.close();
});
