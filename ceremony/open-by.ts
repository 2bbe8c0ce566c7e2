import { CodedError } from "../crypto/errors.ts";
import type { AccessCode } from "./access/codes.ts";
import type { Clock } from "./ports.ts";

/** To plug the cable in, and to mend what keeps AWS away: later, quorum and touch are asked again. */
export const OPEN_WITHIN_MS = 30 * 60_000;

const LOOK_MS = 1_000;

/**
 * Waits as `wait` does, but no longer than until `byMs` on the monotonic clock (null: for as long as it
 * takes); `LATEST_DEADLINE_PASSED` then. The online process judges by itself: here nobody waits in vain.
 */
export async function noLaterThan<T>(
  { clock, pause }: { readonly clock: Clock; readonly pause: (ms: number) => Promise<void> },
  byMs: number | null,
  wait: Promise<T>,
): Promise<T> {
  if (byMs === null) return wait;
  const over = { aborted: false };
  const late = async (): Promise<T> => {
    while (!over.aborted && clock.monotonic() < byMs) await pause(LOOK_MS);
    if (over.aborted) return wait;
    throw new CodedError<AccessCode>("LATEST_DEADLINE_PASSED", {
      minutes: OPEN_WITHIN_MS / 60_000,
    });
  };
  return Promise.race([wait, late()]).finally(() => {
    over.aborted = true;
  });
}
