import { journaledCalls, type JournalState } from "./access/journal.ts";
import { appendCalls } from "./aws-calls.ts";
import { acceptOrder } from "./accept-order.ts";
import { type AccessFlowPorts, closeAccess, recordClosing } from "./access-flow.ts";
import { type Broken, breakGlass, type GlassPorts, type Incident } from "./break-glass.ts";
import type { OnlineClosing, onlineRequests } from "../contract/online.ts";
import type { Input } from "../contract/serve.ts";
import { leftBehindEntry } from "./left-behind.ts";
import type { Clock, OnlineProcess, Records, Subject, Written } from "./ports.ts";
import type { Pulse } from "./pulse.ts";
import { usesIn } from "./uses.ts";

/** What a closing proved, and its record. */
export interface Rested {
  readonly dead: boolean;
  readonly record: Written;
}

/**
 * Quorum and touch once more, to bring to rest what was left open: nothing is opened again. The
 * resumption and every closing are recorded; null when none was reached. `again` is told what a
 * closing proved, and true closes once more.
 */
export async function driveToRest(
  glass: GlassPorts,
  flow: AccessFlowPorts,
  incident: Incident,
  again: (rested: Rested) => Promise<boolean> = () => Promise.resolve(false),
): Promise<Rested | null> {
  const { records, clock, progress } = flow;
  const broken = await breakGlass(glass, incident, "rest");
  const { online, subject } = broken;
  try {
    await acceptOrder(flow, broken, incident);
    const resumed = await progress.step(
      "resume.close",
      () => online.ask("resume", { choice: "close" }),
      ({ accounts }) => `asked to rest in ${accounts.map(({ accountId }) => accountId).join(", ")}`,
    );
    records.append(subject, {
      kind: "resumed",
      who: { officer: incident.officer },
      why: "an unfinished journal was taken up, to be driven to rest",
      at: { time: clock.now(), clock: "station" },
      evidence: { incident: incident.id, choice: "close" },
    });
    if (resumed.kind !== "CLOSED") return null;
    const why = "taken up from its journal";
    const { accounts, leftBehind } = resumed;
    let rested = await recordClosing(flow, online, subject, incident, why, accounts, leftBehind);
    while (await again(rested))
      rested = await closeAccess(flow, online, subject, incident, "closed once more");
    return rested;
  } finally {
    await online.end();
  }
}

/**
 * Shuts every account with the sessions that can do nothing else, in a fresh online process: when the
 * one that held the access is gone. True when each was latched.
 */
export async function shutWithCloser(
  online: OnlineProcess,
  asked: Input<typeof onlineRequests, "closeWithCloser">,
): Promise<boolean> {
  try {
    const { begun, accounts, without } = await online.ask("closeWithCloser", asked);
    const latched = accounts.every(({ verdict }) => verdict === "LATCHED");
    return begun && latched && accounts.length > 0 && without.length === 0;
  } catch {
    return false;
  } finally {
    await online.end();
  }
}

/**
 * What failed while an access may be open must not keep it open: the process that holds it closes, for as
 * long as it gets on, and tells the records what it proved; when it is gone or stands still, its closer's
 * session shuts it from a fresh one.
 */
export async function closeAnyway(
  flow: AccessFlowPorts,
  { online, subject }: Pick<Broken, "online" | "subject">,
  incident: Pick<Incident, "id" | "officer">,
  why: string,
  { pulse, pause }: { readonly pulse: Pulse; readonly pause: (ms: number) => Promise<void> },
  shut: () => Promise<boolean>,
): Promise<"closed" | "latched" | "maybe open"> {
  pulse.begin();
  const over = { aborted: false };
  const closings: OnlineClosing[] = [];
  const closeAndTell = async (): Promise<void> => {
    closings.push(...(await online.ask("close", { why })));
    await recordClosing(flow, online, subject, incident, why, closings);
  };
  // Records may be what failed before; the next start writes what it can from the journal.
  const told = closeAndTell().catch(() => null);
  await Promise.race([told, pulse.untilStill(pause, over)]);
  over.aborted = true;
  if (closings.length > 0 && closings.every(({ verdict }) => verdict === "CLOSED")) return "closed";
  await online.end();
  return (await shut()) ? "latched" : "maybe open";
}

/** A record of the chain, with its place: what `closingRecord` looks for. */
export interface Told {
  readonly kind: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly written: Written;
}

function isClosed(account: unknown): boolean {
  const { closing } = Object(account) as { closing?: unknown };
  return (Object(closing) as { verdict?: unknown }).verdict === "CLOSED";
}

/** An opening that failed in every account, and closed each: its own record tells of the closing. */
function failedAndClosed(own: readonly Told[]): Told | undefined {
  const failed = own.findLast(({ kind }) => kind === "access-failed");
  const later = failed === undefined ? [] : own.slice(own.indexOf(failed) + 1);
  if (failed === undefined || own.some(({ kind }) => kind === "access-open")) return undefined;
  if (later.some(({ kind }) => kind === "closed" || kind === "resumed")) return undefined;
  const { accounts } = Object(failed.evidence["opening"]) as { accounts?: unknown };
  return Array.isArray(accounts) && accounts.every(isClosed) ? failed : undefined;
}

function isAtRest(account: unknown): boolean {
  const { confirmed, remains } = Object(account) as { confirmed?: unknown; remains?: unknown };
  return confirmed === true && Array.isArray(remains) && remains.length === 0;
}

/**
 * The record of the last closing. Where the journal says more than it does (an earlier closing was not at
 * rest, or it was taken up again since), none tells of the end yet.
 */
function closingTold(own: readonly Told[], dead: boolean): Told | undefined {
  const found = own.findLast(({ kind }) => kind === "closed");
  if (found === undefined || !dead) return found;
  const later = own.slice(own.indexOf(found) + 1);
  const { accounts } = found.evidence;
  const isEnd =
    Array.isArray(accounts) &&
    accounts.every(isAtRest) &&
    !later.some(({ kind }) => kind === "resumed" || kind === "access-open");
  return isEnd ? found : undefined;
}

/** When the last account was confirmed to be at rest: a late record's own time would excuse what came since. */
function closedAt(journal: JournalState | undefined): string | null {
  const times = (journal?.accounts ?? []).flatMap(({ closedAt: at }) => at ?? []);
  return times.toSorted().at(-1) ?? null;
}

/**
 * The closing's record; when the crash came between the closing and its record, it is written now,
 * from the journal.
 */
export function closingRecord(
  records: Records,
  clock: Clock,
  subject: Subject,
  incident: string,
  story: readonly Told[],
  journal: JournalState | undefined,
): Written & { readonly dead: boolean; readonly late: boolean } {
  const left = journal?.accounts.flatMap(({ remains }) => remains) ?? [];
  const dead = journal?.phase === "closed" && left.length === 0;
  // What an earlier use under the same id came to is no end of this one.
  const own = usesIn(story, incident).at(-1) ?? [];
  const found = closingTold(own, dead) ?? failedAndClosed(own);
  if (found !== undefined) return { ...found.written, dead, late: false };
  const calls = journaledCalls(journal?.lines ?? []).map((call) => ({
    ...call,
    fromJournal: true as const,
  }));
  // Whether there was a proxy, that process has taken with it.
  appendCalls({ records, clock }, { proxy: null, calls, leftOut: 0 }, subject, incident);
  const at = { time: closedAt(journal) ?? clock.now(), clock: "station" } as const;
  const accounts = (journal?.accounts ?? []).map(
    ({ accountId, phase, rejections, remains: rest, reopened }) => ({
      account: accountId,
      rejections,
      confirmed: phase === "closed",
      remains: rest,
      ...(reopened.length > 0 && { reopened }),
    }),
  );
  // Perhaps written, perhaps not recorded: each is to be found and destroyed.
  const sticks = (journal?.lines ?? []).flatMap((line) =>
    line.kind === "to-stick" ? [line.file] : [],
  );
  const behind = journal?.leftBehind ?? null;
  if (behind !== null)
    records.append(subject, leftBehindEntry(behind, { id: incident }, accounts, at));
  const written = records.append(subject, {
    kind: "closed",
    who: {},
    why: "closed, and its record was missing: it was written afterwards, from the journal",
    at,
    evidence: { incident, accounts, ...(sticks.length > 0 && { sticks }) },
  });
  return { ...written, dead, late: true };
}
