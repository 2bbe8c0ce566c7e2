import type { Held } from "./activation.ts";
import type { Outage } from "./control-plane.ts";
import { type Call, rest, type Stop } from "./ports.ts";
import { confirm, reject, type Rejections } from "./rejections.ts";
import type { Access, Run } from "./run.ts";
import type { Difference } from "./standing.ts";
import { type Deny, ToRest } from "./to-rest.ts";

export interface AccountClosing {
  readonly accountId: string;
  /**
   * CLOSED: latched by a policy that denies everything, every key inactive, and the sealed key
   * refused often enough.
   */
  readonly verdict: "CLOSED" | "NOT_AT_REST";
  readonly latched: boolean;
  readonly deny: Deny;
  readonly denials: readonly Call[];
  readonly rejections: { readonly count: number; readonly overMs: number };
  /** Refused once more after the policy's time; null when stopped before. */
  readonly confirmed: boolean | null;
  /** Found and not of our making. */
  readonly foreign: readonly Difference[];
  /** Not at rest still, each refused to us by AWS: someone else must remove it. */
  readonly remains: readonly Difference[];
  /** Stood there after it had been closed, and was driven to rest anew: parts of our making, too. */
  readonly reopened: readonly Difference[];
  /** IAM's control plane, where the last round found it down: then what remains is not known. */
  readonly outage: Outage | null;
}

/** Closed, and refused once more later: until then the closer's session may be needed again. */
export const deadForSure = ({ verdict, confirmed }: AccountClosing): boolean =>
  verdict === "CLOSED" && confirmed === true;

/** Drives every account to rest, all at once. The closer's session goes when all are confirmed. */
export async function close(
  held: Held,
  why: string,
  stop?: Stop,
): Promise<readonly AccountClosing[]> {
  const closings = await Promise.all(
    held.accesses.map((access) => closeAccount(held.run, access, why, stop)),
  );
  if (closings.every(deadForSure)) await held.run.ports.closerFile.forget();
  return closings;
}

/**
 * Idempotent and level-triggered: looks how the user stands and drives it to rest, round after
 * round, whatever failed before; it ends only at rest, or at a wish to stop. The latch comes first
 * and needs no MFA. One account's failure never holds up another's. `looks`: "once" leaves out the
 * look after the policy's time, and the journal does not call it closed.
 */
export async function closeAccount(
  run: Run,
  access: Access,
  why: string,
  stop?: Stop,
  looks: "once" | "twice" = "twice",
): Promise<AccountClosing> {
  await run.note({ kind: "closing", account: access.id, why });
  const toRest = new ToRest(run, access, stop);
  const again = (): { reopened?: string[] } => {
    const { names } = access.reopened;
    return names.length === 0 ? {} : { reopened: [...names] };
  };
  for (;;) {
    const rejections = await driveToRest(run, access, toRest, stop);
    if (!rejections.enough) return result(access, toRest, rejections, null, false);
    const named = (): string[] => toRest.remains.map(({ kind, what }) => `${kind} ${what}`);
    const closed = (): Promise<void> =>
      run.note({
        kind: "closed",
        account: access.id,
        rejections: rejections.count,
        remains: named(),
        ...again(),
      });
    await closed();
    access.reopened.closed(toRest.remains);
    // Sessions that were made before don't need the key: what the latch lets through lives on.
    if (!toRest.shuts) return result(access, toRest, rejections, null, false);
    const first = named().join();
    run.step(access.id, "dead");
    if (looks === "once") return result(access, toRest, rejections, null, true);
    const confirmed = await confirm(run, access, () => toRest.look(), stop);
    access.reopened.look(toRest.remains);
    if (confirmed === true) {
      // The second look may have found more that is not ours to remove.
      if (named().join() !== first) await closed();
      await run.note({ kind: "confirmed", account: access.id });
      run.step(access.id, "confirmed");
    }
    if (confirmed !== false || stop?.aborted === true)
      return result(access, toRest, rejections, confirmed, true);
    // Someone switched it on again, or AWS had not caught up: it is not closed, whatever it was.
    await run.note({
      kind: "closing",
      account: access.id,
      why: "not at rest when looked at again",
      ...again(),
    });
  }
}

async function driveToRest(
  run: Run,
  access: Access,
  toRest: ToRest,
  stop?: Stop,
): Promise<Rejections> {
  const { patience } = run.ports;
  let wait = patience.roundFirst;
  for (;;) {
    const done = await toRest.round();
    if (toRest.dead && (done || stop?.aborted === true)) {
      if (toRest.shuts) run.step(access.id, "at-rest");
      const rejections = await reject(run, access, stop);
      // A key that works again was switched on by a call that AWS had not carried out yet, or by
      // somebody: the next round turns it off.
      if (rejections.enough || stop?.aborted === true) return rejections;
    }
    if (stop?.aborted === true) return { count: 0, overMs: 0, enough: false };
    await rest(run.ports, wait, stop);
    wait = Math.min(wait * 2, patience.roundMost);
  }
}

function result(
  access: Access,
  toRest: ToRest,
  rejections: Rejections,
  confirmed: boolean | null,
  closed: boolean,
): AccountClosing {
  return {
    accountId: access.id,
    verdict: closed && confirmed !== false ? "CLOSED" : "NOT_AT_REST",
    latched: toRest.latched,
    deny: toRest.deny,
    denials: toRest.denials,
    rejections: { count: rejections.count, overMs: rejections.overMs },
    confirmed,
    foreign: toRest.foreign,
    remains: toRest.remains,
    reopened: access.reopened.found,
    outage: toRest.outage,
  };
}
