import { registerHooks } from "node:module";
import { hideCompileCache } from "./compile-cache.ts";
import { StrictEmitter } from "./emitter.ts";
import { guardCrypto } from "./guards.ts";
import type { FromUtility, ToUtility } from "./utility-messages.ts";

// Loaded by --import into every process that utilityProcess.fork() starts: makes a forked Node
// process look like Electron's utility process.

hideCompileCache();

const toHost = process.send?.bind(process);
const tell = (message: FromUtility): void => {
  if (process.connected) toHost?.(message, () => undefined);
};

/** A port that the host gave to this process. Nothing is delivered before `start()`. */
class MessagePortMain extends StrictEmitter {
  readonly #name: string;
  readonly #waiting: (() => void)[] = [];
  #started = false;
  #closed = false;

  constructor(name: string) {
    super(["message", "close"]);
    this.#name = name;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    setImmediate(() => {
      for (const happening of this.#waiting.splice(0)) happening();
    });
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0)
      throw new Error("stand-in: passing a port on from a utility process is not implemented");
    const data: unknown = structuredClone(message);
    if (!this.#closed) tell({ kind: "port", name: this.#name, data });
  }

  close(): void {
    if (this.#closed) return;
    held.delete(this.#name);
    tell({ kind: "port-closed", name: this.#name });
    this.#end();
  }

  take(
    what: { readonly data: unknown; readonly ports: readonly MessagePortMain[] } | "closed",
  ): void {
    const happening = (): void => {
      if (this.#closed) return;
      if (what === "closed") this.#end();
      else this.emit("message", what);
    };
    if (this.#started && this.#waiting.length === 0) happening();
    else this.#waiting.push(happening);
  }

  #end(): void {
    this.#closed = true;
    this.emit("close");
  }
}

const held = new Map<string, MessagePortMain>();

const takeIn = (name: string): MessagePortMain => {
  const port = new MessagePortMain(name);
  held.set(name, port);
  return port;
};

/** Delivers once somebody listens, as Electron's does. */
class ParentPort extends StrictEmitter {
  readonly #waiting: object[] = [];
  #started = false;

  constructor() {
    super(["message"]);
    this.on("newListener", (event) => {
      if (event === "message" && !this.#started) setImmediate(() => this.start());
    });
  }

  start(): void {
    this.#started = true;
    for (const event of this.#waiting.splice(0)) this.emit("message", event);
  }

  postMessage(message: unknown): void {
    tell({ kind: "message", data: structuredClone(message) });
  }

  take(event: object): void {
    if (this.#started && this.listenerCount("message") > 0) this.emit("message", event);
    else this.#waiting.push(event);
  }
}

const parentPort = new ParentPort();

process.on("message", (message: ToUtility) => {
  if (message.kind === "message")
    parentPort.take({ data: message.data, ports: message.ports.map(takeIn) });
  else if (message.kind === "port")
    held.get(message.name)?.take({ data: message.data, ports: message.ports.map(takeIn) });
  else {
    held.get(message.name)?.take("closed");
    held.delete(message.name);
  }
});

// The host is gone: in Electron nothing of the app outlives its main process.
process.on("disconnect", () => process.exit(0));

Object.defineProperties(process, {
  parentPort: { value: parentPort },
  type: { value: "utility" },
  versions: { value: { ...process.versions, electron: "0.0.0-stand-in", chrome: "debian" } },
  send: { value: undefined },
});

guardCrypto();
registerHooks({
  resolve(specifier, context, next) {
    if (/^electron(?:\/|$)/.test(specifier))
      throw new Error(`stand-in: ${specifier} is not implemented in a utility process`);
    return next(specifier, context);
  },
});
