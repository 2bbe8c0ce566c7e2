import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { waitDeadline } from "../../ceremony/access/deadline.ts";
import { type AccessFlowPorts, closeAccess } from "../../ceremony/access-flow.ts";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { closerSessions, readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  orderOf,
  type PortsOptions,
  portsOf,
  worldOf,
} from "./stage.ts";

// A close under a latch that shuts nothing: somebody gave it another document, or AWS is late.

let aws: PracticeAws;
let place: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(1) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

const INCIDENT = "INC-2026-0042";
const { latchArn, boundaryArn } = accountOf(0);

async function opened(more: Partial<PortsOptions> = {}, seconds = 600) {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, ...more });
  const { held, opening } = await open(orderOf(1, { durationSeconds: seconds }), ports);
  expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
  return held;
}

const saying = (Effect: "Allow" | "Deny", Action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Action, Resource: "*" }] });

/** Another default version; gives back the way to the old one. */
function rewritten(arn: string, document: string): () => void {
  const policies = aws.world.accounts[accountId(0)]?.policies ?? {};
  const own = policies[arn];
  if (own === undefined) throw new Error("the practice world has no such policy");
  policies[arn] = { ...own, document };
  return () => void (policies[arn] = own);
}

/** A session that was made while the access was open: it needs no active key. */
function sessionInHand() {
  const key = {
    accessKeyId: "ASIAPRACTICESESSION2",
    secretAccessKey: "s".repeat(40),
    token: "token-in-hand",
  };
  const at = aws.serverTime();
  aws.world.sessions[key.accessKeyId] = {
    ...key,
    issuedAt: at,
    expiresAt: at + 3_600_000,
    accountId: accountId(0),
    mfa: true,
    of: { kind: "user", name: "bg-emergency" },
  };
  return { ...key, sessionToken: key.token };
}

describe("a latch whose document was changed while the access was open", () => {
  it.each([
    ["allows everything", saying("Allow", "*")],
    ["denies less", saying("Deny", "s3:*")],
    ["is no JSON", "{"],
  ])("that %s is never closed nor dead, and is named", async (_, document) => {
    const held = await opened();
    rewritten(latchArn, document);
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "NOT_AT_REST", latched: true, confirmed: null });
    if (document !== "{") expect(closing?.deny).toBe("ALLOWED");
    expect(closing?.remains).toContainEqual({ kind: "LATCH_CHANGED", what: `${latchArn} v1` });
    expect(closing?.foreign).toEqual([{ kind: "LATCH_CHANGED", what: `${latchArn} v1` }]);
    // The key is off and refused all the same, and the incident stays unfinished.
    expect(closing?.rejections.count).toBe(3);
    expect(emergencyUser(aws.world).keys[0]?.status).toBe("Inactive");
    expect(await closerSessions(place.dir, INCIDENT)).toHaveLength(1);
    const { phase, accounts } = await readJournalFile(place.dir, INCIDENT);
    expect(phase).toBe("closing");
    expect(accounts[0]?.remains).toContain(`LATCH_CHANGED ${latchArn} v1`);
  });

  it("is barred by a Deny in the window's place, which ends sessions too, until it is mended", async () => {
    const held = await opened();
    const session = held.accesses[0]?.caller(sessionInHand(), "emergency");
    expect(await session?.accountSummary()).toMatchObject({ ok: true });
    const mend = rewritten(latchArn, saying("Allow", "*"));
    await close(held, "by hand");
    expect(await session?.accountSummary()).toMatchObject({ ok: false, code: "ACCESS_DENIED" });
    mend();
    expect(await close(held, "again")).toMatchObject([
      { verdict: "CLOSED", deny: "KEY_WAS_INACTIVE", confirmed: true, remains: [] },
    ]);
    expect(emergencyUser(aws.world).inline).toEqual({});
    expect(await session?.accountSummary()).toMatchObject({ ok: false, code: "ACCESS_DENIED" });
    expect(await closerSessions(place.dir, INCIDENT)).toEqual([]);
    expect((await readJournalFile(place.dir, INCIDENT)).phase).toBe("closed");
  });

  it("is found after the deadline, whose Deny hides it", async () => {
    const held = await opened({}, 4);
    await waitDeadline(held.run, held.accesses, held.deadline?.untilMs ?? 0);
    rewritten(latchArn, saying("Allow", "*"));
    const [closing] = await close(held, "expired");
    expect(closing).toMatchObject({ verdict: "NOT_AT_REST", deny: "AFTER_DEADLINE" });
    expect(closing?.remains.map(({ kind }) => kind)).toContain("LATCH_CHANGED");
  });

  it("is found by the second look", async () => {
    let changed = false;
    const held = await opened({
      report: (progress) => {
        if (progress.kind !== "step" || progress.step !== "dead" || changed) return;
        changed = true;
        rewritten(latchArn, saying("Allow", "*"));
      },
    });
    expect(await close(held, "by hand")).toMatchObject([{ verdict: "NOT_AT_REST" }]);
  });

  it("is given up, and named, when AWS does not let it be barred", async () => {
    const held = await opened();
    rewritten(latchArn, saying("Allow", "*"));
    aws.faults.add({ kind: "denied", action: "PutUserPolicy", times: "always" });
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "NOT_AT_REST", deny: "ALLOWED" });
    expect(closing?.remains.map(({ kind }) => kind)).toContain("LATCH_CHANGED");
  });
});

it("says so when the latch can't be put on, and still turns the key off", async () => {
  const held = await opened();
  aws.faults.add({ kind: "denied", action: "AttachUserPolicy", times: "always" });
  const stop = { aborted: false };
  setTimeout(() => (stop.aborted = true), 500);
  const [closing] = await close(held, "by hand", stop);
  expect(closing).toMatchObject({ verdict: "NOT_AT_REST", latched: false });
  expect(closing?.remains.map(({ kind }) => kind)).toContain("LATCH_MISSING");
  expect(emergencyUser(aws.world).keys[0]?.status).toBe("Inactive");
  expect(await closerSessions(place.dir, INCIDENT)).toHaveLength(1);
});

it("lets no call through while the user has no room for the latch, and closes once it has", async () => {
  const held = await opened();
  const session = held.accesses[0]?.caller(sessionInHand(), "emergency");
  const user = emergencyUser(aws.world);
  user.attached = Array.from({ length: 10 }, (_, index) => `arn:aws:iam::aws:policy/Other${index}`);
  const bar = (): string => user.inline["BreakGlassWindow"] ?? "";
  const from = performance.now();
  // People wait until a round has done what it can.
  const stop = {
    get aborted() {
      return !bar().includes("DateLessThan") || performance.now() - from > 15_000;
    },
  };
  const [closing] = await close(held, "by hand", stop);
  expect(closing).toMatchObject({ verdict: "NOT_AT_REST", latched: false });
  expect(await session?.accountSummary()).toMatchObject({ ok: false, code: "ACCESS_DENIED" });
  expect(JSON.parse(bar())).toMatchObject({
    Statement: [{ Effect: "Deny", Action: "*", Resource: "*" }],
  });
  user.attached = [];
  expect(await close(held, "again")).toMatchObject([{ verdict: "CLOSED", remains: [] }]);
  expect(user.inline).toEqual({});
});

it("is not closed where AWS carried calls out with the right latch on, and is by the next close", async () => {
  const held = await opened();
  aws.faults.add({ kind: "propagation", attached: 60_000 });
  const [closing] = await close(held, "by hand");
  expect(closing).toMatchObject({ verdict: "NOT_AT_REST", deny: "ALLOWED" });
  expect(closing?.remains).toContainEqual({
    kind: "LATCH_PASSED",
    what: "iam:GetAccountSummary us-east-1",
  });
  expect(await close(held, "again")).toMatchObject([{ verdict: "CLOSED", remains: [] }]);
});

it("does not blame the latch for what AWS allowed while somebody had taken it off", async () => {
  let taken = false;
  const held = await opened({
    report: (progress) => {
      if (progress.kind !== "step" || progress.step !== "latched" || taken) return;
      taken = true;
      emergencyUser(aws.world).attached = [];
    },
  });
  expect(await close(held, "by hand")).toMatchObject([
    { verdict: "CLOSED", deny: "UNPROVEN", remains: [] },
  ]);
});

it("reads a document again that could not be read, before it is closed", async () => {
  const held = await opened();
  aws.faults.add({ kind: "http500", action: "GetPolicyVersion", times: 4 });
  expect(await close(held, "by hand")).toMatchObject([{ verdict: "CLOSED", remains: [] }]);
});

it("names a boundary that was changed meanwhile, and closes: the latch shuts it", async () => {
  const held = await opened();
  rewritten(boundaryArn, saying("Allow", "*"));
  expect(await close(held, "by hand")).toMatchObject([
    {
      verdict: "CLOSED",
      deny: "PROVEN",
      remains: [{ kind: "BOUNDARY_CHANGED", what: `${boundaryArn} v1` }],
    },
  ]);
});

it("says what the latch let through, and what to do, and calls nothing dead", async () => {
  const held = await opened();
  rewritten(latchArn, saying("Allow", "*"));
  const closings = await close(held, "by hand");
  const told: string[] = [];
  const flow = {
    progress: {
      step: async <T>(_: string, work: () => Promise<T>, tell: (done: T) => string) => {
        const done = await work();
        told.push(tell(done));
        return done;
      },
    },
    records: { append: () => ({ seq: 1, sha256: "" }) },
    clock: { now: () => "2026-06-18T03:00:00.000Z", monotonic: () => 0 },
  } as unknown as AccessFlowPorts;
  const online = {
    ask: (name: string) =>
      name === "close"
        ? Promise.resolve(closings)
        : name === "calls"
          ? Promise.resolve({ proxy: null, calls: [], leftOut: 0 })
          : Promise.reject(new Error("gone")),
  } as unknown as OnlineProcess;
  const subject = { mode: "PRACTICE", vaultId: "ab".repeat(16), epoch: 1, fileSha256: "" } as const;
  const asked = { id: INCIDENT, officer: "Olga" };
  const { dead } = await closeAccess(flow, online, subject, asked, "by hand");
  expect(dead).toBe(false);
  expect(told.join()).toContain(`NOT at rest everywhere: ${accountId(0)}: `);
  expect(told.join()).toMatch(/LATCH_CHANGED .* does not deny everything.*then close once more/);
});
