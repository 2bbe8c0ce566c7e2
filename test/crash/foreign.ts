import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import type { AccessPorts } from "../../ceremony/access/ports.ts";
import type { RequestFault } from "../../practice/aws/faults.ts";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import type { AccountState, UserState, World } from "../../practice/aws/world.ts";
import { readJournalFile } from "../../station/journal-file.ts";
import {
  accountId,
  accountOf,
  emergencyUser,
  folder,
  orderOf,
  POLICY,
  portsOf,
  worldOf,
} from "../ceremony/stage.ts";
import { Bounds, deadOrNamed, denies, isLoose, journalClosed } from "./invariants.ts";
import { recover, standing } from "./recover.ts";
import type { Outcome } from "./table.ts";

// What somebody else does at AWS while the access is open, and calls that arrive late.

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const ALLOW =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

function foreignKey(user: UserState): void {
  const [own] = user.keys;
  if (own === undefined) throw new Error("the practice world has no key");
  user.keys.push({ ...own, accessKeyId: "AKIAPRACTICEFOREIGN2", status: "Active" });
}

export type Plant = (user: UserState, account: AccountState) => void;

/** Of the last account's latch, a new default version. */
const latchSays =
  (document: string): Plant =>
  (_, { policies }) => {
    const latch = Object.values(policies).find(({ name }) => name === "BreakGlassClosed");
    if (latch === undefined) throw new Error("the practice world has no latch");
    policies[latch.arn] = { ...latch, document };
  };

/** By name, what is done to the last account's emergency user in the middle of the window. */
export const PLANTS: Readonly<Record<string, Plant>> = {
  "a foreign key": foreignKey,
  "a foreign inline policy": (user) => (user.inline["Backdoor"] = ALLOW),
  "a foreign managed policy": (user) => user.attached.push(ADMIN),
  "a key, policies and a login profile": (user) => {
    foreignKey(user);
    user.inline["Backdoor"] = ALLOW;
    user.attached.push(ADMIN);
    user.loginProfile = { createdAt: 0 };
  },
  "a group and an SSH key": (user) => {
    user.groups.push("admins");
    user.sshKeys = ["APKAPRACTICEAAAAAAAA"];
  },
  "the latch, attached": (user) => user.attached.push(accountOf(0).latchArn),
  "the window, deleted": (user) => delete user.inline["BreakGlassWindow"],
  "the latch's document, which allows": latchSays(ALLOW),
  "the latch's document, which denies less": latchSays(
    ALLOW.replace("Allow", "Deny").replace('"*"', '"s3:*"'),
  ),
};

export type Ending = "close" | "die, then reopen" | "die, then close";
export const ENDINGS: readonly Ending[] = ["close", "die, then reopen", "die, then close"];

function accountState(world: World, index: number): AccountState {
  const account = world.accounts[accountId(index)];
  if (account === undefined) throw new Error("the practice world has no such account");
  return account;
}

/** Longer than a late call is late, so that the second look sees what it did. */
const policy = { ...POLICY, proof: { rejections: 3, overSeconds: 0.3, againAfterSeconds: 0.4 } };

async function on<T>(
  accounts: number,
  world: World,
  work: (stage: {
    readonly aws: PracticeAws;
    readonly dir: string;
    readonly order: ReturnType<typeof orderOf>;
    readonly bounds: Bounds;
    readonly opened: (report?: AccessPorts["report"]) => Promise<Awaited<ReturnType<typeof open>>>;
  }) => Promise<T>,
): Promise<T> {
  const { dir, remove } = folder();
  const order = orderOf(accounts, { policy });
  const bounds = new Bounds(order.accounts);
  const aws: PracticeAws = await startPracticeAws({
    world,
    onRequest: ({ action, phase }) => {
      if (phase === "applied") bounds.called(action, world, aws.serverTime());
    },
  });
  const ends: (() => void)[] = [];
  try {
    return await work({
      aws,
      dir,
      order,
      bounds,
      opened: async (report = () => undefined) => {
        const { ports, cloud } = await portsOf({
          endpoint: aws.endpoint,
          dir,
          answerMs: 8_000,
          report,
        });
        ends.push(() => cloud.end());
        return open(order, ports);
      },
    });
  } finally {
    for (const end of ends) end();
    await aws.close();
    remove();
  }
}

/**
 * Opened, tampered with, and ended: whatever was planted is dead or named. `refused`: how often AWS
 * answers 500 when the latch is to be put on and when a key is to be turned off.
 */
export const planted = (
  plant: Plant,
  ending: Ending,
  accounts: number,
  refused = 0,
): Promise<Outcome> =>
  on(accounts, worldOf(accounts), async ({ aws, dir, order, bounds, opened }) => {
    const { held } = await opened();
    const user = emergencyUser(aws.world, accounts - 1);
    const latchArn = order.accounts[accounts - 1]?.latchArn ?? "";
    plant(user, accountState(aws.world, accounts - 1));
    user.attached = user.attached.map((arn) => (arn === accountOf(0).latchArn ? latchArn : arn));
    bounds.changed(aws.world, aws.serverTime());
    if (refused > 0)
      for (const action of ["AttachUserPolicy", "UpdateAccessKey"])
        aws.faults.add({ kind: "http500", action, times: refused });
    if (ending === "close") {
      await close(held, "by hand");
      const state = await readJournalFile(dir, order.incident);
      const broken = [
        ...bounds.broken,
        ...deadOrNamed(aws.world, order.accounts, state),
        ...journalClosed(state, isLoose(aws.world, order.accounts)),
      ];
      return { end: "DISABLED", broken };
    }
    const choice = ending === "die, then close" ? "close" : "reopen";
    const { resumed, broken } = await recover(aws, dir, order, choice, deadOrNamed);
    return { end: resumed, broken: [...bounds.broken, ...broken] };
  });

/** As many managed policies as a user may have: the latch can't be put on. */
const MANY = Array.from({ length: 10 }, (_, index) => `arn:aws:iam::aws:policy/Foreign${index}`);

/**
 * No room for the latch when it is time to close: not closed, and said so; yet no call is let
 * through, also of a session that was made before. Once there is room, the next start closes it.
 */
export const withoutRoom = (accounts: number): Promise<Outcome> =>
  on(accounts, worldOf(accounts), async ({ aws, dir, order, bounds, opened }) => {
    const { held } = await opened();
    const user = emergencyUser(aws.world, accounts - 1);
    user.attached.push(...MANY);
    bounds.changed(aws.world, aws.serverTime());
    const isDenied = (): boolean => denies(user.inline["BreakGlassWindow"] ?? "{}", null);
    const from = performance.now();
    // People give it time for a round, and then have had enough.
    const stop = {
      get aborted() {
        return isDenied() || performance.now() - from > 8_000;
      },
    };
    const closings = await close(held, "by hand", stop);
    const broken = [
      ...(closings.at(-1)?.verdict === "NOT_AT_REST" ? [] : ["(4) called closed without a latch"]),
      ...(isDenied() ? [] : ["(2) nothing denies it"]),
    ];
    user.attached = user.attached.filter((arn) => !MANY.includes(arn));
    const { resumed, broken: more } = await recover(aws, dir, order, "close", deadOrNamed);
    return { end: resumed, broken: [...broken, ...bounds.broken, ...more] };
  });

/**
 * Opened again from outside once its closing called it dead, by nothing but the kit's own parts:
 * closed anew, by this process or the next, and the journal says so.
 */
export const openedAgain = (ending: "close" | "die", accounts: number): Promise<Outcome> =>
  on(accounts, worldOf(accounts), async ({ aws, dir, order, opened }) => {
    const last = accounts - 1;
    const stop = { aborted: false };
    let came = 0;
    let inline: UserState["inline"] = {};
    const { held } = await opened((progress) => {
      const isDead = progress.kind === "step" && progress.step === "dead";
      if (!isDead || progress.account !== accountId(last) || came++ > 0) return;
      const user = emergencyUser(aws.world, last);
      Object.assign(user, { attached: [], inline });
      for (const key of user.keys) Object.assign(key, { status: "Active" });
      stop.aborted = ending === "die";
    });
    inline = { ...emergencyUser(aws.world, last).inline };
    await close(held, "by hand", stop);
    const broken = came > 0 ? [] : ["it was never called dead"];
    if (ending === "die")
      broken.push(...(await recover(aws, dir, order, "close", deadOrNamed)).broken);
    const state = await readJournalFile(dir, order.incident);
    broken.push(...deadOrNamed(aws.world, order.accounts, state), ...journalClosed(state));
    const told = state.accounts[last]?.reopened.join() ?? "";
    for (const part of ["KEY_ACTIVE", "INLINE_POLICY BreakGlassWindow"])
      if (!told.includes(part)) broken.push(`(4) the journal does not say: ${part}`);
    return { end: "DISABLED", broken };
  });

/** Found before anything is opened: nothing is written. */
export const foundAtStart = (plant: Plant): Promise<Outcome> => {
  const world = worldOf(2);
  plant(emergencyUser(world, 1), accountState(world, 1));
  const before = JSON.stringify([emergencyUser(world, 0), emergencyUser(world, 1)]);
  return on(2, world, async ({ aws, dir, order, opened }) => {
    const { opening } = await opened();
    const after = JSON.stringify([emergencyUser(aws.world, 0), emergencyUser(aws.world, 1)]);
    const state = await readJournalFile(dir, order.incident);
    const broken = [
      ...(opening.kind === "TAMPERED" ? [] : [`(1) opened on what was found: ${opening.kind}`]),
      ...(before === after ? [] : ["(3) something was written"]),
      ...journalClosed(state),
    ];
    return { end: "DISABLED", broken };
  });
};

/** Dead with the access open; the closer meets this fault, and the quorum after it. */
export const closerFaulted = (
  kind: RequestFault,
  times: number,
  accounts: number,
): Promise<Outcome> =>
  on(accounts, worldOf(accounts), async ({ aws, dir, order, opened }) => {
    await opened();
    aws.faults.add({ kind, action: "AttachUserPolicy", times });
    const { resumed, broken } = await recover(aws, dir, order, "close", deadOrNamed);
    return { end: resumed, broken };
  });

/** The nth request of this action is cut off, and carried out by AWS only later. */
export const arrivesLate = (
  action: string,
  phase: "open" | "close",
  accounts: number,
): Promise<Outcome> =>
  on(accounts, worldOf(accounts), async ({ aws, dir, order, opened }) => {
    const late = (): void => aws.faults.add({ kind: "late", action });
    if (phase === "open") late();
    const { held, opening } = await opened();
    const broken = [...(await standing(aws, dir, order))];
    if (phase === "close") late();
    const states = opening.kind === "OPENED" ? opening.accounts.map(({ state }) => state) : [];
    if (phase === "close" || states.includes("ACTIVE")) await close(held, "by hand");
    const state = await readJournalFile(dir, order.incident);
    broken.push(...deadOrNamed(aws.world, order.accounts, state), ...journalClosed(state));
    return { end: "DISABLED", broken };
  });
