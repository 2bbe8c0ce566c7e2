import type { OnlineCall, OnlineClosing, OnlineOpening } from "../contract/online.ts";
import { explain } from "../contract/failures.ts";
import { recordCalls } from "./aws-calls.ts";
import { fail } from "./errors.ts";
import { laptopOffSeconds, offInWords } from "./laptop-clock.ts";
import type { Broken, Incident } from "./break-glass.ts";
import type { Clock, OnlineProcess, Progress, Records, Subject, Written } from "./ports.ts";

/** What happens after the hand-over, from main's side: open, expire, close, each recorded. */
export interface AccessFlowPorts {
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
  /** http://127.0.0.1:PORT of practice AWS; null for the real one. */
  readonly practiceEndpoint: string | null;
  /** Resolves once the cable is in; a rehearsal has none. */
  readonly connected?: () => Promise<void>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The order goes to the online process; from here on it may load the SDK and use the network. */
export async function acceptOrder(
  { progress, practiceEndpoint, connected }: AccessFlowPorts,
  { online, box }: Broken,
  dir: string,
): Promise<void> {
  await connected?.();
  await progress.step(
    "online.accept",
    () => online.ask("accept", { box, vaultProcessExited: true, practiceEndpoint, dir }),
    ({ accounts, proxy }) =>
      `the online process took the order (${accounts.join(", ")}); AWS SDK loaded` +
      (proxy === null ? "" : `; AWS is reached through the proxy ${proxy}`),
  );
}

/** People went back while the cable was out: AWS was never asked, and there is nothing to review. */
export function calledOff(
  { records, clock }: AccessFlowPorts,
  { subject }: Broken,
  { id, officer }: Incident,
): Written {
  return records.append(subject, {
    kind: "cancelled",
    who: { officer },
    why: "people went back before AWS was asked: nothing was opened",
    at: { time: clock.now(), clock: "station" },
    evidence: { incident: id },
  });
}

export interface Opened {
  readonly untilMs: number;
  readonly accounts: readonly string[];
  readonly record: Written;
}

/**
 * Opens the access in every account. When not all of them open, the record says why, and
 * `ACCESS_NOT_OPENED` is thrown: those that did not are at rest, or named as not.
 */
export async function openAccess(
  ports: AccessFlowPorts,
  { online, subject }: Broken,
  incident: Incident,
): Promise<Opened> {
  const { records, clock, progress } = ports;
  const opening = await progress.step(
    "activate",
    () => online.ask("open", null),
    (result) =>
      result.kind === "OPENED" && active(result).length > 0
        ? `open until ${iso(result.deadline.untilMs)} (AWS's clock) in ${active(result).join(", ")}; ` +
          "window written and read back first, latch and key last, proven by use" +
          failed(result)
        : `NOT opened (${result.kind})`,
  );
  const accounts = opening.kind === "OPENED" ? active(opening) : [];
  await recordCalls(ports, online, subject, incident.id);
  const at = { time: clock.now(), clock: "station" } as const;
  const who = { responder: incident.responder };
  if (opening.kind !== "OPENED" || accounts.length < opening.accounts.length)
    records.append(subject, {
      kind: "access-failed",
      who,
      why: `not opened in every account: ${opening.kind}`,
      at,
      evidence: { incident: incident.id, opening },
    });
  if (opening.kind !== "OPENED" || accounts.length === 0)
    return fail("ACCESS_NOT_OPENED", { why: whyNot(opening) });
  const { untilMs, fromMs } = opening.deadline;
  const off = await laptopOff(ports, online);
  const record = records.append(subject, {
    kind: "access-open",
    who,
    why: "the emergency access is open",
    at: { time: iso(fromMs), clock: "aws" },
    evidence: {
      incident: incident.id,
      deadline: iso(untilMs),
      accounts,
      // Of the laptop's clock against AWS's: how far its own dates in these records are wrong.
      laptopOffSeconds: off,
    },
  });
  return { untilMs, accounts, record };
}

/** Accounts that did not open, each by itself: what may be open there is never left unsaid. */
const failed = (opening: Extract<OnlineOpening, { kind: "OPENED" }>): string =>
  opening.accounts
    .map((one) =>
      one.state === "ACTIVE"
        ? ""
        : `; NOT opened in ${one.accountId} (${one.why} at ${one.at}), ` +
          (one.closing.verdict === "CLOSED"
            ? "driven to rest"
            : "and NOT at rest: it may be open until then"),
    )
    .join("");

/** Told when it is more than a minute; null when AWS's time is not known. */
async function laptopOff(
  { clock, progress }: AccessFlowPorts,
  online: OnlineProcess,
): Promise<number | null> {
  const aws = await online.ask("awsTime", null).catch(() => null);
  if (aws === null || !Number.isFinite(aws.earliestMs)) return null;
  const seconds = laptopOffSeconds(Date.parse(clock.now()), aws);
  const off = offInWords(seconds);
  if (off !== null) {
    const { what, todo } = explain("LAPTOP_CLOCK_OFF", { off });
    progress.note(`${what} ${todo}`);
  }
  return seconds;
}

const active = (opening: Extract<OnlineOpening, { kind: "OPENED" }>): string[] =>
  opening.accounts.filter(({ state }) => state === "ACTIVE").map(({ accountId }) => accountId);

function whyNot(opening: OnlineOpening): string {
  switch (opening.kind) {
    case "REFUSED": {
      const { code, about } = opening;
      const { verdict } = about;
      const told = [code, ...(typeof verdict === "string" ? [verdict] : [])];
      return told.map((one) => explain(one, about).what.replace(/\.$/, "")).join(": ");
    }
    case "TAMPERED":
      return opening.accounts
        .flatMap(({ accountId, differences }) =>
          differences.map(({ kind, what }) => `${accountId}: ${kind} ${what}`),
        )
        .join("; ");
    case "OPENED":
      return opening.accounts
        .map((one) => (one.state === "FAILED" ? `${one.accountId}: ${one.why} at ${one.at}` : ""))
        .join("; ");
  }
}

const refusal = ({ account, action, region, requestId, verdict }: OnlineCall) => ({
  account,
  action,
  region,
  requestId,
  verdict,
});

/** Waits for the deadline on AWS's clock, and shows that AWS itself refuses the key there. */
export async function awaitExpiry(
  ports: AccessFlowPorts,
  { online, subject }: Broken,
  incident: Incident,
): Promise<boolean> {
  const { records, progress } = ports;
  const { serverMs } = await progress.step(
    "deadline",
    () => online.ask("waitDeadline", null),
    (ended) => `the deadline has passed: it is ${iso(ended.serverMs)} at AWS`,
  );
  const expiries = await progress.step(
    "expired",
    () => online.ask("proveExpired", null),
    (all) =>
      all.every(({ proven }) => proven)
        ? "AWS itself refuses the key, which is still active: nothing was closed yet"
        : "NOT proven: AWS did not refuse every call",
  );
  records.append(subject, {
    kind: "access-expired",
    who: {},
    why: "the deadline passed at AWS; the key was tried before anything was closed",
    at: { time: iso(serverMs), clock: "aws" },
    evidence: {
      incident: incident.id,
      accounts: expiries.map((one) => ({
        account: one.accountId,
        keyAccepted: one.keyAccepted,
        proven: one.proven,
        refusals: one.refusals.map(refusal),
      })),
    },
  });
  return expiries.every(({ proven }) => proven);
}

/** Drives every account to rest and records the evidence; true when all are proven dead. */
export async function closeAccess(
  ports: AccessFlowPorts,
  online: OnlineProcess,
  subject: Subject,
  incident: Pick<Incident, "id" | "officer">,
  why: string,
): Promise<{ readonly dead: boolean; readonly record: Written }> {
  const closings = await ports.progress.step(
    "close",
    () => online.ask("close", { why }),
    (all) =>
      isDead(all)
        ? `closed: latch on, ${denied(all)}, keys off, and rejected since`
        : `NOT at rest everywhere: ${remains(all)}`,
  );
  return recordClosing(ports, online, subject, incident, why, closings);
}

/** The closing's record, for a close and for a resume that drove to rest. */
export async function recordClosing(
  { records, clock }: AccessFlowPorts,
  online: OnlineProcess,
  subject: Subject,
  incident: Pick<Incident, "id" | "officer">,
  why: string,
  closings: readonly OnlineClosing[],
): Promise<{ readonly dead: boolean; readonly record: Written }> {
  await recordCalls({ records, clock }, online, subject, incident.id);
  // By the clock that the deadline is of; the laptop's only when AWS was never heard.
  const aws = await online.ask("awsTime", null).catch(() => null);
  const known = aws !== null && Number.isFinite(aws.earliestMs);
  const record = records.append(subject, {
    kind: "closed",
    who: { officer: incident.officer },
    why,
    at: known
      ? { time: iso(aws.earliestMs), clock: "aws" }
      : { time: clock.now(), clock: "station" },
    evidence: {
      incident: incident.id,
      accounts: closings.map((one) => ({
        account: one.accountId,
        verdict: one.verdict,
        latched: one.latched,
        deny: one.deny,
        denials: one.denials.map(refusal),
        rejections: one.rejections.count,
        rejectedOverMs: Math.round(one.rejections.overMs),
        confirmed: one.confirmed,
        foreign: one.foreign,
        remains: one.remains,
      })),
    },
  });
  return { dead: isDead(closings), record };
}

/** What the still-active key was told under the latch, in the words of the weakest proof. */
function denied(closings: readonly OnlineClosing[]): string {
  const has = (deny: OnlineClosing["deny"]): boolean => closings.some((one) => one.deny === deny);
  if (has("UNPROVEN")) return "AWS not seen to deny the active key";
  if (has("KEY_WAS_INACTIVE")) return "the key was inactive already";
  return has("AFTER_DEADLINE")
    ? "AWS seen to deny the active key in every region (as the deadline alone does)"
    : "AWS seen to deny the active key in every region";
}

const isDead = (closings: readonly OnlineClosing[]): boolean =>
  closings.every(
    ({ verdict, confirmed, remains: left }) =>
      verdict === "CLOSED" && confirmed !== false && left.length === 0,
  );

const remains = (closings: readonly OnlineClosing[]): string =>
  closings
    .flatMap(({ accountId, remains: left }) =>
      left.map(({ kind, what }) => `${accountId}: ${kind} ${what}`),
    )
    .join("; ");
