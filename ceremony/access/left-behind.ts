import { closeAccount, type AccountClosing } from "./close.ts";
import { isAllowed, NOT_BEFORE_SLACK_MS } from "./deadline.ts";
import type { Session, Stop } from "./ports.ts";
import { documentOf, type Failed, keepCloser } from "./raise.ts";
import { type Access, type Run, WINDOW } from "./run.ts";
import { type Difference, fingerprint, foreign, type Standing } from "./standing.ts";

/**
 * An access that another station opened with the same vault, and died over. Nothing here knows that
 * station's journal: what AWS holds must be, to the letter, what our own code writes.
 */
export interface LeftBehind {
  readonly incident: string;
  /** Its literal deadline, epoch ms on AWS's clock; it may be over. */
  readonly untilMs: number;
}

/** One account as the inventory found it. */
interface Found {
  readonly access: Access;
  readonly standing: Standing;
  readonly found: readonly Difference[];
}

/**
 * The one access that every difference in every account is of; null when anything else differs, when
 * the window is not one that this order's policy writes, or when the order may not close it.
 */
export async function leftBehindIn(
  run: Run,
  inventory: readonly Found[],
): Promise<LeftBehind | null> {
  const { close, notOf } = run.order.leftBehind;
  const differing = inventory.filter(({ found }) => found.length > 0);
  const isOurs = ({ access, standing, found }: Found): boolean =>
    foreign(found, access.account).length === 0 && standing.inline?.includes(WINDOW) === true;
  if (close === "none" || !differing.every(isOurs)) return null;
  const windows = await Promise.all(differing.map((one) => ownWindow(run, one)));
  const first = windows[0] ?? null;
  const isSame = (one: LeftBehind | null): boolean =>
    one !== null && one.incident === first?.incident && one.untilMs === first.untilMs;
  // A station opens one access at a time: two are not one station's.
  if (first === null || !windows.every(isSame) || notOf.includes(first.incident)) return null;
  return close === "expired" && run.serverNow() < first.untilMs ? null : first;
}

/** The window read from AWS, when it is what we would have written, of an opening as we make them. */
async function ownWindow(run: Run, { access, standing, found }: Found): Promise<LeftBehind | null> {
  const answer = await run.see(access.plain.inlinePolicy(access.user, WINDOW));
  const told = answer.ok ? run.ports.documents.readWindow(answer.value) : null;
  if (!answer.ok || told === null || !isAllowed(run, told)) return null;
  const { incident, fromMs, notBeforeMs, untilMs } = told;
  if (notBeforeMs !== fromMs - NOT_BEFORE_SLACK_MS) return null;
  if (fingerprint(answer.value) !== fingerprint(rewritten(run, access, told) ?? "")) return null;
  // Latch and key come after the tags were read back; before that, tags may be missing or older.
  const isLifted = found.some(({ kind }) => kind !== "INLINE_POLICY");
  return !isLifted || isTagged(standing, { incident, untilMs }) ? { incident, untilMs } : null;
}

/** Null: the builder refuses what the document says. */
function rewritten(
  run: Run,
  access: Access,
  { incident, ...deadline }: LeftBehind & { fromMs: number; notBeforeMs: number },
): string | null {
  try {
    return documentOf(run, access, incident, deadline);
  } catch {
    return null;
  }
}

function isTagged({ user }: Standing, { incident, untilMs }: LeftBehind): boolean {
  const { IncidentId, BreakGlassUntil, BreakGlassRecord = "" } = user?.tags ?? {};
  return (
    IncidentId === incident &&
    BreakGlassUntil === new Date(untilMs).toISOString() &&
    /^[0-9a-f]{64}$/.test(BreakGlassRecord)
  );
}

/**
 * Brings it to rest in one account, as every closing does: latch, keys off, window gone, the key seen
 * to be refused. The second look after minutes is left to the closing of what is opened now.
 */
export async function clear(
  run: Run,
  access: Access,
  closer: Session,
  { incident }: LeftBehind,
  stop?: Stop,
): Promise<{ readonly closing: AccountClosing; readonly failed: Failed | null }> {
  // As before an opening: whoever finds this laptop dead can shut without a quorum. It is closed
  // even where that can't be kept.
  await keepCloser(run, access, closer).catch(() => undefined);
  const why = `left behind by another station: ${incident}`;
  const closing = await closeAccount(run, access, why, stop, "once");
  access.reopened.opens();
  const { verdict, remains, foreign: others } = closing;
  const isAtRest = verdict === "CLOSED" && remains.length === 0 && others.length === 0;
  const because = stop?.aborted === true ? "OPENING_STOPPED" : "NOT_AT_REST";
  return { closing, failed: isAtRest ? null : { at: why, why: because } };
}
