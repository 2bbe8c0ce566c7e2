import { afterEach, beforeEach, expect, it } from "vitest";
import { acceptOrder } from "../../ceremony/accept-order.ts";
import { open } from "../../ceremony/access/activation.ts";
import { sealOrder } from "../../ceremony/access/order.ts";
import type { AccessPorts, CloudCode } from "../../ceremony/access/ports.ts";
import { OPEN_WITHIN_MS } from "../../ceremony/open-by.ts";
import type { StationEntry } from "../../ceremony/ports.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import { onlineRequests } from "../../contract/online.ts";
import { portPair } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { base64url, fromBase64url } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { onlinePorts, serveOnline } from "../../station/online-process.ts";
import {
  accountId,
  accountOf,
  type Folder,
  folder,
  HASTE,
  orderOf,
  POLICY,
  portsOf,
  worldOf,
} from "./stage.ts";

// Between the hand-over and the first write: what can be mended is waited for, but not without end.

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

/** As a policy file may say it: whole seconds. */
const policy = { ...POLICY, proof: { rejections: 3, overSeconds: 1, againAfterSeconds: 1 } };

const written = (): string[] =>
  aws
    .calls()
    .flatMap(({ action }) => (/^(?:Put|Tag|Attach|Detach|Update)/.test(action) ? [action] : []));

/** The first account's GetCallerIdentity answers with these first; `asked` counts. */
function troubled(ports: AccessPorts, codes: readonly CloudCode[], forever = false) {
  const left = [...codes];
  const count = { asked: 0 };
  const as: AccessPorts["cloud"]["as"] = (credentials, who) => {
    const caller = ports.cloud.as(credentials, who);
    if (who.accountId !== accountId(0)) return caller;
    return {
      ...caller,
      identity: async () => {
        count.asked++;
        const answer = await caller.identity();
        const code = forever ? left[0] : left.shift();
        return code === undefined
          ? answer
          : { ok: false, code, call: { ...answer.call, verdict: code, serverMs: null } };
      },
    };
  };
  return { ports: { ...ports, cloud: { as } }, count };
}

const portsHere = (more: Partial<Parameters<typeof portsOf>[0]> = {}) =>
  portsOf({ endpoint: aws.endpoint, dir: place.dir, ...more }).then(({ ports }) => ports);

it("asks AWS who it is until the way there is mended, and says each time what was wrong", async () => {
  const verdicts: string[] = [];
  const ports = await portsHere({
    report: (one) => void (one.kind === "call" && verdicts.push(one.call.verdict)),
  });
  const codes = ["NAME_NOT_RESOLVED", "CAPTIVE_PORTAL", "TLS_CLOCK_WRONG", "THROTTLED"] as const;
  const { opening } = await open(orderOf(), troubled(ports, codes).ports);
  expect(opening).toMatchObject({ kind: "OPENED", accounts: [{ state: "ACTIVE" }] });
  expect(verdicts).toEqual(expect.arrayContaining([...codes]));
});

it("asks no longer when people stop, nor for what nobody can mend", async () => {
  const wish = new AbortController();
  const { ports } = troubled(await portsHere(), ["NO_CONNECTION"], true);
  const stopped = open(orderOf(), ports, () => wish.signal);
  setTimeout(() => wish.abort(), 300);
  expect((await stopped).opening).toMatchObject({ kind: "REFUSED" });

  const other = await portsHere({ incident: "INC-2" });
  const { ports: refused, count } = troubled(other, ["KEY_NOT_ACCEPTED"], true);
  expect((await open(orderOf(1, { incident: "INC-2" }), refused)).opening).toMatchObject({
    code: "ACCOUNT_UNREACHABLE",
    about: { verdict: "KEY_NOT_ACCEPTED" },
  });
  expect(count.asked).toBe(1);
  expect(written()).toEqual([]);
});

it("does not wait in one account once another has refused", async () => {
  const { ports } = troubled(await portsHere(), ["NO_CONNECTION"], true);
  const wrong = { ...accountOf(1), activator: accountOf(0).emergency };
  const order = orderOf(2, { accounts: [accountOf(0), wrong] });
  // What nobody can mend is said, and not what the other was waiting for.
  const { opening } = await open(order, ports);
  expect(opening).toMatchObject({ kind: "REFUSED" });
  expect(JSON.stringify(opening)).toContain(accountOf(1).accountId);
  expect(JSON.stringify(opening)).not.toContain("NO_CONNECTION");
});

it("opens nothing when what quorum and touch gave is over, however AWS answers by then", async () => {
  const late = await portsHere({ heldMs: () => 60_001 });
  const order = orderOf(1, { goodForMs: 60_000 });
  expect((await open(order, late)).opening).toEqual({
    kind: "REFUSED",
    code: "LATEST_DEADLINE_PASSED",
    about: { minutes: 1 },
  });
  const other = await portsHere({ incident: "INC-2" });
  const { ports } = troubled(other, ["NO_CONNECTION"], true);
  const short = orderOf(1, { incident: "INC-2", goodForMs: 300 });
  expect((await open(short, ports)).opening).toMatchObject({
    code: "ACCOUNT_UNREACHABLE",
    about: { verdict: "NO_CONNECTION" },
  });
  expect(written()).toEqual([]);
});

it("counts from the offer of the key on, through the laptop's sleep", async () => {
  let uptime = 5_000_000;
  const [near, far] = portPair();
  await serveOnline(far, { ...onlinePorts, patience: HASTE, uptime: () => uptime });
  const { ask } = connect(near, onlineRequests);
  // The process starts before the first share; only what follows the offer counts.
  uptime += OPEN_WITHIN_MS;
  const { publicKey } = await ask("offer", null);
  const order: ActivationOrder = orderOf(1, { policy, goodForMs: OPEN_WITHIN_MS });
  const box = base64url(await sealOrder(fromBase64url(publicKey), order));
  const { dir } = place;
  const to = { box, vaultProcessExited: true, practiceEndpoint: aws.endpoint, dir } as const;
  await ask("accept", to);
  uptime += OPEN_WITHIN_MS + 1;
  expect(await ask("open", null)).toMatchObject({ code: "LATEST_DEADLINE_PASSED" });
  expect(written()).toEqual([]);
});

it.each([
  ["people go back", 1, new Error("left"), ["people went back before AWS was asked"]],
  ["the time is over", 1, new CodedError("LATEST_DEADLINE_PASSED"), ["LATEST_DEADLINE_PASSED"]],
  ["there is nothing to open", null, new Error("left"), []],
])("records that AWS was not asked when %s", async (_, openByMs, error, told) => {
  const entries: StationEntry[] = [];
  const did: string[] = [];
  const ports = {
    clock: onlinePorts.clock,
    records: { append: (_subject: unknown, entry: StationEntry) => void entries.push(entry) },
    unasked: {
      keep: (id: string) => void did.push(`marked ${id}`),
      drop: () => void did.push(entries.length > 0 ? "recorded, mark gone" : "mark gone"),
    },
    connected: () => Promise.reject(error),
  } as unknown as Parameters<typeof acceptOrder>[0];
  const broken = { openByMs } as Parameters<typeof acceptOrder>[1];
  const incident = { dir: place.dir, id: "INC-1", officer: "Ben" };
  await expect(acceptOrder(ports, broken, incident)).rejects.toBe(error);
  expect(entries.map(({ kind }) => kind)).toEqual(told.map(() => "cancelled"));
  for (const one of told) expect(entries[0]?.why).toContain(one);
  // A laptop that dies while people look for the cable leaves the mark.
  expect(did).toEqual(told.flatMap(() => ["marked INC-1", "recorded, mark gone"]));
});

it("takes the mark that AWS was not asked away before the order can reach AWS", async () => {
  const did: string[] = [];
  const ports = {
    clock: onlinePorts.clock,
    practiceEndpoint: null,
    progress: { step: (_: string, work: () => Promise<unknown>) => work() },
    unasked: { keep: () => void did.push("marked"), drop: () => void did.push("gone") },
    connected: async () => void did.push("connected"),
  } as unknown as Parameters<typeof acceptOrder>[0];
  const online = {
    ask: async (name: string) => {
      did.push(name);
      return { accounts: [], proxy: null, rootsAsOf: null };
    },
  };
  const broken = { openByMs: 1, online, box: "" } as unknown as Parameters<typeof acceptOrder>[1];
  await acceptOrder(ports, broken, { dir: "", id: "INC-1", officer: "Ben" });
  expect(did).toEqual(["marked", "connected", "gone", "accept"]);
});
