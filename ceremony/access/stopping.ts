import { refuse } from "./codes.ts";
import { type AccessPorts, rest, type Stop } from "./ports.ts";

/** The wish to stop that counts now: one that ended the opening does not end the closing after it. */
export type Wish = () => Stop;

/** Before the first write a wish to stop ends the opening with nothing to bring to rest. */
export function heed(stop: Stop | undefined): void {
  if (stop?.aborted === true) refuse("OPENING_STOPPED");
}

const AN_HOUR_MS = 3_600_000;

/** Reads: a wish to stop need not wait for their answers. */
export function orStopped<T>(ports: AccessPorts, reads: Promise<T>, stop?: Stop): Promise<T> {
  if (stop === undefined) return reads;
  let done = false;
  const wished = rest(ports, AN_HOUR_MS, {
    get aborted() {
      return done || stop.aborted;
    },
  }).then(() => {
    heed(stop);
    return reads;
  });
  reads.catch(() => undefined);
  return Promise.race([reads, wished]).finally(() => {
    done = true;
  });
}

/** Who is open is told no later than this, whatever keeps another account from its rest. */
const OTHERS_WAIT_MS = 20_000;

/**
 * What ends the closings of an opening: a second wish to stop (the first ended the opening), or that
 * another account is open, whose people must not wait for them. The closing afterwards goes on.
 */
export class Closings implements Stop {
  readonly #ports: AccessPorts;
  readonly #wish: Wish | undefined;
  readonly #first: Stop | undefined;
  #second: Stop | undefined;
  #awaited: number;
  #isAnyOpen = false;
  #sinceMs: number | null = null;

  constructor(ports: AccessPorts, accounts: number, wish: Wish | undefined) {
    this.#ports = ports;
    this.#awaited = accounts;
    this.#wish = wish;
    this.#first = wish?.();
  }

  /** One account more is open, or has failed. */
  raised(isOpen: boolean): void {
    this.#isAnyOpen ||= isOpen;
    if (--this.#awaited === 0) this.#sinceMs = this.#ports.clock.monotonic();
  }

  get aborted(): boolean {
    const now = this.#wish?.();
    if (this.#first?.aborted === true) {
      if (now !== this.#first) this.#second ??= now;
      return this.#second !== undefined && now !== this.#second;
    }
    const since = this.#sinceMs;
    return (
      this.#isAnyOpen && since !== null && this.#ports.clock.monotonic() - since > OTHERS_WAIT_MS
    );
  }
}
