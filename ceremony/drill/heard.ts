import { onlineView } from "../../contract/online.ts";
import type { HeardCall } from "./seen.ts";

/** What main hears of the calls to AWS, kept for the drill's record. */
export class Heard {
  readonly calls: HeardCall[] = [];
  readonly #now: () => number;
  /** Called once, when an account has taken that step. */
  #waiting: { readonly step: string; readonly act: () => void } | null = null;

  /** `now`: this laptop's clock, ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  readonly take = (view: unknown): void => {
    const read = onlineView.safeParse(view);
    if (!read.success) return;
    if (read.data.kind === "call") {
      const { as, action, verdict, serverMs } = read.data.call;
      const aheadMs = serverMs === null ? null : this.#now() - serverMs;
      this.calls.push({ as, action, verdict, aheadMs });
    }
    if (read.data.kind !== "step" || read.data.step !== this.#waiting?.step) return;
    const { act } = this.#waiting;
    this.#waiting = null;
    act();
  };

  at(step: string, act: () => void): void {
    this.#waiting = { step, act };
  }
}
