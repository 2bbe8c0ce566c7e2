import type { Deadline } from "../../contract/journal.ts";
import type { ActivationOrder } from "../subject.ts";
import { type AccountOpening, checkIdentity, headerOf, type Held, hold } from "./activation.ts";
import { type AccountClosing, close, closeAccount } from "./close.ts";
import { AccessRefused, refuse } from "./codes.ts";
import { isAllowed } from "./deadline.ts";
import { Journal, type JournalState } from "./journal.ts";
import type { LeftBehind } from "./left-behind.ts";
import type { AccessPorts } from "./ports.ts";
import type { Wish } from "./stopping.ts";
import { assumeCloser, type Plan, planOf, raise, settled } from "./raise.ts";
import type { Access, Run } from "./run.ts";
import {
  boundaryDifference,
  differences,
  foreign,
  latchDifference,
  leftOvers,
  readStanding,
} from "./standing.ts";

export type Resumption =
  | {
      readonly kind: "REOPENED";
      readonly deadline: Deadline;
      readonly accounts: readonly AccountOpening[];
    }
  /** `why` is null when closing was what the operator chose. */
  | {
      readonly kind: "CLOSED";
      readonly why: string | null;
      /** What the crash interrupted the closing of: it is at rest with the rest. */
      readonly leftBehind: LeftBehind | null;
      readonly accounts: readonly AccountClosing[];
    };

/** Less than this before the deadline nothing is opened again. */
const WORTH_REOPENING_MS = 10_000;

/**
 * Takes up an unfinished journal after quorum and touch gave a new order: looks at AWS, and either
 * opens again up to the **same** deadline or drives to rest. `RESUME_MISMATCH` when the journal is of
 * another vault, incident or kit.
 */
export async function resume(
  order: ActivationOrder,
  state: JournalState,
  choice: "reopen" | "close",
  ports: AccessPorts,
  wish?: Wish,
): Promise<{ readonly held: Held; readonly resumption: Resumption }> {
  match(order, state);
  const held = hold(order, ports, new Journal(ports.journalFile, ports.clock, state));
  held.deadline = state.deadline;
  const { run, accesses } = held;
  run.untilMs = state.deadline?.untilMs ?? null;
  // Before the crash it worked, and no latch was seen since: then a denial now is the latch's.
  for (const access of accesses) {
    const journal = state.accounts.find(({ accountId }) => accountId === access.id);
    access.worked = journal?.phase === "open" && !journal.latchedByCloser;
    access.reopened.resume(journal?.rested ?? null, journal?.reopened ?? []);
  }
  // Cut off before its first line: then it says now whose it is.
  if (state.header === null) await run.note(headerOf(order));
  const unidentified = await identified(run, accesses);
  const { deadline } = state;
  // Nothing is proven by a deadline that no activation of this order can have had.
  if (deadline !== null && !isAllowed(run, deadline)) run.untilMs = null;
  const plans = deadline === null ? null : planned(run, accesses, deadline);
  const unplanned = deadline === null ? "NEVER_WRITTEN" : plans === null ? "ORDER_UNFIT" : null;
  const why = choice === "close" ? null : (unidentified ?? unplanned ?? notReopenable(run, state));
  if (choice === "close" || why !== null || deadline === null || plans === null) {
    await run.note({ kind: "resumed", choice, outcome: why ?? "closing" });
    const accounts = await close(held, why ?? "resumed to close", wish?.());
    const { leftBehind } = state;
    return { held, resumption: { kind: "CLOSED", why, leftBehind, accounts } };
  }
  await run.note({ kind: "resumed", choice, outcome: "reopening" });
  const accounts = await Promise.all(
    plans.map(({ access, plan }) => reopen(run, access, plan, wish)),
  );
  return { held, resumption: { kind: "REOPENED", deadline, accounts } };
}

function match(order: ActivationOrder, state: JournalState): void {
  const { header } = state;
  if (header === null) return;
  const expected = headerOf(order);
  const of = (field: "mode" | "vaultId" | "incident"): void => {
    if (header[field] !== expected[field])
      refuse("RESUME_MISMATCH", { field, journal: header[field], order: expected[field] });
  };
  of("mode");
  of("vaultId");
  of("incident");
  const users = (list: typeof header.accounts): string =>
    list
      .map(({ emergencyUserArn }) => emergencyUserArn)
      .toSorted()
      .join(" ");
  if (users(header.accounts) !== users(expected.accounts))
    refuse("RESUME_MISMATCH", {
      field: "accounts",
      journal: users(header.accounts),
      order: users(expected.accounts),
    });
}

/** Null when the order's profile or regions can't be written any more: then it is closed. */
function planned(run: Run, accesses: readonly Access[], deadline: Deadline) {
  try {
    return accesses.map((access) => ({ access, plan: planOf(run, access, deadline) }));
  } catch {
    return null;
  }
}

/** Who we are, in every account; a failure is a reason not to reopen, never one not to close. */
async function identified(run: Run, accesses: readonly Access[]): Promise<string | null> {
  const verdicts = await Promise.allSettled(accesses.map((access) => checkIdentity(run, access)));
  const bad = verdicts.find((verdict) => verdict.status === "rejected");
  if (bad === undefined) return null;
  return bad.reason instanceof AccessRefused ? bad.reason.code : "ACCOUNT_UNREACHABLE";
}

function notReopenable(run: Run, state: JournalState): string | null {
  if (run.order.purpose === "rest") return "ORDERED_TO_REST";
  if (state.damaged) return "JOURNAL_DAMAGED";
  if (state.phase === "closing" || state.phase === "closed") return "CLOSE_BEGUN";
  if (state.deadline === null || !isAllowed(run, state.deadline)) return "DEADLINE_UNFIT";
  const until = state.deadline.untilMs;
  return run.serverNow() + WORTH_REOPENING_MS > until ? "DEADLINE_PASSED" : null;
}

async function reopen(run: Run, access: Access, plan: Plan, wish?: Wish): Promise<AccountOpening> {
  const stop = wish?.();
  const accountId = access.id;
  const fail = async (at: string, why: string): Promise<AccountOpening> => {
    run.step(accountId, "failed");
    const closing = await closeAccount(run, access, `resume failed at ${at}`, wish?.());
    return { accountId, state: "FAILED", at, why, closing };
  };
  const [refused, standing, used, boundary, latch] = await settled([
    access.authenticate(stop, "effect").catch(() => "JOURNAL_FAILED"),
    readStanding(run, access, access.plain),
    run.see(access.plain.accessKeyLastUsed(access.account.emergency.accessKeyId)),
    boundaryDifference(run, access),
    latchDifference(run, access),
  ]);
  if (refused !== null) return fail("sts:GetSessionToken", refused);
  const changed = boundary ?? latch;
  if (changed !== null) return fail("inventory", `${changed.kind} ${changed.what}`);
  const tampered = foreign(differences(standing, access.account), access.account)[0];
  if (tampered !== undefined) return fail("inventory", `${tampered.kind} ${tampered.what}`);
  run.step(accountId, "inspected");
  const closer = await assumeCloser(run, access).catch(() => null);
  if (closer === null || !closer.ok)
    return fail("sts:AssumeRole", closer === null ? "JOURNAL_FAILED" : closer.code);
  const failed = await raise(run, access, plan, closer.value, stop);
  if (failed !== null) return fail(failed.at, failed.why);
  const left = leftOvers(standing, access.account);
  return { accountId, state: "ACTIVE", leftOvers: left, lastUsed: used.ok ? used.value : null };
}
