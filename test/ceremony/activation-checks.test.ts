import { afterEach, beforeEach, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { resume } from "../../ceremony/access/resume.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { accountId, accountOf, type Folder, folder, orderOf, portsOf, worldOf } from "./stage.ts";

// What an opening and a reopening check before they write, and when they answer.

let aws: PracticeAws;
let place: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(2) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

const wrongCode = (): Promise<string> => Promise.resolve("000000");
const actions = (): string[] => aws.calls().map(({ action }) => action);

async function opened() {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
  return open(orderOf(), ports);
}

async function interrupted() {
  // A code works once, and a quorum takes more than a minute.
  aws.faults.add({ kind: "clock", offsetMs: 60_000 });
  const { ports, state } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, reopen: true });
  if (state === null) throw new Error("there is no journal");
  return { ports, state };
}

const loosened = (): void => {
  const { latchArn } = accountOf(0);
  const policies = aws.world.accounts[accountId(0)]?.policies ?? {};
  const latch = policies[latchArn];
  if (latch === undefined) throw new Error("the practice world has no latch");
  const document = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }],
  });
  policies[latchArn] = { ...latch, document };
};

it("stops when the latch's document denies less than everything", async () => {
  loosened();
  const { opening } = await opened();
  expect(opening).toMatchObject({
    kind: "TAMPERED",
    accounts: [{ differences: [{ kind: "LATCH_CHANGED" }] }],
  });
  expect(actions()).not.toContain("PutUserPolicy");
});

it("is not taken up again under a latch that was changed meanwhile", async () => {
  await opened();
  loosened();
  const { ports, state } = await interrupted();
  const { resumption } = await resume(orderOf(), state, "reopen", ports);
  expect(resumption).toMatchObject({
    accounts: [{ state: "FAILED", at: "inventory", why: expect.stringContaining("LATCH_CHANGED") }],
  });
});

it("answers a refusal only when no account has a call in flight any more", async () => {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
  let inFlight = 0;
  const late: typeof ports.cloud = {
    as: (credentials, who) => {
      const caller = ports.cloud.as(credentials, who);
      if (who.accountId !== accountId(1)) return caller;
      return {
        ...caller,
        assumeRole: async (input) => {
          inFlight++;
          await ports.pause(400);
          const answer = await caller.assumeRole(input);
          inFlight--;
          return answer;
        },
      };
    },
  };
  const refused = { ...accountOf(0), totpSeed: null };
  const order = orderOf(2, { accounts: [refused, accountOf(1)] });
  const { opening } = await open(order, { ...ports, cloud: late, mfaCode: wrongCode });
  expect(opening).toMatchObject({ kind: "REFUSED", code: "ACCOUNT_UNREACHABLE" });
  expect(actions()).toContain("AssumeRole");
  expect(inFlight).toBe(0);
});

it("journals its MFA session before it asks for it, or does not reopen", async () => {
  await opened();
  const { ports, state } = await interrupted();
  const full = { append: () => Promise.reject(new Error("no space left on device")) };
  const before = actions().length;
  const { resumption } = await resume(orderOf(), state, "reopen", {
    ...ports,
    journalFile: full,
  });
  expect(resumption).toMatchObject({
    accounts: [{ state: "FAILED", at: "sts:GetSessionToken", why: "JOURNAL_FAILED" }],
  });
  expect(actions().slice(before)).not.toContain("PutUserPolicy");
});
