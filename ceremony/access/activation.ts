import type { Deadline, JournalHeader } from "../../contract/journal.ts";
import type { ActivationOrder } from "../subject.ts";
import { type AccountClosing, closeAccount, deadForSure } from "./close.ts";
import { NOT_BEFORE_SLACK_MS } from "./deadline.ts";
import { controlPlane } from "./control-plane.ts";
import { CodedError } from "../../crypto/errors.ts";
import { refuse } from "./codes.ts";
import { Journal } from "./journal.ts";
import { clear, type LeftBehind, leftBehindIn } from "./left-behind.ts";
import type { AccessPorts, CloudCode, Session, Stop } from "./ports.ts";
import { announceCloser, assumeCloser, type Failed, planOf, raise, settled } from "./raise.ts";
import { Access, Run } from "./run.ts";
import { Closings, heed, orStopped, type Wish } from "./stopping.ts";
import { mendable } from "./trouble.ts";
import {
  boundaryDifference,
  type Difference,
  differences,
  latchDifference,
  leftOvers,
  readStanding,
  type Standing,
} from "./standing.ts";

/** One account's way through the glass. */
export type AccountOpening =
  | {
      readonly accountId: string;
      readonly state: "ACTIVE";
      /** Inactive keys of the user that are not the sealed one. */
      readonly leftOvers: readonly string[];
      /** When AWS last saw the emergency key before this, RFC 3339. */
      readonly lastUsed: string | null;
    }
  /** Failed after the first write; driven to rest, as `closing` says. */
  | {
      readonly accountId: string;
      readonly state: "FAILED";
      readonly at: string;
      readonly why: string;
      readonly closing: AccountClosing;
    };

export type Opening =
  | {
      readonly kind: "OPENED";
      readonly deadline: Deadline;
      readonly accounts: readonly AccountOpening[];
      /** What another station left, brought to rest before; with each closing. Null: it was at rest. */
      readonly leftBehind: (LeftBehind & { readonly accounts: readonly AccountClosing[] }) | null;
    }
  /** Something was not at rest in at least one account; nothing was written in any. */
  | {
      readonly kind: "TAMPERED";
      readonly accounts: readonly {
        readonly accountId: string;
        readonly differences: readonly Difference[];
      }[];
    }
  /** Nothing was written. */
  | {
      readonly kind: "REFUSED";
      /** Of this room, or of the document builder. */
      readonly code: string;
      readonly about: Readonly<Record<string, string | number>>;
    };

/** What stays in the online process while the access is open. */
export interface Held {
  readonly run: Run;
  readonly accesses: readonly Access[];
  deadline: Deadline | null;
}

export const headerOf = (order: ActivationOrder): JournalHeader => ({
  kind: "opened",
  format: "pullstation-journal-1",
  mode: order.mode,
  vaultId: order.vaultId,
  epoch: order.epoch,
  incident: order.incident,
  durationSeconds: order.durationSeconds,
  regions: [...order.policy.regions],
  accounts: order.accounts.map((account) => ({
    accountId: account.accountId,
    partition: account.partition,
    emergencyUserArn: account.emergencyUserArn,
    latchArn: account.latchArn,
    emergencyKeyId: account.emergency.accessKeyId,
  })),
});

export function hold(order: ActivationOrder, ports: AccessPorts, journal: Journal): Held {
  const run = new Run(order, ports, journal);
  return {
    run,
    accesses: order.accounts.map((account) => new Access(run, account)),
    deadline: null,
  };
}

/**
 * Breaks the glass in every account of the order, several at once. Depth, in round trips: 1 who am
 * I; 2 MFA session, and the inventory; 3 the boundary's document, and the closer's session; 4 window
 * and tags; 5 read back; 6 latch off, key on; 7 proof by use. Until the inventory of **every**
 * account is clean nothing is written in any; after its first write an account that fails is driven
 * to rest by itself, and the others go on. Once somebody wished to stop, no account ends open. What
 * another station left is no clean inventory: where the order says so it is brought to rest first.
 */
export async function open(
  order: ActivationOrder,
  ports: AccessPorts,
  wish?: Wish,
): Promise<{ readonly held: Held; readonly opening: Opening }> {
  const stop = wish?.();
  const held = hold(order, ports, new Journal(ports.journalFile, ports.clock));
  const { run } = held;
  try {
    const { policy, durationSeconds } = order;
    if (durationSeconds > policy.maxDurationSeconds)
      refuse("DURATION_TOO_LONG", {
        asked: durationSeconds,
        most: policy.maxDurationSeconds,
      });
    // Asking who we are changes nothing, so it need not wait for the disk.
    const journaled = run.journal.write(headerOf(order)).catch(journalFailed);
    // What comes next is known: its intent is on the disk before AWS has answered.
    const sessions = held.accesses.map((access) => access.announceSession());
    const [deadline] = await settled([orStopped(ports, identify(held, stop), stop), journaled]);
    const plans = held.accesses.map((access) => planOf(run, access, deadline));
    heed(stop);
    // On the disk before the first intent is: one pen writes both.
    const announced = run.journal.write({ kind: "deadline", ...deadline }).catch(journalFailed);
    const [prepared] = await settled([
      settled(held.accesses.map((access, index) => prepare(run, access, sessions[index], stop))),
      announced,
    ]);
    const isAtRest = prepared.every(({ found }) => found.length === 0);
    const left = isAtRest ? null : await leftBehindIn(run, prepared);
    if (!isAtRest && left === null) {
      await run.note({ kind: "abandoned", why: "TAMPERED" });
      return { held, opening: { kind: "TAMPERED", accounts: prepared.map(tampering) } };
    }
    heed(stop);
    if (left !== null) {
      await run.journal.write({ kind: "left-behind", ...left }).catch(journalFailed);
      ports.report({ kind: "left-behind", ...left });
    }
    const cleared: AccountClosing[] = [];
    const closings = new Closings(ports, prepared.length, wish);
    const accounts = await Promise.all(
      prepared.map(async ({ access, standing, found, closer, lastUsed }, index) => {
        const plan = plans[index] ?? planOf(run, access, deadline);
        const first =
          left === null || found.length === 0 ? null : await clear(run, access, closer, left, stop);
        const failed = first?.failed ?? (await raise(run, access, plan, closer, stop));
        if (first?.failed === null) cleared.push(first.closing);
        closings.raised(failed === null);
        if (failed === null) {
          const keys = leftOvers(standing, access.account);
          return { accountId: access.id, state: "ACTIVE", leftOvers: keys, lastUsed } as const;
        }
        const ended = await failedAt(run, access, failed, closings);
        if ((first?.failed ?? null) !== null) cleared.push(ended.closing);
        return ended;
      }),
    );
    const leftBehind = left === null ? null : { ...left, accounts: cleared };
    // One that was open before the wish came must not stay so.
    const ended =
      stop?.aborted === true
        ? await Promise.all(
            accounts.map((account, index) => {
              const { access } = prepared[index] ?? {};
              const late = { at: "the other accounts", why: "OPENING_STOPPED" };
              return account.state === "FAILED" || access === undefined
                ? account
                : failedAt(run, access, late, closings);
            }),
          )
        : accounts;
    if (ended.every((account) => account.state === "FAILED" && deadForSure(account.closing)))
      await ports.closerFile.forget();
    return { held, opening: { kind: "OPENED", deadline, accounts: ended, leftBehind } };
  } catch (error) {
    // Only what comes before the first write throws: the rest is driven to rest above.
    if (!(error instanceof CodedError)) throw error;
    const { code, about } = error;
    await run.note({ kind: "abandoned", why: code });
    return { held, opening: { kind: "REFUSED", code, about } };
  }
}

async function failedAt(
  run: Run,
  access: Access,
  failed: Failed,
  closings: Closings,
): Promise<Extract<AccountOpening, { state: "FAILED" }>> {
  run.step(access.id, "failed");
  const closing = await closeAccount(run, access, `failed at ${failed.at}`, closings);
  return { accountId: access.id, state: "FAILED", ...failed, closing };
}

const journalFailed = (cause: unknown): never => refuse("JOURNAL_FAILED", {}, cause);

const tampering = ({ access, found }: Prepared) => ({ accountId: access.id, differences: found });

/** Who we are and what time it is, at every account; the deadline is journaled before any write. */
async function identify(held: Held, stop: Stop | undefined): Promise<Deadline> {
  const { run, accesses } = held;
  const { order } = run;
  const { goodForMs } = order;
  let isOver = false;
  let cause: unknown;
  const until: Until = {
    forMs: goodForMs - run.ports.heldMs(),
    get aborted() {
      return isOver || stop?.aborted === true;
    },
  };
  const identified = accesses.map((access) =>
    checkIdentity(run, access, until).catch((error: unknown) => {
      // What can't be mended in one account ends the waiting in all.
      if (!isOver) cause = error;
      isOver = true;
    }),
  );
  await Promise.all(identified);
  // What ended it, and not what an account that was still waiting for the network came to by it.
  if (isOver) throw cause;
  if (run.ports.heldMs() > goodForMs)
    refuse("LATEST_DEADLINE_PASSED", { minutes: Math.round(goodForMs / 60_000) });
  const fromMs = Math.floor(run.serverNow() / 1000) * 1000;
  const deadline = {
    fromMs,
    notBeforeMs: fromMs - NOT_BEFORE_SLACK_MS,
    untilMs: fromMs + order.durationSeconds * 1000,
  };
  if (deadline.untilMs > Date.parse(order.policy.kitExpires))
    refuse("KIT_EXPIRED", { expires: order.policy.kitExpires });
  held.deadline = deadline;
  run.untilMs = deadline.untilMs;
  run.ports.report({ kind: "deadline", untilMs: deadline.untilMs });
  return deadline;
}

/** By the last call of that action, which was not answered as it must be. */
function unreachable(run: Run, { id }: Access, action: string, code?: CloudCode): never {
  const call = run.calls.findLast(
    (one) => one.account === id && one.action === action && one.verdict !== "OK",
  );
  const verdict = code ?? call?.verdict ?? "UNEXPECTED_ANSWER";
  return refuse("ACCOUNT_UNREACHABLE", { ...call?.about, account: id, action, verdict });
}

/** For how long people may mend the way to AWS, unless it is ended before. */
interface Until extends Stop {
  readonly forMs: number;
}

/** A record has room for every call of a long wait, and whoever mends the network waits no longer. */
const MENDED_WITHIN_MS = 5_000;

/** Nothing is written yet: `until` given, what people or AWS can mend costs them nothing but time. */
export async function checkIdentity(run: Run, access: Access, until?: Until): Promise<void> {
  const { account } = access;
  const answer = await run.poll(
    () => access.plain.identity(),
    (one) => !one.ok && mendable(one.code),
    until?.forMs ?? 0,
    until,
    MENDED_WITHIN_MS,
  );
  if (!answer.ok) return unreachable(run, access, "sts:GetCallerIdentity", answer.code);
  const { accountId, arn } = answer.value;
  if (
    accountId !== account.accountId ||
    !arn.startsWith(`arn:${account.partition}:iam::${account.accountId}:user/`)
  )
    refuse("IDENTITY_MISMATCH", { expected: account.accountId, account: accountId, arn });
  run.step(access.id, "identified");
}

interface Prepared {
  readonly access: Access;
  readonly standing: Standing;
  readonly found: readonly Difference[];
  readonly closer: Session;
  readonly lastUsed: string | null;
}

/** Levels 2 and 3. The reads need no MFA, so they don't wait for the MFA session. */
async function prepare(
  run: Run,
  access: Access,
  sessionAnnounced: Promise<number> | undefined,
  stop?: Stop,
): Promise<Prepared> {
  const { account } = access;
  // First what the next level waits for: requests are made one after the other.
  const session = access.authenticate(stop, "effect", sessionAnnounced).catch(journalFailed);
  const closerAnnounced = announceCloser(run, access);
  const boundaryVersion = run.see(access.plain.defaultVersion(account.boundaryArn));
  const latchVersion = run.see(access.plain.defaultVersion(account.latchArn));
  const [refused, standing, version, latched, used] = await settled([
    session,
    readStanding(run, access, access.plain),
    boundaryVersion,
    latchVersion,
    run.see(access.plain.accessKeyLastUsed(account.emergency.accessKeyId)),
  ]);
  // A code that was not given says more than the wish that came with it.
  if (refused !== "MFA_NOT_GIVEN") heed(stop);
  if (refused !== null) return unreachable(run, access, "sts:GetSessionToken", refused);
  const [boundary, latch, closer] = await settled([
    version.ok ? boundaryDifference(run, access, version) : null,
    latched.ok ? latchDifference(run, access, latched) : null,
    assumeCloser(run, access, closerAnnounced).catch(journalFailed),
  ]);
  heed(stop);
  const differing = differences(standing, account);
  // AWS can't say when a key that is gone was last used.
  const gone = differing.some(({ kind }) => kind === "KEY_MISSING");
  const unread = (gone ? [version, latched] : [version, latched, used]).flatMap(
    (answer): Difference[] => (answer.ok ? [] : [{ kind: "UNREAD", what: answer.call.action }]),
  );
  const found = [...differing, ...unread, ...[boundary, latch].flatMap((one) => one ?? [])];
  const down = controlPlane(run.calls.filter((call) => call.account === access.id));
  const only = found.find(({ kind }) => kind !== "UNREAD");
  // What could not be read is no evidence of tampering by itself, but nothing is opened on it.
  const first = found[0];
  if (only === undefined && down !== null) refuse(down.code, down.about);
  if (only === undefined && first !== undefined) unreachable(run, access, first.what);
  if (!closer.ok) return unreachable(run, access, "sts:AssumeRole", closer.code);
  run.step(access.id, "inspected");
  const lastUsed = used.ok ? used.value : null;
  return { access, standing, found, closer: closer.value, lastUsed };
}
