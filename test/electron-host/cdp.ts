import type { Readable, Writable } from "node:stream";
import type { CDPSession } from "playwright-core";

// The DevTools protocol over Chromium's debugging pipe: JSON messages, each ended by a zero byte.
// The pipe needs no port, and Chromium ends itself when it closes. Types are playwright-core's.

export interface Target {
  send: CDPSession["send"];
  on: CDPSession["on"];
}

interface Incoming {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

interface Pending {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Listener = (payload: unknown) => void;

export class Devtools {
  readonly #out: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, Map<string, Listener[]>>();
  #last = 0;
  #rest = "";
  #closed = false;
  readonly browser: Target = this.session("");

  constructor(out: Writable, input: Readable) {
    this.#out = out;
    out.on("error", () => this.#close());
    input.setEncoding("utf8");
    input.on("data", (text: string) => this.#read(text));
    input.on("close", () => this.#close());
    input.on("error", () => this.#close());
  }

  /** The target that a session id names; `""` is the browser itself. */
  session(id: string): Target {
    const listeners = new Map<string, Listener[]>();
    this.#listeners.set(id, listeners);
    const target = {
      send: (method: string, params: unknown = {}) => this.#call(id, method, params),
      on: (event: string, listener: Listener) => {
        listeners.set(event, [...(listeners.get(event) ?? []), listener]);
        return target;
      },
    };
    return target as unknown as Target;
  }

  forget(id: string): void {
    this.#listeners.delete(id);
  }

  #call(sessionId: string, method: string, params: unknown): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new Error(`stand-in: ${method}: Chromium is gone`));
        return;
      }
      this.#pending.set(id, { method, resolve, reject });
      const session = sessionId === "" ? {} : { sessionId };
      this.#out.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    });
  }

  #read(text: string): void {
    const parts = (this.#rest + text).split("\0");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.#take(JSON.parse(part) as Incoming);
  }

  #take({ id, method, params, result, error, sessionId }: Incoming): void {
    if (id === undefined) {
      const listeners = this.#listeners.get(sessionId ?? "")?.get(method ?? "") ?? [];
      for (const listener of listeners) listener(params);
      return;
    }
    const waiting = this.#pending.get(id);
    this.#pending.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(`stand-in: ${waiting.method}: ${error.message}`));
  }

  #close(): void {
    this.#closed = true;
    for (const { method, reject } of this.#pending.values())
      reject(new Error(`stand-in: ${method}: Chromium is gone`));
    this.#pending.clear();
  }
}

/** For commands to a page that may be gone by the time they arrive; nothing is lost then. */
export const ifStillThere = async (sent: Promise<unknown>): Promise<void> => {
  await sent.catch(() => undefined);
};
