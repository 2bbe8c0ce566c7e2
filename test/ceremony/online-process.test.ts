import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { headerOf } from "../../ceremony/access/activation.ts";
import { Journal } from "../../ceremony/access/journal.ts";
import { sealOrder } from "../../ceremony/access/order.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import { accessRequests } from "../../contract/ceremony-window.ts";
import { handedAccess, onlineRequests, onlineView } from "../../contract/online.ts";
import { lanes, type Port, portOf, portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { boxKeyPair, openBox } from "../../crypto/box.ts";
import { base64url, fromBase64url, fromUtf8 } from "../../crypto/bytes.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { listJournals, readJournalFile } from "../../station/journal-file.ts";
import { profilesOf } from "../../station/profiles.ts";
import { ACCESS_INFO, onlinePorts, serveOnline } from "../../station/online-process.ts";
import { readCode } from "../station/paper-reading.ts";
import {
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  HASTE,
  orderOf as hastyOrder,
  POLICY,
  worldOf,
} from "./stage.ts";

/** A sealed policy counts in whole seconds. */
const policy = { ...POLICY, proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 } };
const orderOf = (accounts = 1, edit: Partial<ActivationOrder> = {}): ActivationOrder =>
  hastyOrder(accounts, { policy, ...edit });

let aws: PracticeAws;
let place: Folder;
const children: ChildProcess[] = [];

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(1) });
  place = folder();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await aws.close();
  place.remove();
});

const LANES = ["main", "access"] as const;
const ENTRY = new URL("../../station/online-process.ts", import.meta.url);

function forked(): ChildProcess {
  const child = fork(ENTRY, [], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    env: { ...process.env, AWS_PROFILE: "nobody" },
  });
  children.push(child);
  return child;
}

type View = z.infer<typeof onlineView>;

function client(port: Port) {
  const views: View[] = [];
  const { ask } = connect(port, onlineRequests, (view) => views.push(onlineView.parse(view)));
  return { ask, views };
}

async function accepted(
  ask: ReturnType<typeof client>["ask"],
  order: ActivationOrder,
  mediaRoots: readonly string[] = [],
) {
  const { publicKey } = await ask("offer", null);
  const box = base64url(await sealOrder(fromBase64url(publicKey), order));
  return ask("accept", {
    box,
    vaultProcessExited: true,
    practiceEndpoint: aws.endpoint,
    dir: place.dir,
    mediaRoots,
  });
}

async function inProcess(order: ActivationOrder) {
  const [near, far] = portPair();
  await serveOnline(far, { ...onlinePorts, patience: HASTE });
  const online = client(near);
  return { ...online, near, accepted: await accepted(online.ask, order) };
}

describe("the online process", () => {
  it("walks the whole way in a process of its own, and ends with its port", async () => {
    const child = forked();
    const port = portOf(child);
    const { ask, views } = client(lanes(port, LANES).main);
    expect(await accepted(ask, orderOf(1, { durationSeconds: 3 }))).toMatchObject({
      mode: "PRACTICE",
      incident: "INC-2026-0042",
      scrubbed: expect.arrayContaining(["AWS_PROFILE"]),
    });
    const opening = await ask("open", null);
    expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
    const time = await ask("awsTime", null);
    expect(time.earliestMs).toBeLessThanOrEqual(aws.serverTime() + 50);
    expect(time.latestMs).toBeGreaterThanOrEqual(aws.serverTime() - 50);
    expect(await ask("waitDeadline", null)).toMatchObject({ passed: true });
    expect(await ask("proveExpired", null)).toMatchObject([{ keyAccepted: true, proven: true }]);
    expect(await ask("close", { why: "expired" })).toMatchObject([
      { verdict: "CLOSED", deny: "AFTER_DEADLINE", confirmed: true },
    ]);
    const seen = views.flatMap((view) => (view.kind === "call" ? [view.call.requestId] : []));
    const answered = new Set(aws.calls().map(({ requestId }) => requestId));
    expect(seen.every((id) => id !== null && answered.has(id))).toBe(true);
    const exit = once(child, "exit");
    port.close();
    expect(await exit).toEqual([0, null]);
  });

  it("is told that the vault process is gone, or takes nothing", async () => {
    const [near, far] = portPair();
    await serveOnline(far, onlinePorts);
    const { ask } = client(near);
    const { publicKey } = await ask("offer", null);
    const box = base64url(await sealOrder(fromBase64url(publicKey), orderOf()));
    const early = { box, vaultProcessExited: false, practiceEndpoint: null, dir: place.dir };
    await expect(ask("accept", early as never)).rejects.toThrow("REQUEST_INVALID");
  });

  it("opens no box but one sealed to its own key", async () => {
    const [near, far] = portPair();
    await serveOnline(far, onlinePorts);
    const { ask } = client(near);
    const other = await boxKeyPair();
    const box = base64url(await sealOrder(other.publicKey, orderOf()));
    const asked = {
      box,
      vaultProcessExited: true,
      practiceEndpoint: null,
      dir: place.dir,
    } as const;
    await expect(ask("accept", asked)).rejects.toThrow("BOX_INVALID");
  });

  it("takes a practice order to no other endpoint, and a real one to no practice", async () => {
    for (const [order, endpoint, code] of [
      [orderOf(), "https://iam.amazonaws.com", "PRACTICE_ENDPOINT_REFUSED"],
      [orderOf(), null, "PRACTICE_ENDPOINT_MISSING"],
      [orderOf(1, { mode: "REAL" }), aws.endpoint, "PRACTICE_ENDPOINT_REFUSED"],
    ] as const) {
      const [near, far] = portPair();
      await serveOnline(far, onlinePorts);
      const { ask } = client(near);
      const { publicKey } = await ask("offer", null);
      const box = base64url(await sealOrder(fromBase64url(publicKey), order));
      const asked = {
        box,
        vaultProcessExited: true,
        practiceEndpoint: endpoint,
        dir: place.dir,
      } as const;
      await expect(ask("accept", asked)).rejects.toThrow(code);
    }
    expect(aws.calls()).toEqual([]);
  });

  it("hands the access over once, in a box", async () => {
    const { ask } = await inProcess(orderOf());
    const responder = await boxKeyPair();
    const publicKey = base64url(responder.publicKey);
    await expect(ask("handOver", { publicKey })).rejects.toThrow("STEP_OUT_OF_ORDER");
    await ask("open", null);
    const { box } = await ask("handOver", { publicKey });
    const plain = await openBox(responder.secretKey, fromBase64url(box), ACCESS_INFO);
    const access = handedAccess.parse(JSON.parse(fromUtf8(plain.expose())));
    expect(access.accounts).toMatchObject([accountOf(0).emergency]);
    await expect(ask("handOver", { publicKey })).rejects.toThrow("STEP_OUT_OF_ORDER");
    await ask("close", { why: "by hand" });
  });

  it("ends a wait at `stop`, and can close after it", async () => {
    const { ask } = await inProcess(orderOf());
    await ask("open", null);
    const waiting = ask("waitDeadline", null);
    await ask("stop", null);
    expect(await waiting).toMatchObject({ passed: false });
    expect(await ask("close", { why: "by hand" })).toMatchObject([
      { verdict: "CLOSED", confirmed: true },
    ]);
  });

  it("asks for a code by a view, and goes on with the answer", async () => {
    const { totpCode, totpStep } = await import("../../practice/aws/totp.ts");
    const order = orderOf(1, { accounts: [{ ...accountOf(0), totpSeed: null }] });
    const { ask, views } = await inProcess(order);
    const opening = ask("open", null);
    while (!views.some(({ kind }) => kind === "codeWanted"))
      await new Promise((resolve) => setTimeout(resolve, 10));
    const seed = accountOf(0).totpSeed ?? "";
    const code = totpCode(seed, totpStep(aws.serverTime()));
    await ask("mfaCode", { account: accountOf(0).accountId, code });
    expect((await opening).kind).toBe("OPENED");
    await ask("close", { why: "by hand" });
  });

  it("takes the code from a window of its own; who leaves that window ends the opening unwritten", async () => {
    const [near, far] = portPair();
    const [window, responder] = portPair();
    await serveOnline(far, { ...onlinePorts, patience: HASTE }, responder);
    const typed = connect(window, accessRequests).ask;
    const { ask, views } = client(near);
    const account = accountOf(0).accountId;
    await expect(typed("mfaCode", { account, code: "123456" })).rejects.toMatchObject({
      code: "STEP_OUT_OF_ORDER",
    });
    await accepted(ask, orderOf(1, { accounts: [{ ...accountOf(0), totpSeed: null }] }));
    const opening = ask("open", null);
    const wanted = (): number => views.filter(({ kind }) => kind === "codeWanted").length;
    await expect.poll(wanted).toBe(1);
    await typed("mfaCode", { account, code: "000000" });
    // AWS took it as wrong: another is asked for.
    await expect.poll(wanted).toBe(2);
    await expect(typed("reveal", null)).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
    await ask("stop", null);
    expect(await opening).toMatchObject({
      kind: "REFUSED",
      about: { account, verdict: "MFA_NOT_GIVEN" },
    });
    expect(aws.calls().filter(({ action }) => /^(Put|Attach|Detach|Update)/.test(action))).toEqual(
      [],
    );
  });

  it("writes the keys to the responder's stick by itself, and tells main the file's name only", async () => {
    const [near, far] = portPair();
    const [window, responder] = portPair();
    await serveOnline(far, { ...onlinePorts, patience: HASTE }, responder);
    const person = connect(window, accessRequests).ask;
    const { ask, views } = client(near);
    const root = join(place.dir, "media");
    mkdirSync(join(root, "RESPONDER"), { recursive: true });
    await accepted(ask, orderOf(1), [root]);
    await expect(person("toStick", null)).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
    await ask("open", null);
    const file = "RESPONDER/access-INC-2026-0042.txt";
    expect(await person("toStick", null)).toEqual({ file });
    const { accountId, emergency } = accountOf(0);
    expect(readFileSync(join(root, file), "utf8")).toBe(profilesOf([{ accountId, ...emergency }]));
    expect(views.filter(({ kind }) => kind === "onStick")).toEqual([{ kind: "onStick", file }]);
    const { lines } = await readJournalFile(place.dir, "INC-2026-0042");
    expect(lines).toContainEqual({ kind: "to-stick", file });
    expect(JSON.stringify(views)).not.toContain(emergency.secretAccessKey);
    await ask("close", { why: "by hand" });
    await expect(person("toStick", null)).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
  });

  it("draws one account's keys for a camera, at the responder's window and while it is open only", async () => {
    const [near, far] = portPair();
    const [window, responder] = portPair();
    await serveOnline(far, { ...onlinePorts, patience: HASTE }, responder);
    const person = connect(window, accessRequests).ask;
    const { ask } = client(near);
    await accepted(ask, orderOf(1));
    const { accountId, emergency } = accountOf(0);
    const drawn = () => person("code", { account: accountId });
    await expect(drawn()).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
    await ask("open", null);
    const { path } = await drawn();
    expect((await readCode(`<path d="${path}"/>`)).text).toBe(
      `[breakglass-${accountId}]\naws_access_key_id = ${emergency.accessKeyId}\n` +
        `aws_secret_access_key = ${emergency.secretAccessKey}\n`,
    );
    await expect(person("code", { account: "999999999999" })).rejects.toMatchObject({
      code: "STEP_OUT_OF_ORDER",
    });
    await ask("close", { why: "by hand" });
    await expect(drawn()).rejects.toMatchObject({ code: "STEP_OUT_OF_ORDER" });
  });

  it("after a kill: the closer first, without a quorum; then a new order resumes", async () => {
    const first = forked();
    const { ask } = client(lanes(portOf(first), LANES).main);
    await accepted(ask, orderOf());
    await ask("open", null);
    const exit = once(first, "exit");
    first.kill("SIGKILL");
    await exit;
    expect(emergencyUser(aws.world).keys[0]?.status).toBe("Active");
    const [found] = await listJournals(place.dir);
    expect(found).toMatchObject({ incident: "INC-2026-0042", state: { phase: "open" } });

    const [near, far] = portPair();
    await serveOnline(far, { ...onlinePorts, patience: HASTE });
    const closer = client(near);
    const asked = { dir: place.dir, incident: "INC-2026-0042", practiceEndpoint: aws.endpoint };
    expect(await closer.ask("closeWithCloser", asked)).toMatchObject({
      begun: true,
      accounts: [{ verdict: "LATCHED" }],
      without: [],
    });
    expect(emergencyUser(aws.world).attached).toEqual([accountOf(0).latchArn]);

    aws.faults.add({ kind: "clock", offsetMs: 60_000 });
    const { ask: again } = await inProcess(orderOf());
    expect(await again("resume", { choice: "reopen" })).toMatchObject({
      kind: "REOPENED",
      accounts: [{ state: "ACTIVE" }],
    });
    expect(await again("close", { why: "by hand" })).toMatchObject([{ verdict: "CLOSED" }]);
    expect((await listJournals(place.dir))[0]?.state.phase).toBe("closed");
  });

  it("ends a journal by itself under which nothing was begun at AWS", async () => {
    const { ask } = await inProcess(orderOf());
    const file = await onlinePorts.files.createJournal(place.dir, "INC-2026-0042");
    await new Journal(file, onlinePorts.clock).write(headerOf(orderOf()));
    const asked = { dir: place.dir, incident: "INC-2026-0042", practiceEndpoint: aws.endpoint };
    expect(await ask("closeWithCloser", asked)).toMatchObject({ begun: false });
    expect((await listJournals(place.dir))[0]?.state.phase).toBe("closed");
    expect(aws.calls()).toEqual([]);
  });

  it("does not say that nothing was begun where the journal names no account", async () => {
    const { ask } = await inProcess(orderOf());
    await onlinePorts.files.createJournal(place.dir, "INC-2026-0042");
    const asked = { dir: place.dir, incident: "INC-2026-0042", practiceEndpoint: aws.endpoint };
    expect(await ask("closeWithCloser", asked)).toMatchObject({ begun: true, accounts: [] });
    expect((await listJournals(place.dir))[0]?.state.phase).toBe("opening");
    expect(await ask("resume", { choice: "close" })).toMatchObject({
      kind: "CLOSED",
      accounts: [{ verdict: "CLOSED" }],
    });
    expect((await listJournals(place.dir))[0]?.state.phase).toBe("closed");
  });

  it("closes what a kept session names, although the journal was cut to less", async () => {
    const { ask } = await inProcess(orderOf());
    await ask("open", null);
    const path = join(place.dir, "journal", "INC-2026-0042.jsonl");
    const [header] = readFileSync(path, "utf8").split("\n");
    for (const left of ["", `${header}\n`]) {
      writeFileSync(path, left);
      emergencyUser(aws.world).attached = [];
      const [near, far] = portPair();
      await serveOnline(far, { ...onlinePorts, patience: HASTE });
      const closer = client(near);
      const asked = { dir: place.dir, incident: "INC-2026-0042", practiceEndpoint: aws.endpoint };
      expect(await closer.ask("closeWithCloser", asked)).toMatchObject({
        begun: true,
        accounts: [{ verdict: "LATCHED" }],
      });
      expect(emergencyUser(aws.world).attached).toEqual([accountOf(0).latchArn]);
      expect((await listJournals(place.dir))[0]?.state.phase).not.toBe("closed");
    }
  });
});
