import type { Deadline } from "../../contract/journal.ts";
import { rest, type Answer, type Call, type Stop } from "./ports.ts";
import type { Access, Run } from "./run.ts";

/** A permitted call per policy region and one at IAM: what the deadline and the latch must deny. */
export function probes(
  run: Run,
  access: Access,
): readonly { readonly region: string; readonly ask: () => Promise<Answer<null>> }[] {
  const id = access.account.emergency.accessKeyId;
  return [
    { region: "iam", ask: () => access.emergency.accountSummary() },
    ...run.order.policy.regions.map((region) => ({
      region,
      ask: () => access.emergency.accessKeyInfo(id, region),
    })),
  ];
}

/** The access window's clocks may differ from STS's by a little. */
export const NOT_BEFORE_SLACK_MS = 120_000;

/** AWS's clock is known to the second, and narrowed by each answer. */
const CLOCK_SLACK_MS = 5_000;

/** What a journal or a document says is no authority: this order's policy must allow the deadline. */
export function isAllowed(
  run: Run,
  { fromMs, untilMs }: Pick<Deadline, "fromMs" | "untilMs">,
): boolean {
  const { policy } = run.order;
  const most = policy.maxDurationSeconds * 1000;
  const now = run.serverNow();
  return (
    fromMs < untilMs &&
    untilMs - fromMs <= most &&
    fromMs <= now + CLOCK_SLACK_MS &&
    untilMs <= now + most &&
    untilMs <= Date.parse(policy.kitExpires)
  );
}

/**
 * Waits until AWS's clock has surely passed `untilMs`. Counts on the monotonic clock and looks at
 * AWS's again every minute and shortly before the end, when it can be reached.
 */
export async function waitDeadline(
  run: Run,
  accesses: readonly Access[],
  untilMs: number,
  stop?: Stop,
): Promise<{ readonly serverMs: number; readonly passed: boolean }> {
  const { clock } = run.ports;
  const anyone = accesses[0];
  for (;;) {
    const left = untilMs - run.serverNow();
    if (left <= 0 || stop?.aborted === true) break;
    await rest(run.ports, Math.min(left, 60_000), stop);
    if (left > 60_000 && anyone !== undefined) await run.see(anyone.plain.identity());
  }
  const serverMs = run.serverClock.earliest(clock.monotonic());
  return { serverMs, passed: serverMs >= untilMs };
}

export interface Expiry {
  readonly accountId: string;
  /** The key was still active: AWS knew it, and refused by the dated policy. */
  readonly keyAccepted: boolean;
  /** Each permitted call's last answer. */
  readonly refusals: readonly Call[];
  readonly proven: boolean;
}

/** Shows, before anything is closed, that AWS itself refuses the key after the deadline. */
export async function proveExpired(run: Run, access: Access, stop?: Stop): Promise<Expiry> {
  const [identity, ...answers] = await Promise.all([
    run.see(access.emergency.identity()),
    ...probes(run, access).map(({ ask }) =>
      run.poll(
        ask,
        (answer) => answer.ok || answer.code !== "ACCESS_DENIED",
        run.ports.patience.deny,
        stop,
      ),
    ),
  ]);
  return {
    accountId: access.id,
    keyAccepted: identity.ok,
    refusals: answers.map(({ call }) => call),
    proven: identity.ok && answers.every((answer) => !answer.ok && answer.code === "ACCESS_DENIED"),
  };
}
