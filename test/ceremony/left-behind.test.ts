import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { resume } from "../../ceremony/access/resume.ts";
import type { Caller, Cloud } from "../../ceremony/access/ports.ts";
import type { ActivationOrder } from "../../ceremony/subject.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import type { UserState } from "../../practice/aws/world.ts";
import { closerSessions, readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  emergencyUser,
  type Folder,
  folder,
  orderOf,
  POLICY,
  portsOf,
  worldOf,
} from "./stage.ts";

// A station died over an access; another one, restored from a copy, knows nothing of its journal.

const LEFT = "INC-2026-0042";
const NEW = "INC-2026-0043";
let aws: PracticeAws;
let old: Folder;
let fresh: Folder;

beforeEach(async () => {
  aws = await startPracticeAws({ world: worldOf(2) });
  old = folder();
  fresh = folder();
});
afterEach(async () => {
  await aws.close();
  old.remove();
  fresh.remove();
});

const WRITES = /^(?:Put|Tag|Detach|Attach|Update|Delete)/;
const writes = (): string[] =>
  aws
    .calls()
    .map(({ action }) => action)
    .filter((action) => WRITES.test(action));

/** The old station's opening, and nothing more of it. Its journal stays on its laptop. */
async function died(edit: Partial<ActivationOrder> = {}, accounts = 1): Promise<void> {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: old.dir });
  const { opening } = await open(orderOf(accounts, edit), ports);
  expect(opening.kind).toBe("OPENED");
  // A code works once, and a quorum takes more than a minute.
  later(60_000);
}
const later = (offsetMs: number): void => {
  aws.faults.add({ kind: "clock", offsetMs });
};

const orderHere = (edit: Partial<ActivationOrder> = {}, accounts = 1): ActivationOrder =>
  orderOf(accounts, { incident: NEW, leftBehind: { close: "any", notOf: [] }, ...edit });

async function openHere(order: ActivationOrder, through = (cloud: Cloud): Cloud => cloud) {
  const { ports } = await portsOf({ endpoint: aws.endpoint, dir: fresh.dir, incident: NEW });
  return open(order, { ...ports, cloud: through(ports.cloud) });
}

function firstKey({ keys: [key] }: UserState) {
  if (key === undefined) throw new Error("the practice world has no key");
  return key;
}

/** An emergency user at rest. */
const AT_REST = { inline: {}, attached: [expect.stringContaining("BreakGlassClosed")] };
const lives = (user: UserState): boolean => user.keys.some(({ status }) => status === "Active");

describe("what another station left open", () => {
  it("is closed in a closing's order, told, and only then this access is opened", async () => {
    await died();
    const before = writes().length;
    const { opening, held } = await openHere(orderHere());
    expect(opening).toMatchObject({
      kind: "OPENED",
      accounts: [{ state: "ACTIVE" }],
      leftBehind: {
        incident: LEFT,
        accounts: [
          { verdict: "CLOSED", latched: true, foreign: [], remains: [], rejections: { count: 3 } },
        ],
      },
    });
    const order = writes().slice(before);
    expect(order[0]).toBe("AttachUserPolicy");
    expect(order.slice(1, 3).toSorted()).toEqual(["DeleteUserPolicy", "UpdateAccessKey"]);
    expect(order.slice(3, 5).toSorted()).toEqual(["PutUserPolicy", "TagUser"]);
    expect(order.slice(5).toSorted()).toEqual(["DetachUserPolicy", "UpdateAccessKey"]);
    expect(emergencyUser(aws.world).tags).toMatchObject({ IncidentId: NEW });
    // The journal names it before the first effect.
    const { lines } = await readJournalFile(fresh.dir, NEW);
    const kinds = lines.map((line) => (line.kind === "intent" ? line.action : line.kind));
    expect(kinds.indexOf("left-behind")).toBeLessThan(kinds.indexOf("iam:AttachUserPolicy"));
    const closings = await close(held, "the end");
    expect(closings).toMatchObject([{ verdict: "CLOSED", confirmed: true, foreign: [] }]);
    expect((await readJournalFile(fresh.dir, NEW)).phase).toBe("closed");
  });

  it("is closed past its deadline, too, and with key and latch already at rest", async () => {
    await died();
    later(3_600_000);
    const user = emergencyUser(aws.world);
    user.attached.push(`arn:aws:iam::${accountId(0)}:policy/breakglass/BreakGlassClosed`);
    for (const key of user.keys) key.status = "Inactive";
    const over = orderHere({ leftBehind: { close: "expired", notOf: [] } });
    const { opening } = await openHere(over);
    expect(opening).toMatchObject({
      accounts: [{ state: "ACTIVE" }],
      leftBehind: { incident: LEFT },
    });
  });

  it("is closed where it is, and the other accounts open as ever", async () => {
    await died({}, 1);
    const { opening } = await openHere(orderHere({}, 2));
    expect(opening).toMatchObject({
      accounts: [{ state: "ACTIVE" }, { state: "ACTIVE" }],
      leftBehind: { accounts: [{ accountId: accountId(0) }] },
    });
  });

  it("is brought to rest and nothing is opened, when people wish to stop meanwhile", async () => {
    await died();
    const stop = new AbortController();
    const { ports } = await portsOf({
      endpoint: aws.endpoint,
      dir: fresh.dir,
      incident: NEW,
      report: (progress) => {
        if (progress.kind === "step" && progress.step === "latched") stop.abort();
      },
    });
    const { opening } = await open(orderHere(), ports, () => stop.signal);
    expect(opening).toMatchObject({
      accounts: [{ state: "FAILED", why: "OPENING_STOPPED" }],
      leftBehind: { incident: LEFT, accounts: [{ latched: true }] },
    });
    expect(emergencyUser(aws.world).tags).toMatchObject({ IncidentId: LEFT });
  });
});

type Case = readonly [
  when: string,
  change: (user: UserState) => unknown,
  edit?: Partial<ActivationOrder>,
];
const edited = (user: UserState, edit: (text: string) => string): void => {
  user.inline["BreakGlassWindow"] = edit(user.inline["BreakGlassWindow"] ?? "");
};
const nothing = (): void => undefined;
const NOT_OURS: readonly Case[] = [
  [
    "its window allows one action more",
    (user) => edited(user, (text) => text.replace('"Action":[', '"Action":["iam:*",')),
  ],
  [
    "its second date was moved",
    (user) =>
      edited(user, (text) => {
        const [before = "", after = ""] = text.split('"NotAfter"');
        const earlier = after.replace(/T\d\d:\d\d/, "T00:00");
        expect(earlier).not.toBe(after);
        return `${before}"NotAfter"${earlier}`;
      }),
  ],
  [
    "its window is another policy's",
    nothing,
    { policy: { ...POLICY, profile: "incident-readonly" } },
  ],
  [
    "its window was longer than the policy allows",
    nothing,
    { policy: { ...POLICY, maxDurationSeconds: 300 }, durationSeconds: 60 },
  ],
  ["its window is no policy at all", (user) => edited(user, () => "{}")],
  ["a second inline policy is there", (user) => (user.inline["Other"] = "{}")],
  ["the window is gone", (user) => delete user.inline["BreakGlassWindow"]],
  ["the tag names another incident", (user) => (user.tags["IncidentId"] = "INC-1")],
  ["the tag names another end", (user) => (user.tags["BreakGlassUntil"] = "2098-01-01T00:00:00Z")],
  [
    "another key is active",
    (user) =>
      user.keys.push({ ...firstKey(user), accessKeyId: "AKIAPRACTICEFOREIGN2", status: "Active" }),
  ],
  ["a foreign policy is attached", (user) => user.attached.push("arn:aws:iam::aws:policy/Admin")],
  ["the boundary is gone", (user) => (user.boundaryArn = null)],
  [
    "the incident is one of this station's own",
    nothing,
    { leftBehind: { close: "any", notOf: [LEFT] } },
  ],
  [
    "the other station may be at work with it",
    nothing,
    { leftBehind: { close: "expired", notOf: [] } },
  ],
  ["no other station is gone", nothing, { leftBehind: { close: "none", notOf: [] } }],
];

it.each(NOT_OURS.map(([when, ...given]) => ({ when, given })))(
  "nothing is written when $when",
  async ({ given: [change, edit = {}] }) => {
    await died();
    change(emergencyUser(aws.world));
    const before = writes().length;
    const { opening } = await openHere(orderHere(edit));
    expect(opening.kind).toBe("TAMPERED");
    expect(writes().slice(before)).toEqual([]);
    expect((await readJournalFile(fresh.dir, NEW)).phase).toBe("closed");
  },
);

/** From its n-th write on, before or after AWS has heard it, this laptop has no power. */
function cutAt(
  count: number,
  heard: boolean,
  cloud: Cloud,
): Cloud & { readonly cut: Promise<void> } {
  let made = 0;
  let dead = false;
  let tell = nothing;
  const cut = new Promise<void>((resolve) => (tell = resolve));
  const never = new Promise<never>(() => undefined);
  const WRITING = /^(?:(?:put|delete)InlinePolicy|(?:at|de)tachPolicy|setKey|tag)$/;
  return {
    cut,
    as: (credentials, who) =>
      new Proxy(cloud.as(credentials, who), {
        get:
          (caller, name: keyof Caller) =>
          (...args: never[]) => {
            const ask = (): unknown => (caller[name] as (...all: never[]) => unknown)(...args);
            if (dead) return never;
            if (!WRITING.test(name) || ++made < count) return ask();
            dead = true;
            if (!heard) tell();
            else void (ask() as Promise<unknown>).then(tell);
            return never;
          },
      }),
  };
}

describe.each([1, 2, 3, 4, 5, 6, 7])("a power cut at write %i", (count) => {
  it.each([false, true])(
    "heard by AWS: %s; what it left is at rest after a resume",
    async (heard) => {
      await died();
      const { ports } = await portsOf({ endpoint: aws.endpoint, dir: fresh.dir, incident: NEW });
      const cloud = cutAt(count, heard, ports.cloud);
      void open(orderHere(), { ...ports, cloud });
      await cloud.cut;
      // Whoever finds it can shut without a quorum.
      expect(await closerSessions(fresh.dir, NEW)).toHaveLength(1);
      later(120_000);
      const again = await portsOf({
        endpoint: aws.endpoint,
        dir: fresh.dir,
        incident: NEW,
        reopen: true,
      });
      if (again.state === null) throw new Error("there is no journal");
      expect(again.state.phase).not.toBe("closed");
      const rest = orderHere({ purpose: "rest" });
      const { resumption } = await resume(rest, again.state, "close", again.ports);
      expect(resumption).toMatchObject({
        kind: "CLOSED",
        leftBehind: { incident: LEFT },
        accounts: [{ verdict: "CLOSED", confirmed: true }],
      });
      expect(emergencyUser(aws.world)).toMatchObject(AT_REST);
      expect(lives(emergencyUser(aws.world))).toBe(false);
    },
  );
});
