import { tell } from "./fido/channel.ts";
import { hardwareError, isCode, refuse } from "./errors.ts";
import type { SecurityKey } from "./security-key.ts";

type Selectable = Pick<SecurityKey, "select">;

/**
 * The key that is meant, of those plugged in. One alone is; of several the person touches one, and
 * the others are let go of. No PIN is asked for, and no key spends a try. A key that can't be asked
 * is passed over: only when none was touched is that said (TOUCH_CANCELLED, TOUCH_TIMEOUT, or what
 * kept the first from being asked). With none plugged in: KEY_NOT_PRESENT.
 */
export async function selectKey<K extends Selectable>(
  keys: readonly K[],
  { signal, waiting }: Parameters<SecurityKey["select"]>[0] = {},
): Promise<K> {
  const [first, ...others] = keys;
  if (first === undefined) return refuse("KEY_NOT_PRESENT");
  if (others.length === 0) return first;
  const over = new AbortController();
  const stop = (): void => over.abort();
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  let told = false;
  let chosen: K | undefined;
  const ask = async (key: K): Promise<void> => {
    await key.select({
      signal: over.signal,
      waiting: (what) => {
        if (what !== "touch" || told) return;
        told = true;
        tell({ waiting }, what);
      },
    });
    chosen ??= key;
    stop();
  };
  try {
    // Each is waited for, so that all are free again.
    const asked = await Promise.allSettled(keys.map(ask));
    if (chosen !== undefined) return chosen;
    if (signal?.aborted === true) throw hardwareError("TOUCH_CANCELLED");
    const why = asked.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
    throw why.find((error) => isCode(error, "TOUCH_TIMEOUT")) ?? why[0];
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
