import type { Timers } from "../../hardware/timers.ts";

/** Time that passes only when told to. */
export class VirtualTimers implements Timers {
  #now = 0;
  #serial = 0;
  readonly #due = new Map<number, { readonly at: number; readonly run: () => void }>();

  get now(): number {
    return this.#now;
  }

  get pending(): number {
    return this.#due.size;
  }

  after(ms: number, run: () => void): () => void {
    const id = this.#serial++;
    this.#due.set(id, { at: this.#now + ms, run });
    return () => void this.#due.delete(id);
  }

  /** Runs the timer that is due next; false: there is none. */
  next(): boolean {
    let first: [number, { readonly at: number; readonly run: () => void }] | undefined;
    for (const entry of this.#due)
      if (first === undefined || entry[1].at < first[1].at) first = entry;
    if (first === undefined) return false;
    const [id, { at, run }] = first;
    this.#due.delete(id);
    this.#now = at;
    run();
    return true;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Waits for `work`; while nothing else moves, lets time pass. Ends with `work`, or throws `stuck`. */
export async function settle<T>(work: Promise<T>, timers: VirtualTimers): Promise<T> {
  const state = { settled: false };
  void (async () => {
    try {
      await work;
    } catch {
      // Told to whoever awaits `work` below.
    } finally {
      state.settled = true;
    }
  })();
  for (let idle = 0; ; idle++) {
    await turn();
    if (state.settled) return work;
    if (idle === 0 || timers.next()) continue;
    if (idle > 1000) throw new Error("stuck: nothing is waited for, and the work has not ended");
  }
}
