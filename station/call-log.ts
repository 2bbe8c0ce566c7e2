/** Calls that wait to be recorded: an AWS that is out of reach for days must not fill the memory. */
const MOST = 5_000;

/** What one online process asked of AWS, until somebody takes it down. */
export class CallLog<Call> {
  #calls: Call[] = [];
  #leftOut = 0;

  add(call: Call): void {
    if (this.#calls.length < MOST) this.#calls.push(call);
    else this.#leftOut += 1;
  }

  /** Those since the last taking; `leftOut` more were too many to keep. */
  take(): { readonly calls: readonly Call[]; readonly leftOut: number } {
    const taken = { calls: this.#calls, leftOut: this.#leftOut };
    this.#calls = [];
    this.#leftOut = 0;
    return taken;
  }
}
