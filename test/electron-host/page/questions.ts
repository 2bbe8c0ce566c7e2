import { unpack } from "../codec.ts";
import type { ToHost, ToPage } from "../page-messages.ts";

/** Numbered questions to the host, each of which it answers once. */
export class Questions {
  readonly #waiting = new Map<number, { resolve(v: unknown): void; reject(e: Error): void }>();
  readonly #tell: (message: ToHost) => void;
  #last = 0;

  constructor(tell: (message: ToHost) => void) {
    this.#tell = tell;
  }

  ask(question: (id: number) => ToHost): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#tell(question(id));
    });
  }

  answered({ id, result, error }: ToPage & { readonly kind: "reply" }): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(unpack(result ?? "null"));
    else waiting?.reject(new Error(error));
  }
}
