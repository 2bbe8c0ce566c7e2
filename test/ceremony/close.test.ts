import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { resume } from "../../ceremony/access/resume.ts";
import { closeWithCloser } from "../../ceremony/access/closer.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { closerFile, closerSessions, readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  orderOf,
  portsOf,
  worldOf,
} from "./stage.ts";

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

const INCIDENT = "INC-2026-0042";

async function opened(accounts = 1) {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir });
  const { held, opening } = await open(orderOf(accounts), ports);
  expect(opening.kind).toBe("OPENED");
  return { held, before: aws.calls().length };
}

const since = (before: number): string[] =>
  aws
    .calls()
    .slice(before)
    .map(({ action, outcome }) => `${action} ${outcome}`);

/** What a call does that AWS carries out only now: the key works again, the latch is off. */
const arrivesLate = (index = 0): void => {
  const user = emergencyUser(aws.world, index);
  user.attached = [];
  const [key] = user.keys;
  if (key !== undefined) Object.assign(key, { status: "Active" });
};

describe("close", () => {
  it("latches first, sees AWS deny the active key, and only then turns it off", async () => {
    const { held, before } = await opened();
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({
      verdict: "CLOSED",
      latched: true,
      deny: "PROVEN",
      confirmed: true,
      foreign: [],
      remains: [],
      reopened: [],
    });
    expect(closing?.rejections.count).toBe(3);
    expect(closing?.rejections.overMs).toBeGreaterThanOrEqual(100);
    const calls = since(before);
    const at = (call: string): number => calls.indexOf(call);
    expect(at("AttachUserPolicy ok")).toBeLessThan(at("GetAccessKeyInfo AccessDenied"));
    expect(at("GetAccessKeyInfo AccessDenied")).toBeLessThan(at("UpdateAccessKey ok"));
    expect(at("UpdateAccessKey ok")).toBeLessThan(at("GetCallerIdentity InvalidClientTokenId"));
    expect(emergencyUser(aws.world)).toMatchObject({
      attached: [accountOf(0).latchArn],
      inline: {},
      keys: [{ status: "Inactive" }],
    });
    expect(readdirSync(join(place.dir, "open"))).toEqual([]);
    expect((await readJournalFile(place.dir, INCIDENT)).phase).toBe("closed");
  });

  it("keeps the closer's session until the key was refused once more, later", async () => {
    const stop = { aborted: false };
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress) => {
        if (progress.kind === "step" && progress.step === "dead") stop.aborted = true;
      },
    });
    const { held } = await open(orderOf(), ports);
    expect(await close(held, "by hand", stop)).toMatchObject([{ confirmed: null }]);
    expect(await closerSessions(place.dir, INCIDENT)).toHaveLength(1);
    expect(await close(held, "again")).toMatchObject([{ verdict: "CLOSED", confirmed: true }]);
    expect(await closerSessions(place.dir, INCIDENT)).toEqual([]);
  });

  it.each([
    ["after it was at rest", "at-rest", []],
    ["before the second look", "dead", ["KEY_ACTIVE", "LATCH_MISSING"]],
  ])("turns a key off again that a late call switched on %s", async (_, when, found) => {
    let arrived = 0;
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress) => {
        if (progress.kind === "step" && progress.step === when && arrived++ === 0) arrivesLate();
      },
    });
    const { held } = await open(orderOf(), ports);
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "CLOSED", latched: true, confirmed: true });
    expect(closing?.reopened.map(({ kind }) => kind)).toEqual(found);
    const user = emergencyUser(aws.world);
    expect(user.attached).toEqual([accountOf(0).latchArn]);
    expect(user.keys.every(({ status }) => status === "Inactive")).toBe(true);
  });

  it("puts the latch back that was lifted before the second look, and says what is true", async () => {
    let lifted = 0;
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress) => {
        if (progress.kind === "step" && progress.step === "dead" && lifted++ === 0)
          emergencyUser(aws.world).attached = [];
      },
    });
    const { held } = await open(orderOf(), ports);
    expect(await close(held, "by hand")).toMatchObject([{ latched: true, confirmed: true }]);
    expect(emergencyUser(aws.world).attached).toEqual([accountOf(0).latchArn]);
  });

  it("names what it finds open again at the second look, though all of it is the kit's own", async () => {
    const ours = accountOf(0).emergency.accessKeyId;
    let came = 0;
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress) => {
        if (progress.kind !== "step" || progress.step !== "dead" || came++ > 0) return;
        emergencyUser(aws.world).inline["BreakGlassWindow"] =
          '{"Version":"2012-10-17","Statement":[]}';
        arrivesLate();
      },
    });
    const { held } = await open(orderOf(), ports);
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ deny: "PROVEN", confirmed: true, foreign: [], remains: [] });
    const reopened = [
      { kind: "KEY_ACTIVE", what: ours },
      { kind: "LATCH_MISSING", what: accountOf(0).latchArn },
      { kind: "INLINE_POLICY", what: "BreakGlassWindow" },
    ];
    expect(closing?.reopened).toEqual(reopened);
    const names = reopened.map(({ kind, what }) => `${kind} ${what}`);
    const state = await readJournalFile(place.dir, INCIDENT);
    expect(state.accounts[0]).toMatchObject({ phase: "closed", reopened: names });
  });

  it.each(["in the same process", "after a crash"])(
    "names it when the second look is another close's, %s",
    async (where) => {
      const stop = { aborted: false };
      const { ports } = await portsOf({
        endpoint: aws.endpoint,
        dir: place.dir,
        report: (progress) => {
          if (progress.kind === "step" && progress.step === "dead") stop.aborted = true;
        },
      });
      const order = orderOf();
      const { held } = await open(order, ports);
      expect(await close(held, "by hand", stop)).toMatchObject([{ reopened: [] }]);
      arrivesLate();
      const found = [{ kind: "LATCH_MISSING" }, { kind: "KEY_ACTIVE" }];
      if (where === "in the same process") {
        expect(await close(held, "again")).toMatchObject([{ confirmed: true, reopened: found }]);
        return;
      }
      // A minute later: a code works once.
      aws.faults.add({ kind: "clock", offsetMs: 60_000 });
      const next = await portsOf({ endpoint: aws.endpoint, dir: place.dir, reopen: true });
      if (next.state === null) throw new Error("there is no journal");
      const { resumption } = await resume(order, next.state, "close", next.ports);
      expect(resumption).toMatchObject({ accounts: [{ confirmed: true, reopened: found }] });
      // A crash between finding it and taking it away loses nothing: the journal has it first.
      const { lines } = await readJournalFile(place.dir, INCIDENT);
      const told = lines.findIndex(
        (line) => line.kind === "closing" && line.reopened !== undefined,
      );
      const off = lines.findLastIndex(
        (line) => line.kind === "intent" && line.action === "iam:UpdateAccessKey",
      );
      expect([told > 0, told < off]).toEqual([true, true]);
    },
  );

  it("deletes a window that a late call wrote after it was closed, and names what came besides", async () => {
    let late = 0;
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      report: (progress) => {
        if (progress.kind !== "step" || progress.step !== "dead" || late++ > 0) return;
        emergencyUser(aws.world).inline["BreakGlassWindow"] =
          '{"Version":"2012-10-17","Statement":[]}';
        emergencyUser(aws.world).groups.push("admins");
      },
    });
    const { held } = await open(orderOf(), ports);
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "CLOSED", confirmed: true });
    expect(closing?.remains).toEqual([{ kind: "GROUP", what: "admins" }]);
    expect(emergencyUser(aws.world).inline).toEqual({});
    const { accounts } = await readJournalFile(place.dir, INCIDENT);
    expect(accounts[0]).toMatchObject({ phase: "closed", remains: ["GROUP admins"] });
  });

  it("may be repeated: closed is closed, and the record says that the key was inactive", async () => {
    const { held } = await opened();
    await close(held, "by hand");
    const [closing] = await close(held, "again");
    expect(closing).toMatchObject({ verdict: "CLOSED", deny: "KEY_WAS_INACTIVE" });
  });

  it("turns off what came in during the access: foreign keys, policies, a login profile", async () => {
    const { held } = await opened();
    const user = emergencyUser(aws.world);
    const own = user.keys[0];
    if (own !== undefined)
      user.keys.push({ ...own, accessKeyId: "AKIAPRACTICEFOREIGN2", status: "Active" });
    user.inline["Backdoor"] = '{"Version":"2012-10-17","Statement":[]}';
    user.loginProfile = { createdAt: 0 };
    const [closing] = await close(held, "by hand");
    expect(closing?.verdict).toBe("CLOSED");
    expect(closing?.foreign.map(({ kind }) => kind).toSorted()).toEqual([
      "INLINE_POLICY",
      "KEY_ACTIVE",
      "LOGIN_PROFILE",
    ]);
    expect(closing?.remains).toEqual([]);
    expect(user.keys.map(({ status }) => status)).toEqual(["Inactive", "Inactive"]);
    expect(emergencyUser(aws.world)).toMatchObject({ inline: {}, loginProfile: null });
  });

  it("names what it may not remove, and closes all the same", async () => {
    const { held } = await opened();
    const foreign = "arn:aws:iam::aws:policy/AdministratorAccess";
    emergencyUser(aws.world).attached.push(foreign);
    emergencyUser(aws.world).groups.push("admins");
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "CLOSED", deny: "PROVEN" });
    expect(closing?.remains).toEqual([
      { kind: "FOREIGN_POLICY", what: foreign },
      { kind: "GROUP", what: "admins" },
    ]);
    const { accounts } = await readJournalFile(place.dir, INCIDENT);
    expect(accounts[0]?.remains).toEqual([`FOREIGN_POLICY ${foreign}`, "GROUP admins"]);
  });

  it("never stops at an error: it goes on until AWS lets it", async () => {
    const { held } = await opened();
    const denied = { AttachUserPolicy: 4, UpdateAccessKey: 4, DeleteUserPolicy: 2 };
    for (const [action, times] of Object.entries(denied))
      aws.faults.add({ kind: "denied", action, times });
    aws.faults.add({ kind: "http500", action: "ListAccessKeys", times: 3 });
    const [closing] = await close(held, "by hand");
    expect(closing).toMatchObject({ verdict: "CLOSED", remains: [] });
  });

  it("waits until the latch has replicated before it calls Deny proven", async () => {
    const { held } = await opened();
    aws.faults.add({ kind: "propagation", attached: 200 });
    const [closing] = await close(held, "by hand");
    expect(closing?.deny).toBe("PROVEN");
  });

  it("counts rejections anew when the key answers once more", async () => {
    const { held } = await opened();
    aws.faults.add({ kind: "propagation", keys: 300 });
    const [closing] = await close(held, "by hand");
    expect(closing?.rejections.count).toBe(3);
    const verdicts = held.run.calls
      .filter(({ as, action }) => as === "emergency" && action === "sts:GetCallerIdentity")
      .map(({ verdict }) => verdict);
    expect(verdicts.slice(1)).toContain("OK");
    expect(verdicts.slice(-4)).toEqual(Array(4).fill("KEY_NOT_ACCEPTED"));
  });

  it("gets a new MFA session when AWS says that the old one is over", async () => {
    const { held } = await opened();
    for (const session of Object.values(aws.world.sessions))
      if (session.of.kind === "user") Object.assign(session, { expiresAt: 0 });
    const [closing] = await close(held, "the laptop slept");
    expect(closing?.verdict).toBe("CLOSED");
  });
});

describe("the closer, alone", () => {
  it("finds a session that was kept after one which a crash tore", async () => {
    await opened();
    const [kept] = await closerSessions(place.dir, INCIDENT);
    if (kept === undefined) throw new Error("no closer session was kept");
    const path = join(place.dir, "open", `${INCIDENT}.close`);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -40));
    expect(await closerSessions(place.dir, INCIDENT)).toEqual([]);
    await closerFile(place.dir, INCIDENT).keep(kept);
    expect(await closerSessions(place.dir, INCIDENT)).toEqual([kept]);
  });

  it("shuts every account without a quorum, and does nothing else", async () => {
    const { before } = await opened(2);
    const sessions = await closerSessions(place.dir, INCIDENT);
    const { ports, state } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      reopen: true,
    });
    if (state === null) throw new Error("there is no journal");
    const latched = await closeWithCloser(sessions, state, ports);
    expect(latched.map(({ verdict }) => verdict)).toEqual(["LATCHED", "LATCHED"]);
    expect(since(before)).toEqual(["AttachUserPolicy ok", "AttachUserPolicy ok"]);
    for (const index of [0, 1])
      expect(emergencyUser(aws.world, index).attached).toEqual([accountOf(index).latchArn]);
    const after = await readJournalFile(place.dir, INCIDENT);
    expect(after.phase).toBe("open");
    expect(after.accounts.map(({ latchedByCloser }) => latchedByCloser)).toEqual([true, true]);
  });

  it("may do nothing but attach the latch", async () => {
    await opened();
    const [kept] = await closerSessions(place.dir, INCIDENT);
    if (kept === undefined) throw new Error("no closer session was kept");
    const { ports } = await portsOf({ endpoint: aws.endpoint, dir: place.dir, reopen: true });
    const closer = ports.cloud.as(kept.session, {
      accountId: accountId(0),
      partition: "aws",
      name: "closer-role",
    });
    const { latchArn, emergency } = accountOf(0);
    const refused = await Promise.all([
      closer.detachPolicy("bg-emergency", latchArn),
      closer.attachPolicy("bg-emergency", "arn:aws:iam::aws:policy/AdministratorAccess"),
      closer.setKey("bg-emergency", emergency.accessKeyId, "Active"),
      closer.putInlinePolicy("bg-emergency", "BreakGlassWindow", "{}"),
      closer.attachPolicy("bg-activator", latchArn),
    ]);
    expect(refused.map((answer) => (answer.ok ? "OK" : answer.code))).toEqual(
      Array(5).fill("ACCESS_DENIED"),
    );
  });

  it("gives up, and says so, when AWS denies it again and again: a quorum may still close", async () => {
    await opened();
    const sessions = await closerSessions(place.dir, INCIDENT);
    for (const role of Object.values(aws.world.accounts[accountId(0)]?.roles ?? {}))
      Object.assign(role, { inline: {}, attached: [] });
    const { ports, state } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      reopen: true,
    });
    if (state === null) throw new Error("there is no journal");
    const before = aws.calls().length;
    expect(await closeWithCloser(sessions, state, ports)).toMatchObject([
      { verdict: "ACCESS_DENIED" },
    ]);
    expect(aws.calls().length - before).toBeLessThan(10);
  });

  it("gives up, and says so, when its session is over", async () => {
    await opened();
    const sessions = await closerSessions(place.dir, INCIDENT);
    for (const session of Object.values(aws.world.sessions))
      Object.assign(session, { expiresAt: 0 });
    const { ports, state } = await portsOf({
      endpoint: aws.endpoint,
      dir: place.dir,
      reopen: true,
    });
    if (state === null) throw new Error("there is no journal");
    const [latched] = await closeWithCloser(sessions, state, ports);
    expect(latched?.verdict).toBe("SESSION_EXPIRED");
  });
});
