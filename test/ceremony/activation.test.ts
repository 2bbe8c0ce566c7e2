import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { proveExpired, waitDeadline } from "../../ceremony/access/deadline.ts";
import { resume } from "../../ceremony/access/resume.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import type { UserState } from "../../practice/aws/world.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { totpCode, totpStep } from "../../practice/aws/totp.ts";
import { closerSessions, readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  HASTE,
  orderOf,
  POLICY,
  type PortsOptions,
  portsOf,
  SEED,
  worldOf,
} from "./stage.ts";

let aws: PracticeAws;
let place: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(3) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

const INCIDENT = "INC-2026-0042";
const WRITES = /^(?:Put|Tag|Detach|Attach|Update|Delete)/;
const writes = (): string[] =>
  aws
    .calls()
    .map(({ action }) => action)
    .filter((action) => WRITES.test(action));

async function opened(order: ActivationOrder, options: Partial<PortsOptions> = {}) {
  const { ports, cloud } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, ...options });
  return { ...(await open(order, ports)), ports, cloud };
}

const FOREIGN = "AKIAPRACTICEFOREIGN2";
function firstKey(user: UserState) {
  const [key] = user.keys;
  if (key === undefined) throw new Error("the practice world has no key");
  return key;
}

const wrongCode = (): Promise<string> => Promise.resolve("000000");

describe("activation", () => {
  it("opens: window and tags before latch and key, and proves it in every region", async () => {
    const { opening, held } = await opened(orderOf());
    expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
    const user = emergencyUser(aws.world);
    expect(user.attached).toEqual([]);
    expect(user.keys[0]?.status).toBe("Active");
    expect(Object.keys(user.inline)).toEqual(["BreakGlassWindow"]);
    expect(user.tags).toMatchObject({ IncidentId: INCIDENT, BreakGlassRecord: "ab".repeat(32) });
    const order = writes();
    expect(order.slice(0, 2).toSorted()).toEqual(["PutUserPolicy", "TagUser"]);
    expect(order.slice(2).toSorted()).toEqual(["DetachUserPolicy", "UpdateAccessKey"]);
    const probed = held.run.calls.filter(
      ({ as, verdict }) => as === "emergency" && verdict === "OK",
    );
    expect(probed.map(({ action, region }) => `${action} ${region}`).toSorted()).toEqual([
      "iam:GetAccountSummary us-east-1",
      "sts:GetAccessKeyInfo eu-west-1",
      "sts:GetAccessKeyInfo us-east-1",
      "sts:GetCallerIdentity us-east-1",
    ]);
    expect(held.run.calls.every(({ requestId }) => requestId !== null)).toBe(true);
  });

  it("sets the deadline by AWS's clock, however wrong the laptop's is", async () => {
    const offsetMs = -7 * 3_600_000;
    aws.faults.add({ kind: "clock", offsetMs });
    const { opening, held } = await opened(orderOf());
    expect(opening.kind).toBe("OPENED");
    const until = held.deadline?.untilMs ?? 0;
    expect(Math.abs(until - (aws.serverTime() + 600_000))).toBeLessThan(5_000);
    expect(emergencyUser(aws.world).tags["BreakGlassUntil"]).toBe(new Date(until).toISOString());
  });

  it("stores the closer's session, for the owner alone, before latch or key change", async () => {
    const seen: string[] = [];
    await aws.close();
    aws = await startPracticeAws({
      world: worldOf(1),
      onRequest: ({ phase, action }) => {
        if (phase !== "before" || !/^(?:Detach|Update)/.test(action)) return;
        seen.push(existsSync(join(place.dir, "open", `${INCIDENT}.close`)) ? "stored" : "missing");
      },
    });
    await opened(orderOf());
    expect(seen).toEqual(["stored", "stored"]);
    expect(await closerSessions(place.dir, INCIDENT)).toHaveLength(1);
  });

  it("lets the activator assume the closer role where no closer key is sealed", async () => {
    const { closer: _, ...account } = accountOf(0);
    const { opening } = await opened(orderOf(1, { accounts: [account] }));
    expect(opening.kind).toBe("OPENED");
  });

  it("asks for a code where no seed is sealed, and again after a wrong one", async () => {
    const asked: string[] = [];
    const { opening } = await opened(
      orderOf(1, { accounts: [{ ...accountOf(0), totpSeed: null }] }),
      {
        mfaCode: (account) => {
          asked.push(account);
          const code = totpCode(SEED, totpStep(aws.serverTime()));
          return Promise.resolve(
            asked.length === 1 ? String((Number(code) + 1) % 1_000_000).padStart(6, "0") : code,
          );
        },
      },
    );
    expect(opening.kind).toBe("OPENED");
    expect(asked).toEqual([accountId(0), accountId(0)]);
  });

  it("goes on with the next code when one was used up by a lost answer", async () => {
    aws.faults.add({ kind: "lost-response", action: "GetSessionToken" });
    const { opening } = await opened(orderOf());
    expect(opening.kind).toBe("OPENED");
    const tries = aws.calls().filter(({ action }) => action === "GetSessionToken");
    expect(tries).toHaveLength(2);
  });

  it.each([
    ["key", { keys: 1_500 }, "KEY_NOT_ACCEPTED"],
    ["latch", { attached: 1_500 }, "ACCESS_DENIED"],
    ["window", { inline: 1_500 }, "ACCESS_DENIED"],
    ["tag", { tags: 1_500 }, "ACCESS_DENIED"],
  ] as const)("waits while the %s replicates", async (_, delays, verdict) => {
    aws.faults.add({ kind: "propagation", ...delays });
    const patience = { ...HASTE, verify: 15_000 };
    const { opening, held } = await opened(orderOf(), { patience });
    expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
    const pending = held.run.calls.filter(
      ({ as, verdict: got }) => as === "emergency" && got !== "OK",
    );
    expect(new Set(pending.map((call) => call.verdict))).toEqual(new Set([verdict]));
  });

  const TAMPERINGS: readonly (readonly [string, string, (user: UserState) => void])[] = [
    ["the latch is off", "LATCH_MISSING", (user) => (user.attached = [])],
    [
      "another policy is attached",
      "FOREIGN_POLICY",
      (user) => user.attached.push("arn:aws:iam::aws:policy/AdministratorAccess"),
    ],
    [
      "an inline policy stands there",
      "INLINE_POLICY",
      (user) => (user.inline["Filler"] = '{"Version":"2012-10-17","Statement":[]}'),
    ],
    [
      "the key is active",
      "KEY_ACTIVE",
      (user) => user.keys.forEach((key) => (key.status = "Active")),
    ],
    ["the key is gone", "KEY_MISSING", (user) => (user.keys = [])],
    ["a login profile exists", "LOGIN_PROFILE", (user) => (user.loginProfile = { createdAt: 0 })],
    ["the user is in a group", "GROUP", (user) => user.groups.push("admins")],
    [
      "an MFA device was added",
      "MFA_DEVICE",
      (user) =>
        user.mfa.push({
          serial: "arn:aws:iam::111122223333:mfa/x",
          seed: SEED,
          enabledAt: 0,
          lastStep: 0,
        }),
    ],
    ["an SSH key was added", "SSH_KEY", (user) => (user.sshKeys = ["APKAPRACTICEAAAAAAAA"])],
    [
      "a service-specific credential was added",
      "SERVICE_CREDENTIAL",
      (user) => (user.serviceCredentials = ["ACCAPRACTICEAAAAAAAA"]),
    ],
    [
      "a signing certificate was added",
      "SIGNING_CERTIFICATE",
      (user) => (user.signingCertificates = ["PRACTICECERTIFICATEAAAAA"]),
    ],
    [
      "a foreign key is active",
      "KEY_ACTIVE",
      (user) => user.keys.push({ ...firstKey(user), accessKeyId: FOREIGN, status: "Active" }),
    ],
    ["the boundary is gone", "BOUNDARY_ARN", (user) => (user.boundaryArn = null)],
    [
      "the boundary is another one",
      "BOUNDARY_ARN",
      (user) => (user.boundaryArn = "arn:aws:iam::aws:policy/AdministratorAccess"),
    ],
  ];
  it.each(TAMPERINGS)("stops before any write in any account when %s", async (_, kind, tamper) => {
    tamper(emergencyUser(aws.world, 1));
    const { opening } = await opened(orderOf(2));
    expect(opening.kind).toBe("TAMPERED");
    const found = opening.kind === "TAMPERED" ? opening.accounts : [];
    expect(found[0]?.differences).toEqual([]);
    expect(found[1]?.differences.map((difference) => difference.kind)).toEqual([kind]);
    expect(writes()).toEqual([]);
    expect((await readJournalFile(place.dir, INCIDENT)).phase).toBe("closed");
  });

  it("stops when the boundary's document is not the sealed one", async () => {
    const account = { ...accountOf(0), boundarySha256: "00".repeat(32) };
    const { opening } = await opened(orderOf(1, { accounts: [account] }));
    expect(opening).toMatchObject({
      kind: "TAMPERED",
      accounts: [{ differences: [{ kind: "BOUNDARY_CHANGED" }] }],
    });
    expect(writes()).toEqual([]);
  });

  it("names an inactive key that is not the sealed one, and opens", async () => {
    const user = emergencyUser(aws.world);
    const old = user.keys[0];
    if (old !== undefined) user.keys.push({ ...old, accessKeyId: "AKIAPRACTICEOLDOLD22" });
    const { opening } = await opened(orderOf());
    expect(opening).toMatchObject({ accounts: [{ leftOvers: ["AKIAPRACTICEOLDOLD22"] }] });
  });

  it.each([
    ["DURATION_TOO_LONG", { durationSeconds: 3601 }],
    ["KIT_EXPIRED", { policy: { ...POLICY, kitExpires: "2026-01-01T00:00:00Z" } }],
    ["IDENTITY_MISMATCH", { accounts: [{ ...accountOf(0), activator: accountOf(1).activator }] }],
    ["ACCOUNT_UNREACHABLE", { accounts: [{ ...accountOf(0), totpSeed: null }] }],
    ["PROFILE_UNKNOWN", { policy: { ...POLICY, profile: "anything-goes" } }],
  ])("refuses %s before any write", async (code, edit) => {
    const { opening } = await opened(orderOf(1, edit), { mfaCode: wrongCode });
    expect(opening).toMatchObject({ kind: "REFUSED", code });
    expect(writes()).toEqual([]);
    expect((await readJournalFile(place.dir, INCIDENT)).phase).toBe("closed");
  });

  it("refuses a second journal of the same incident", async () => {
    await opened(orderOf());
    await expect(opened(orderOf())).rejects.toThrow("JOURNAL_EXISTS");
  });

  it("drives one failing account to rest, and leaves the others open", async () => {
    aws.faults.add({
      kind: "denied",
      action: "GetAccountSummary",
      accessKeyId: accountOf(1).emergency.accessKeyId,
      times: "always",
    });
    const { opening } = await opened(orderOf(3));
    const accounts = opening.kind === "OPENED" ? opening.accounts : [];
    expect(accounts.map(({ state }) => state)).toEqual(["ACTIVE", "FAILED", "ACTIVE"]);
    expect(accounts[1]).toMatchObject({
      at: "proof by use: iam:GetAccountSummary",
      why: "ACCESS_DENIED",
      closing: { verdict: "CLOSED" },
    });
    expect(emergencyUser(aws.world, 1).keys[0]?.status).toBe("Inactive");
    expect(emergencyUser(aws.world, 2).keys[0]?.status).toBe("Active");
  });

  it("asks AWS for nothing but a name when the journal can't be written", async () => {
    const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
    const journalFile = { append: () => Promise.reject(new Error("no space left on device")) };
    const { opening } = await open(orderOf(), { ...ports, journalFile });
    expect(opening).toMatchObject({ kind: "REFUSED", code: "JOURNAL_FAILED" });
    expect(aws.calls().map(({ action }) => action)).not.toContain("GetSessionToken");
    expect(aws.calls().map(({ action }) => action)).not.toContain("AssumeRole");
    expect(writes()).toEqual([]);
  });

  it("drives to rest when the disk is full after the window was written", async () => {
    const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
    const journalFile = {
      append: (text: string) =>
        text.includes("iam:DetachUserPolicy")
          ? Promise.reject(new Error("no space left on device"))
          : ports.journalFile.append(text),
    };
    const { opening, held } = await open(orderOf(), { ...ports, journalFile });
    expect(opening).toMatchObject({
      accounts: [{ state: "FAILED", at: "journal", closing: { verdict: "CLOSED" } }],
    });
    expect(held.run.journalFailed).toBe(true);
    expect(emergencyUser(aws.world)).toMatchObject({ inline: {}, keys: [{ status: "Inactive" }] });
  });
});

describe("the deadline", () => {
  it("is AWS's: the key, still active, is refused in every region before anything is closed", async () => {
    const { held } = await opened(orderOf(1, { durationSeconds: 2 }));
    const { run, accesses, deadline } = held;
    const waited = await waitDeadline(run, accesses, deadline?.untilMs ?? 0);
    expect(waited.passed).toBe(true);
    expect(aws.serverTime()).toBeGreaterThanOrEqual(deadline?.untilMs ?? 0);
    const expiry = await Promise.all(accesses.map((access) => proveExpired(run, access)));
    expect(expiry).toMatchObject([{ keyAccepted: true, proven: true }]);
    expect(expiry[0]?.refusals.map(({ region, verdict }) => `${region} ${verdict}`)).toEqual([
      "us-east-1 ACCESS_DENIED",
      "us-east-1 ACCESS_DENIED",
      "eu-west-1 ACCESS_DENIED",
    ]);
    expect(emergencyUser(aws.world).attached).toEqual([]);
    expect(emergencyUser(aws.world).keys[0]?.status).toBe("Active");
  });

  it("is not proven while the access is open", async () => {
    const { held } = await opened(orderOf());
    const [access] = held.accesses;
    if (access === undefined) throw new Error("no access");
    expect(await proveExpired(held.run, access)).toMatchObject({
      keyAccepted: true,
      proven: false,
    });
  });
});

async function again(order: ActivationOrder, choice: "reopen" | "close") {
  // A code works once, and a quorum takes more than a minute.
  aws.faults.add({ kind: "clock", offsetMs: 60_000 });
  const { ports, state } = await portsOf({
    endpoint: aws.endpoint,
    dir: place.dir,
    reopen: true,
  });
  if (state === null) throw new Error("there is no journal");
  return resume(order, state, choice, ports);
}

describe("resume", () => {
  it("reopens up to the same deadline, also after the closer latched it", async () => {
    const { held } = await opened(orderOf());
    emergencyUser(aws.world).attached = [accountOf(0).latchArn];
    const { resumption } = await again(orderOf(), "reopen");
    expect(resumption).toMatchObject({
      kind: "REOPENED",
      deadline: held.deadline,
      accounts: [{ state: "ACTIVE" }],
    });
    expect(emergencyUser(aws.world).attached).toEqual([]);
  });

  it("closes instead where somebody else changed the user meanwhile", async () => {
    await opened(orderOf());
    emergencyUser(aws.world).inline["Filler"] = '{"Version":"2012-10-17","Statement":[]}';
    const { resumption } = await again(orderOf(), "reopen");
    expect(resumption).toMatchObject({
      accounts: [{ state: "FAILED", at: "inventory", closing: { verdict: "CLOSED" } }],
    });
    expect(emergencyUser(aws.world).inline).toEqual({});
  });

  it("does not reopen what was being closed", async () => {
    const { held } = await opened(orderOf());
    await held.run.journal.write({ kind: "closing", account: accountId(0), why: "by hand" });
    const { resumption } = await again(orderOf(), "reopen");
    expect(resumption).toMatchObject({ kind: "CLOSED", why: "CLOSE_BEGUN" });
  });

  it("does not reopen after the deadline", async () => {
    await opened(orderOf(1, { durationSeconds: 60 }));
    const { resumption } = await again(orderOf(), "reopen");
    expect(resumption).toMatchObject({
      kind: "CLOSED",
      why: "DEADLINE_PASSED",
      accounts: [{ verdict: "CLOSED" }],
    });
  });

  it("refuses a journal of another vault", async () => {
    const { held } = await opened(orderOf());
    await expect(again(orderOf(1, { vaultId: "fedcba9876543210" }), "close")).rejects.toThrow(
      "RESUME_MISMATCH",
    );
    await close(held, "end of the test");
    expect(readdirSync(join(place.dir, "open"))).toEqual([]);
  });
});
