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

/** A key that was meant before. */
export interface Meant {
  /** What it was called then, as it was plugged in. */
  readonly label: string;
  readonly credentialId: Uint8Array;
  readonly pin: string;
}

/** What keys of one product have in common: their label without the serial or path. */
const productOf = (label: string): string => label.replace(/ \([^()]*\)$/, "");

/**
 * Keys that were meant before, among those plugged in now. A label tells where it is still one key's
 * own. Keys of one product that were plugged in by turns shared it: under one PIN they are asked what
 * they hold; under several each is touched once more, so that no PIN is tried on another's. With
 * fewer of a product plugged in than are looked for, nothing tells which is missing: KEY_UNPLUGGED.
 */
export async function selectAgain<K extends Pick<SecurityKey, "select" | "holds" | "label">>(
  wanted: readonly Meant[],
  keys: readonly K[],
  asking: (index: number) => Parameters<SecurityKey["select"]>[0],
): Promise<K[]> {
  const own = ({ label }: Meant): K | undefined =>
    wanted.filter((one) => one.label === label).length === 1
      ? keys.find((key) => key.label === label)
      : undefined;
  const left = new Set(keys);
  for (const one of wanted) {
    const key = own(one);
    if (key !== undefined) left.delete(key);
  }
  const alike = (label: string): K[] =>
    [...left].filter((key) => productOf(key.label) === productOf(label));
  const shared = wanted.filter((one) => own(one) === undefined);
  const ofProduct = ({ label }: Meant): Meant[] =>
    shared.filter((one) => productOf(one.label) === productOf(label));
  if (shared.some((one) => ofProduct(one).length > alike(one.label).length))
    return refuse("KEY_UNPLUGGED");
  const found: K[] = [];
  for (const [index, one] of wanted.entries()) {
    const onePin = ofProduct(one).every(({ pin }) => pin === one.pin);
    const candidates = alike(one.label);
    const key =
      own(one) ??
      (onePin ? await holder(candidates, one) : await selectKey(candidates, asking(index)));
    left.delete(key);
    found.push(key);
  }
  return found;
}

async function holder<K extends Pick<SecurityKey, "holds">>(
  keys: readonly K[],
  { credentialId, pin }: Meant,
): Promise<K> {
  for (const key of keys) if (await key.holds(credentialId, pin)) return key;
  return refuse("KEY_UNPLUGGED");
}
