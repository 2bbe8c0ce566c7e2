/**
 * The finger: resolves when the key is touched. Nobody waits any longer once `signal` is aborted
 * (cancelled, or too late).
 */
export type Press = (signal: AbortSignal) => Promise<void>;

/** Nobody waits for a finger: touched at once. */
export const pressedAtOnce: Press = () => Promise.resolve();

export type Presence = "pressed" | "timeout" | "cancelled";

/** Waits for a press, for the host's cancel, or until the time is up: whichever is first. */
export function presence(press: Press, cancel: AbortSignal, timeoutMs: number): Promise<Presence> {
  const { promise, resolve } = Promise.withResolvers<Presence>();
  const over = new AbortController();
  const cancelled = (): void => resolve("cancelled");
  const late = setTimeout(() => resolve("timeout"), timeoutMs);
  if (cancel.aborted) cancelled();
  else cancel.addEventListener("abort", cancelled, { once: true });
  // A press that fails is no press: the time runs out.
  void press(over.signal).then(
    () => resolve("pressed"),
    () => undefined,
  );
  return promise.finally(() => {
    clearTimeout(late);
    cancel.removeEventListener("abort", cancelled);
    over.abort();
  });
}

/** A button that somebody presses from outside: each press counts for whoever waits then. */
export class Button {
  readonly #waiting = new Set<() => void>();

  readonly press: Press = (signal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    signal.addEventListener("abort", () => this.#waiting.delete(resolve), { once: true });
    return promise;
  };

  push(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
