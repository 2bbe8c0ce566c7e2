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

/**
 * Keys that were meant before, by their labels of then, among those plugged in now. A label tells
 * where it is still one key's own. Keys of one product that were plugged in by turns shared it: each
 * of those is touched once more, when more than one is left that it may be. With fewer plugged in
 * than are looked for, nothing tells which is missing: KEY_UNPLUGGED.
 */
export async function selectAgain<K extends Selectable & { readonly label: string }>(
  labels: readonly string[],
  keys: readonly K[],
  asking: (index: number) => Parameters<SecurityKey["select"]>[0],
): Promise<K[]> {
  if (keys.length < labels.length) return refuse("KEY_UNPLUGGED");
  const own = (label: string): K | undefined =>
    labels.filter((one) => one === label).length === 1
      ? keys.find((key) => key.label === label)
      : undefined;
  const left = new Set(keys);
  for (const label of labels) {
    const key = own(label);
    if (key !== undefined) left.delete(key);
  }
  const found: K[] = [];
  for (const [index, label] of labels.entries()) {
    const key = own(label) ?? (await selectKey([...left], asking(index)));
    left.delete(key);
    found.push(key);
  }
  return found;
}
