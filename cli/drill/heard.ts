import type { HeardCall } from "../../ceremony/drill/seen.ts";
import { onlineView } from "../../contract/online.ts";

/** What main hears of the calls to AWS, kept for the drill's record. */
export class Heard {
  readonly calls: HeardCall[] = [];
  /** Called once, when an account has taken that step. */
  #waiting: { readonly step: string; readonly act: () => void } | null = null;

  readonly take = (view: unknown): void => {
    const read = onlineView.safeParse(view);
    if (!read.success) return;
    if (read.data.kind === "call") {
      const { as, action, verdict, serverMs } = read.data.call;
      const aheadMs = serverMs === null ? null : Date.now() - serverMs;
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
