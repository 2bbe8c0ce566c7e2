import { afterEach, beforeEach, expect, it } from "vitest";
import { open as openAll } from "../../ceremony/access/activation.ts";
import { closeAccess, openAccess } from "../../ceremony/access-flow.ts";
import { sealOrder } from "../../ceremony/access/order.ts";
import type { StationEntry } from "../../ceremony/ports.ts";
import { onlineRequests } from "../../contract/online.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { base64url, fromBase64url } from "../../crypto/bytes.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { onlinePorts, serveOnline } from "../../station/online-process.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  type Folder,
  folder,
  HASTE,
  orderOf,
  POLICY,
  portsOf,
  worldOf,
} from "./stage.ts";

// One vault, many accounts: opened and closed at once, one record, and each told by itself.

const MANY = 12;
let aws: PracticeAws;
let place: Folder;
beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(MANY) });
  place = folder();
});
afterEach(async () => {
  await aws.close();
  place.remove();
});

/** The online process with an order for all, and a flow whose records and texts are kept. */
async function flow(hears: (view: unknown) => void = () => undefined) {
  const [near, far] = portPair();
  await serveOnline(far, { ...onlinePorts, patience: HASTE });
  const { ask } = connect(near, onlineRequests, hears);
  const policy = { ...POLICY, proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 } };
  const { publicKey } = await ask("offer", null);
  const box = base64url(await sealOrder(fromBase64url(publicKey), orderOf(MANY, { policy })));
  const dir = place.dir;
  await ask("accept", { box, vaultProcessExited: true, practiceEndpoint: aws.endpoint, dir });
  const recorded: StationEntry[] = [];
  const texts: string[] = [];
  const notes: string[] = [];
  const ports = {
    clock: onlinePorts.clock,
    practiceEndpoint: aws.endpoint,
    records: {
      committed: null,
      stationKey: "",
      head: () => ({ seq: 0, previous: null }),
      accept: () => Promise.reject(new Error("not asked for here")),
      append: (_: unknown, entry: StationEntry) => {
        recorded.push(entry);
        return { seq: recorded.length, sha256: "" };
      },
    },
    progress: {
      title: () => undefined,
      refused: () => undefined,
      note: (text: string) => void notes.push(text),
      step: async <T>(_: string, work: () => Promise<T>, text: (value: T) => string) => {
        const value = await work();
        texts.push(text(value));
        return value;
      },
    },
  };
  const subject = { mode: "PRACTICE", vaultId: "", epoch: 1, fileSha256: "" } as const;
  const online = { ask, end: () => Promise.resolve() };
  const incident = {
    dir,
    id: "INC-2026-0042",
    reason: "",
    responder: "Ada",
    officer: "Bo",
    durationSeconds: 600,
  };
  const broken = { online, subject, box } as unknown as Parameters<typeof openAccess>[1];
  return {
    recorded,
    texts,
    notes,
    open: () => openAccess(ports, broken, incident),
    close: () => closeAccess(ports, online, subject, incident, "by hand"),
    stop: () => ask("stop", null),
  };
}

const key = (index: number) => accountOf(index).emergency.accessKeyId;
/** The most requests of the first account's activator under way at once. */
const most = async (accounts: number): Promise<number> => {
  let now = 0;
  let peak = 0;
  const id = accountOf(0).activator.accessKeyId;
  const one = await startPracticeAws({
    world: worldOf(accounts),
    latencyMs: 40,
    onRequest: ({ phase, accessKeyId }) => {
      if (accessKeyId !== id) return;
      if (phase === "before") peak = Math.max(peak, ++now);
      else if (phase === "responded") now -= 1;
    },
  });
  const at = folder();
  const { ports } = await portsOf({ endpoint: one.endpoint, dir: at.dir, answerMs: 5_000 });
  expect((await openAll(orderOf(accounts), ports)).opening.kind).toBe("OPENED");
  await one.close();
  at.remove();
  return peak;
};

const kinds = (recorded: readonly StationEntry[]): string[] => recorded.map(({ kind }) => kind);

it("opens and closes all, and keeps one record of each", async () => {
  const { keys } = emergencyUser(aws.world, 3);
  for (const old of keys.slice(0, 1)) keys.push({ ...old, accessKeyId: "AKIAPRACTICEOLDOLD22" });
  const { open, close, recorded, texts, notes } = await flow();
  const opened = await open();
  expect(opened.accounts).toHaveLength(MANY);
  // What the administrator forgot to delete is said, and kept.
  const told = `AKIAPRACTICEOLDOLD22 (${accountId(3)})`;
  expect(opened.notes).toEqual([{ code: "KEYS_LEFT_OVER", about: { keys: told } }]);
  expect(notes.join()).toContain(told);
  const before = recorded.at(-1)?.evidence["before"];
  expect(before).toHaveLength(MANY);
  expect(before).toContainEqual({
    account: accountId(3),
    leftOvers: ["AKIAPRACTICEOLDOLD22"],
    lastUsed: null,
  });
  expect(kinds(recorded)).toEqual(["aws-calls", "access-open"]);
  expect(texts[0]).not.toContain("NOT");
  expect(await close()).toMatchObject({ dead: true });
  expect([...new Set(kinds(recorded).slice(2))]).toEqual(["aws-calls", "closed"]);
  const listed = recorded
    .filter(({ kind }) => kind === "aws-calls")
    .flatMap(({ evidence }) => evidence["calls"] as { requestId: string; account: string }[]);
  expect(listed).toHaveLength(aws.calls().length);
  expect(new Set(listed.map(({ account }) => account)).size).toBe(MANY);
});

it("asks no account more at once than when it is alone", async () => {
  expect(await most(MANY)).toBeLessThanOrEqual(await most(1));
});

it("tells each account that did not open, and soon: one that can't be closed keeps nobody waiting", async () => {
  // Nothing proves the access of these two; the second one's key can't be turned off either.
  for (const index of [3, 7])
    aws.faults.add({
      kind: "denied",
      action: "GetAccountSummary",
      accessKeyId: key(index),
      times: "always",
    });
  const { open, close, recorded, texts } = await flow();
  const opening = open();
  const stuck = emergencyUser(aws.world, 7);
  let held = false;
  const holding = setInterval(() => {
    // Once it was opened, somebody at AWS puts it back each time.
    held ||= "BreakGlassWindow" in stuck.inline;
    if (held) for (const one of stuck.keys) one.status = "Active";
  }, 1);
  const opened = await opening;
  clearInterval(holding);
  expect(opened.accounts).toHaveLength(MANY - 2);
  expect(texts[0]).toContain(
    `NOT opened in ${accountId(3)} (ACCESS_DENIED at proof by use: iam:GetAccountSummary), driven to rest`,
  );
  expect(texts[0]).toContain(
    `NOT opened in ${accountId(7)} (ACCESS_DENIED at proof by use: iam:GetAccountSummary), and NOT at rest`,
  );
  const failed = recorded.find(({ kind }) => kind === "access-failed");
  expect(JSON.stringify(failed?.evidence)).toContain("NOT_AT_REST");
  aws.faults.clear();
  expect(await close()).toMatchObject({ dead: true });
  const closed = recorded.find(({ kind }) => kind === "closed");
  expect(closed?.evidence["accounts"]).toHaveLength(MANY);
}, 90_000);

it("names IAM's control plane when that keeps it from closing, not the calls that failed", async () => {
  const { open, close, stop, recorded, texts } = await flow();
  await open();
  aws.faults.add({ kind: "http500", service: "iam", times: "always" });
  const closing = close();
  setTimeout(() => void stop(), 3_000);
  expect(await closing).toMatchObject({ dead: false });
  expect(texts.at(-1)).toContain("AWS's IAM does not answer");
  expect(texts.at(-1)).not.toContain("UNREAD");
  const { evidence } = recorded.findLast(({ kind }) => kind === "closed") ?? {};
  expect(evidence?.["accounts"]).toMatchObject(
    Array.from({ length: MANY }, () => ({ outage: "IAM_DOWN" })),
  );
});
