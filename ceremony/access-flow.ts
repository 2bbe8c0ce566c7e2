import type { OnlineCall, OnlineClosing, OnlineOpening } from "../contract/online.ts";
import { explain } from "../contract/failures.ts";
import { recordCalls } from "./aws-calls.ts";
import { fail } from "./errors.ts";
import { type Left, leftBehindEntry } from "./left-behind.ts";
import { standsOpen, whyNot } from "./not-opened.ts";
import { type KeysBeforeCode, keysBefore, leftOverNote } from "./keys-before.ts";
import { clockNote, type LaptopClockCode, laptopOffSeconds } from "./laptop-clock.ts";
import type { Broken, Incident, Unasked } from "./break-glass.ts";
import type { Clock, OnlineProcess, Progress, Records, Subject, Written } from "./ports.ts";

/** What happens after the hand-over, from main's side: open, expire, close, each recorded. */
export interface AccessFlowPorts {
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
  /** http://127.0.0.1:PORT of practice AWS; null for the real one. */
  readonly practiceEndpoint: string | null;
  /** Folders under which sticks appear, where the responder may have the access written to one. */
  readonly mediaRoots?: readonly string[];
  /** For a start after a crash, where people take their time between the two. */
  readonly unasked?: Unasked;
  /**
   * Resolves once the cable is in; a rehearsal has none. What people gave for an opening is good until
   * `openByMs` on the monotonic clock: then it rejects by itself, `LATEST_DEADLINE_PASSED`.
   */
  readonly connected?: (openByMs: number | null) => Promise<void>;
}

const iso = (ms: number): string => new Date(ms).toISOString();

interface Note {
  readonly code: LaptopClockCode | KeysBeforeCode;
  readonly about: Readonly<Record<string, string>>;
}

export interface Opened {
  readonly untilMs: number;
  readonly accounts: readonly string[];
  /** Accounts that did not open; one that is not at rest may be open until then. */
  readonly notOpened: readonly {
    readonly account: string;
    /** The step that failed, and AWS's verdict or our reason. */
    readonly why: string;
    readonly atRest: boolean;
  }[];
  /** What is told beside it, by catalogue, the weightiest first: a laptop's wrong clock, old keys. */
  readonly notes: readonly Note[];
  readonly record: Written;
}

/**
 * Opens the access in every account. When not all of them open, the record says why, and
 * `ACCESS_NOT_OPENED` is thrown: those that did not are at rest, or named as not (`isFoundOpen`).
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
          failed(result) +
          (result.leftBehind === null
            ? ""
            : `; what another station left open (${result.leftBehind.incident}) was closed before`)
        : `NOT opened (${result.kind})`,
  );
  const accounts = opening.kind === "OPENED" ? active(opening) : [];
  await recordCalls(ports, online, subject, incident.id);
  const at = { time: clock.now(), clock: "station" } as const;
  const who = { responder: incident.responder };
  if (opening.kind === "OPENED" && opening.leftBehind !== null) {
    const { accounts: closings } = opening.leftBehind;
    const now = await awsNow(online, clock);
    const told = closings.map(closingTold);
    records.append(subject, leftBehindEntry(opening.leftBehind, incident, told, now));
  }
  if (opening.kind !== "OPENED" || accounts.length < opening.accounts.length)
    records.append(subject, {
      kind: "access-failed",
      who,
      why: `not opened in every account: ${opening.kind}`,
      at,
      evidence: { incident: incident.id, opening },
    });
  if (opening.kind !== "OPENED" || accounts.length === 0)
    return fail("ACCESS_NOT_OPENED", {
      why: whyNot(opening),
      ...(standsOpen(opening) ? { found: "open" } : {}),
    });
  const { untilMs, fromMs } = opening.deadline;
  const off = await laptopOff(ports, online);
  const before = keysBefore(opening);
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
      before,
    },
  });
  const notes = [clockNote(off), leftOverNote(before)].filter((note) => note !== null);
  for (const { code, about } of notes) {
    const { what, todo } = explain(code, about);
    progress.note(`${what} ${todo}`);
  }
  return { untilMs, accounts, notOpened: notOpenedIn(opening), notes, record };
}

const isAtRest = ({ verdict, confirmed }: OnlineClosing): boolean =>
  verdict === "CLOSED" && confirmed === true;

/** Accounts that did not open, each by itself: what may be open there is never left unsaid. */
const failed = (opening: Extract<OnlineOpening, { kind: "OPENED" }>): string =>
  opening.accounts
    .map((one) =>
      one.state === "ACTIVE"
        ? ""
        : `; NOT opened in ${one.accountId} (${one.why} at ${one.at}), ` +
          (isAtRest(one.closing) ? "driven to rest" : "and NOT at rest: it may be open until then"),
    )
    .join("");

const notOpenedIn = (opening: Extract<OnlineOpening, { kind: "OPENED" }>): Opened["notOpened"] =>
  opening.accounts.flatMap((one) =>
    one.state === "ACTIVE"
      ? []
      : [
          {
            account: one.accountId,
            why: `${one.why} at ${one.at}`,
            atRest: isAtRest(one.closing),
          },
        ],
  );

/** Null when AWS's time is not known. */
async function laptopOff(
  { clock }: AccessFlowPorts,
  online: OnlineProcess,
): Promise<number | null> {
  const aws = await online.ask("awsTime", null).catch(() => null);
  if (aws === null || !Number.isFinite(aws.earliestMs)) return null;
  return laptopOffSeconds(Date.parse(clock.now()), aws);
}

const active = (opening: Extract<OnlineOpening, { kind: "OPENED" }>): string[] =>
  opening.accounts.filter(({ state }) => state === "ACTIVE").map(({ accountId }) => accountId);

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
        ? `closed: latch on, ${denied(all)}, keys off, and rejected since${again(all)}`
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
  leftBehind: Left | null = null,
): Promise<{ readonly dead: boolean; readonly record: Written }> {
  await recordCalls({ records, clock }, online, subject, incident.id);
  const at = await awsNow(online, clock);
  const accounts = closings.map(closingTold);
  if (leftBehind !== null)
    records.append(subject, leftBehindEntry(leftBehind, incident, accounts, at));
  const record = records.append(subject, {
    kind: "closed",
    who: { officer: incident.officer },
    why,
    at,
    evidence: { incident: incident.id, accounts },
  });
  return { dead: isDead(closings), record };
}

/** By the clock that the deadline is of; the laptop's only when AWS was never heard. */
async function awsNow(
  online: OnlineProcess,
  clock: Clock,
): Promise<{ readonly time: string; readonly clock: "aws" | "station" }> {
  const aws = await online.ask("awsTime", null).catch(() => null);
  return aws !== null && Number.isFinite(aws.earliestMs)
    ? { time: iso(aws.earliestMs), clock: "aws" }
    : { time: clock.now(), clock: "station" };
}

const closingTold = (one: OnlineClosing) => ({
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
  reopened: one.reopened,
  ...(one.outage === null ? {} : { outage: one.outage.code }),
});

/** What stood there after the first closing; empty when nothing did. */
const again = (closings: readonly OnlineClosing[]): string => {
  const found = closings.flatMap(({ accountId, reopened }) =>
    reopened.map(({ kind, what }) => `${accountId}: ${kind} ${what}`),
  );
  return found.length === 0
    ? ""
    : `; IT STOOD OPEN AGAIN after it had been closed (${found.join("; ")}), and was closed anew: ` +
        "look in the trail for who opened it, and what was done";
};

/** What the still-active key was told under the latch, in the words of the weakest proof. */
function denied(closings: readonly OnlineClosing[]): string {
  const has = (deny: OnlineClosing["deny"]): boolean => closings.some((one) => one.deny === deny);
  if (has("ALLOWED")) return "AWS SEEN TO ALLOW the active key";
  if (has("UNPROVEN")) return "AWS not seen to deny the active key";
  if (has("KEY_WAS_INACTIVE")) return "the key was inactive already";
  return has("AFTER_DEADLINE")
    ? "AWS seen to deny the active key in every region (as the deadline alone does)"
    : "AWS seen to deny the active key in every region";
}

const isDead = (closings: readonly OnlineClosing[]): boolean =>
  closings.every((closing) => isAtRest(closing) && closing.remains.length === 0);

/** Shut, but nobody looked again: until that AWS, or somebody, may have opened it. */
const unlooked = (closings: readonly OnlineClosing[]): readonly string[] =>
  closings
    .filter(({ verdict, confirmed }) => verdict === "CLOSED" && confirmed === null)
    .map(({ accountId }) => `${accountId}: closed, but the second look did not take place`);

const remains = (closings: readonly OnlineClosing[]): string =>
  closings
    .flatMap(({ accountId, remains: left, outage }) => [
      ...(outage === null ? [] : [`${accountId}: ${outageInWords(outage)}`]),
      // What an outage kept from being read is said by naming it.
      ...left
        .filter(({ kind }) => outage === null || kind !== "UNREAD")
        .map(({ kind, what }) => `${accountId}: ${kind} ${what}${TO_MEND[kind] ?? ""}`),
    ])
    .concat(unlooked(closings))
    .join("; ");

const MEND =
  "sessions made before may live on; an administrator makes a version that denies everything the " +
  "latch's default one, then close once more";
/** What only others can mend, and how. */
const TO_MEND: Readonly<Record<string, string>> = {
  LATCH_CHANGED: ` (somebody changed the latch, it does not deny everything: ${MEND})`,
  LATCH_PASSED: ` (AWS allowed this to the active key with the latch on: ${MEND})`,
};

function outageInWords({ code, about }: NonNullable<OnlineClosing["outage"]>): string {
  const { answered = 0, asked = 0, action = "", verdict = "" } = about;
  return code === "IAM_DOWN"
    ? `AWS's IAM does not answer (${action}: ${verdict}), its control plane is down or out of reach; ` +
        "closing goes on when it is back, and the deadline at AWS stands"
    : `AWS's IAM is half down (${answered} of ${asked} calls answered; ${action}: ${verdict})`;
}
