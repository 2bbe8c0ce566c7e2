import type { JournalState } from "./access/journal.ts";
import { acceptOrder, type AccessFlowPorts, recordClosing } from "./access-flow.ts";
import { breakGlass, type GlassPorts, type Incident } from "./break-glass.ts";
import type { onlineRequests } from "../contract/online.ts";
import type { Input } from "../contract/serve.ts";
import type { Clock, OnlineProcess, Records, Subject, Written } from "./ports.ts";

/**
 * Quorum and touch once more, to bring to rest what a crash left open: nothing is opened again. The
 * resumption and the closing are recorded.
 */
export async function driveToRest(
  glass: GlassPorts,
  flow: AccessFlowPorts,
  incident: Incident,
): Promise<void> {
  const { records, clock, progress } = flow;
  const broken = await breakGlass(glass, incident, "rest");
  const { online, subject } = broken;
  try {
    await acceptOrder(flow, broken, incident.dir);
    const resumed = await progress.step(
      "resume.close",
      () => online.ask("resume", { choice: "close" }),
      ({ accounts }) =>
        `driven to rest in ${accounts.map(({ accountId }) => accountId).join(", ")}`,
    );
    records.append(subject, {
      kind: "resumed",
      who: { officer: incident.officer },
      why: "an unfinished journal was taken up and driven to rest",
      at: { time: clock.now(), clock: "station" },
      evidence: { incident: incident.id, choice: "close" },
    });
    if (resumed.kind === "CLOSED")
      await recordClosing(
        flow,
        online,
        subject,
        incident,
        "resumed after a crash",
        resumed.accounts,
      );
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
 * What failed while an access may be open must not keep it open: the process that holds it closes, or,
 * when that is gone or hangs until `late`, its closer's session shuts it from a fresh one.
 */
export async function closeAnyway(
  online: OnlineProcess,
  why: string,
  late: Promise<null>,
  shut: () => Promise<boolean>,
): Promise<"closed" | "latched" | "maybe open"> {
  const closings = await Promise.race([online.ask("close", { why }).catch(() => null), late]);
  if (closings?.every(({ verdict }) => verdict === "CLOSED") === true) return "closed";
  await online.end();
  return (await shut()) ? "latched" : "maybe open";
}

/** A record of the chain, with its place: what `closingRecord` looks for. */
export interface Told {
  readonly kind: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly written: Written;
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
  const found = story.findLast(
    ({ kind, evidence }) => kind === "closed" && evidence["incident"] === incident,
  );
  if (found !== undefined) return { ...found.written, dead, late: false };
  const written = records.append(subject, {
    kind: "closed",
    who: {},
    why: "closed before a crash; its record was written afterwards, from the journal",
    at: { time: clock.now(), clock: "station" },
    evidence: {
      incident,
      accounts: (journal?.accounts ?? []).map(({ accountId, phase, rejections, remains }) => ({
        account: accountId,
        rejections,
        confirmed: phase === "closed",
        remains,
      })),
    },
  });
  return { ...written, dead, late: true };
}
