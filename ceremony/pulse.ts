import { onlineView } from "../contract/online.ts";
import type { Clock } from "./ports.ts";

/**
 * After so long without a word something is wrong: no call with its repetitions (40 s) together with the
 * longest wait between two rounds of a closing (30 s) takes it.
 */
export const STILL_MS = 90_000;

/** People who type a code are waited for this long. */
const CODE_MS = 300_000;

/** How often it is felt. */
const FEEL_MS = 1_000;

/** Whether an online process that opens or closes is still at it, told from what it says meanwhile. */
export class Pulse {
  readonly #now: () => number;
  #begunAt: number;
  #saidAt: number;
  /** When each account that is not done was last seen to go on: AWS answered, or a step was made. */
  readonly #onAt = new Map<string, number>();
  /** Until when an account said that it would be silent. */
  readonly #waitsUntil = new Map<string, number>();
  readonly #done = new Set<string>();

  constructor({ monotonic }: Pick<Clock, "monotonic">) {
    this.#now = monotonic;
    this.#begunAt = this.#saidAt = monotonic();
  }

  /** It is asked anew; what it said before tells nothing about this. */
  begin(): void {
    this.#begunAt = this.#saidAt = this.#now();
    this.#onAt.clear();
    this.#waitsUntil.clear();
    this.#done.clear();
  }

  /** Takes each of its views. */
  readonly heard = (view: unknown): void => {
    const read = onlineView.safeParse(view);
    if (!read.success) return;
    const said = read.data;
    const now = (this.#saidAt = this.#now());
    if (said.kind === "call") {
      const { account, serverMs } = said.call;
      this.#onAt.set(account, serverMs === null ? (this.#onAt.get(account) ?? this.#begunAt) : now);
    }
    if (said.kind === "step") {
      this.#onAt.set(said.account, now);
      if (said.step === "confirmed") this.#done.add(said.account);
    }
    if (said.kind === "waits") this.#waitsUntil.set(said.account, now + said.ms);
    if (said.kind === "codeWanted") this.#waitsUntil.set(said.account, now + CODE_MS);
  };

  /** It said nothing at all, though no wait was announced: it hangs. */
  get isSilent(): boolean {
    return this.#now() - Math.max(this.#saidAt, ...this.#waitsUntil.values()) >= STILL_MS;
  }

  /** In some account nothing goes on: AWS was not heard, and it is not at rest. */
  get isStill(): boolean {
    const now = this.#now();
    const accounts = [...this.#onAt.keys()].filter((account) => !this.#done.has(account));
    const waits = (account: string): number => this.#waitsUntil.get(account) ?? 0;
    const since = accounts.map((account) => Math.max(this.#onAt.get(account) ?? 0, waits(account)));
    // Before the first answer, and between the last one and the result.
    if (since.length === 0)
      since.push(Math.max(this.#begunAt, this.#done.size > 0 ? this.#saidAt : 0));
    return since.some((at) => now - at >= STILL_MS);
  }

  /** Resolves once it stands still, or when that is `over`. */
  async untilStill(
    pause: (ms: number) => Promise<void>,
    over: { readonly aborted: boolean },
  ): Promise<null> {
    while (!over.aborted && !this.isStill) await pause(FEEL_MS);
    return null;
  }
}
