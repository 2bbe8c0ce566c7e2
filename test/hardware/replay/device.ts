import { equal, hex } from "../../../crypto/bytes.ts";
import { COMMAND, readReport } from "../../../hardware/fido/frames.ts";
import type { PacketPort } from "../../../hardware/packets.ts";
import type { Event } from "./recording.ts";

/**
 * A key that can only repeat itself: it expects the recorded packets, byte for byte, and answers
 * with the recorded answers.
 */
export class ReplayDevice implements PacketPort {
  readonly ended: Promise<void>;
  /** The first packet that was not as recorded, in words. */
  problem: string | null = null;
  /** Called when the recorded client sent its CANCEL next. */
  cancelDue: () => void = () => undefined;
  readonly #packets: readonly Event[];
  readonly #end: () => void;
  #at = 0;
  #take: (report: Uint8Array) => void = () => undefined;

  constructor(events: readonly Event[]) {
    this.#packets = events.filter(({ tx, rx }) => tx !== undefined || rx !== undefined);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#end = resolve;
  }

  /** Packets that nobody sent or received yet. */
  get left(): number {
    return this.#packets.length - this.#at;
  }

  listen(take: (report: Uint8Array) => void): void {
    this.#take = take;
  }

  async write(report: Uint8Array): Promise<void> {
    const expected = this.#packets[this.#at]?.tx;
    // A recording may end while the key still waits for a finger: giving up is not recorded.
    if (expected === undefined && isCancel(report)) return;
    if (expected === undefined || !equal(expected, report)) {
      this.problem ??=
        expected === undefined
          ? `sent ${hex(report)}, and nothing was recorded`
          : `sent ${hex(report)}, recorded was ${hex(expected)}`;
      this.#end();
      return;
    }
    this.#at++;
    setImmediate(() => this.#answer());
  }

  async close(): Promise<void> {
    this.#end();
  }

  #answer(): void {
    for (;;) {
      const next = this.#packets[this.#at];
      if (next?.rx === undefined) {
        if (next?.tx !== undefined && isCancel(next.tx)) this.cancelDue();
        return;
      }
      this.#at++;
      this.#take(next.rx);
    }
  }
}

function isCancel(report: Uint8Array): boolean {
  const read = readReport(report);
  return read?.kind === "start" && read.command === COMMAND.CANCEL;
}
