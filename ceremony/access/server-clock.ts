/**
 * AWS's clock as the station knows it: a monotonic count tied to the Date headers of answers. A Date
 * has whole seconds, so one answer pins AWS's clock to between Date and Date + 1 s + round trip;
 * every further answer narrows that.
 */
export class ServerClock {
  /** AWS time minus monotonic time, in ms: it lies between these. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  observe(serverMs: number, sentMonotonic: number, receivedMonotonic: number): void {
    const least = serverMs - receivedMonotonic;
    const most = serverMs + 1000 - sentMonotonic;
    if (least > this.#most || most < this.#least) {
      // One of the clocks was set or the laptop slept: only the newest answer counts.
      this.#least = least;
      this.#most = most;
      return;
    }
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
  }

  get known(): boolean {
    return Number.isFinite(this.#least);
  }

  /** AWS's clock now is at least this, epoch ms. */
  earliest(monotonic: number): number {
    return this.#least + monotonic;
  }

  /** AWS's clock now is at most this, epoch ms. */
  latest(monotonic: number): number {
    return this.#most + monotonic;
  }
}
