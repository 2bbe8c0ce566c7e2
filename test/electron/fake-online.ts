import { Refused } from "../../contract/serve.ts";

/** An online process that answers what a test says, and nothing by itself. */
export class FakeOnline {
  /** What it was asked, in order. */
  readonly asked: string[] = [];
  ended = false;
  readonly says: (view: unknown) => void;
  readonly #waiting = new Map<string, PromiseWithResolvers<unknown>>();

  constructor(onView: (view: unknown) => void) {
    this.says = onView;
  }

  readonly ask = (name: string): Promise<unknown> => {
    this.asked.push(name);
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(name, waiting);
    if (this.ended) waiting.reject(new Refused("PROCESS_ENDED", { name }));
    return waiting.promise;
  };

  answers(name: string, value: unknown): void {
    this.#waiting.get(name)?.resolve(value);
  }

  readonly end = (): Promise<void> => {
    this.ended = true;
    for (const [name, { reject }] of this.#waiting) reject(new Refused("PROCESS_ENDED", { name }));
    return Promise.resolve();
  };
}

/** Every one that was started since it was emptied, in order. */
export const started: FakeOnline[] = [];

/** In place of `startOnline`. */
export function startFake(_: unknown, onView: (view: unknown) => void): FakeOnline {
  const online = new FakeOnline(onView);
  started.push(online);
  return online;
}
