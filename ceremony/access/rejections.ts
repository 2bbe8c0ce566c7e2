import { rest, type Stop } from "./ports.ts";
import type { Access, Run } from "./run.ts";

export interface Rejections {
  readonly count: number;
  readonly overMs: number;
  /** As often and for as long as the policy asks. */
  readonly enough: boolean;
}

/** The dead key, used again and again: AWS must refuse it often enough, for long enough. */
export async function reject(run: Run, access: Access, stop?: Stop): Promise<Rejections> {
  const { proof } = run.order.policy;
  const { clock, patience } = run.ports;
  const gap = Math.max((proof.overSeconds * 1000) / Math.max(proof.rejections - 1, 1), 50);
  const from = clock.monotonic();
  let count = 0;
  let since = from;
  let overMs = 0;
  for (;;) {
    const answer = await run.see(access.emergency.identity());
    const now = clock.monotonic();
    if (!answer.ok && answer.code === "KEY_NOT_ACCEPTED") {
      if (count === 0) since = now;
      count++;
      overMs = now - since;
      if (count >= proof.rejections && overMs >= proof.overSeconds * 1000)
        return { count, overMs, enough: true };
    } else if (answer.ok) {
      // AWS takes a while to apply what it answered; longer than this, it is no delay.
      if (count > 0 || now - from > patience.applied) return { count: 0, overMs: 0, enough: false };
    }
    if (stop?.aborted === true) return { count, overMs, enough: false };
    await rest(run.ports, count === 0 ? patience.pollFirst : gap, stop);
  }
}

/**
 * Once more, after the policy's time: replication is long over then. The key must be refused and
 * the user must stand at rest, as `look` says that AWS tells it now.
 */
export async function confirm(
  run: Run,
  access: Access,
  look: () => Promise<boolean>,
  stop?: Stop,
): Promise<boolean | null> {
  const ms = run.order.policy.proof.againAfterSeconds * 1000;
  run.ports.report({ kind: "waits", account: access.id, ms });
  await rest(run.ports, ms, stop);
  if (stop?.aborted === true) return null;
  const [answer, atRest] = await Promise.all([
    run.poll(
      () => access.emergency.identity(),
      (found) => !found.ok && found.code !== "KEY_NOT_ACCEPTED",
      run.ports.patience.deny,
      stop,
    ),
    look(),
  ]);
  const refused = !answer.ok && answer.code === "KEY_NOT_ACCEPTED";
  // Whatever the list of keys said in that moment.
  if (answer.ok)
    access.reopened.look([{ kind: "KEY_ACTIVE", what: access.account.emergency.accessKeyId }]);
  // Dead is not enough: a window that a late call wrote must not stay behind.
  return refused && atRest;
}
