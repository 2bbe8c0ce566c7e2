import type { Clock, Records, Subject, Written } from "./ports.ts";

/**
 * The live alarm check: an administrator attaches the latch that is attached already, which changes
 * nothing and must page; whoever is on call types the receipt code of each message into the
 * station's record. No quorum, no network: people carry the code.
 */

/** The message says the first eight characters of the event's id. */
export const RECEIPT = /^[0-9a-f]{8}$/;
export const ALARM_WITHIN_MS = 5 * 60_000;
/** One that is silently unsubscribed is told by the other. */
export const CHANNELS_LEAST = 2;

export interface Receipt {
  /** "pager", "mail": where the message came in. */
  readonly channel: string;
  /** As typed; null: no message came. */
  readonly code: string | null;
  /** From the attaching until it was typed. */
  readonly afterMs: number;
}

export type AlarmVerdict =
  /** The same code on every channel, in time. */
  | "RECEIVED"
  | "LATE"
  /** A channel had none. */
  | "MISSING"
  /** The channels brought different codes: at least one told of another event. */
  | "DIFFERENT";

export function alarmVerdict(receipts: readonly Receipt[]): AlarmVerdict {
  const codes = receipts.map(({ code }) => code);
  if (codes.length < CHANNELS_LEAST || codes.includes(null)) return "MISSING";
  if (new Set(codes).size > 1) return "DIFFERENT";
  return receipts.every(({ afterMs }) => afterMs <= ALARM_WITHIN_MS) ? "RECEIVED" : "LATE";
}

const WHY: Readonly<Record<AlarmVerdict, string>> = {
  RECEIVED: "the alarm was received on every channel within five minutes",
  LATE: "the alarm was received, but not within five minutes",
  MISSING: "the alarm was NOT received on every channel",
  DIFFERENT: "the channels told of different events",
};

export interface AlarmCheck {
  readonly account: string;
  readonly region: string;
  /** Who attached the latch, and who was on call. */
  readonly administrator: string;
  readonly onCall: string;
  /** RFC 3339, by the station's clock. */
  readonly attachedAt: string;
  readonly receipts: readonly Receipt[];
}

/** Records a check, whatever it came to. The codes prove themselves in CloudTrail: they are event ids. */
export function recordAlarmCheck(
  {
    records,
    clock,
  }: { readonly records: Pick<Records, "append">; readonly clock: Pick<Clock, "now"> },
  subject: Subject,
  { administrator, onCall, ...check }: AlarmCheck,
): { readonly verdict: AlarmVerdict; readonly written: Written } {
  const verdict = alarmVerdict(check.receipts);
  const written = records.append(subject, {
    kind: "alarm-checked",
    who: { administrator, onCall },
    why: WHY[verdict],
    at: { time: clock.now(), clock: "station" },
    evidence: {
      ...check,
      verdict,
      receipts: check.receipts.map((one) => ({ ...one, afterMs: Math.round(one.afterMs) })),
    },
  });
  return { verdict, written };
}
