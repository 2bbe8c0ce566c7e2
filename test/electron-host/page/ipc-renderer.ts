import { pack, unpack } from "../codec.ts";
import type { ToHost, ToPage } from "../page-messages.ts";
import type { DomPort } from "./dom.ts";
import type { PagePorts } from "./ports.ts";
import type { Questions } from "./questions.ts";

type Listener = (event: object, ...args: unknown[]) => void;

/** The preload's end of the IPC. */
export class IpcRenderer {
  readonly #listeners = new Map<string, Listener[]>();
  readonly #tell: (message: ToHost) => void;
  readonly #ports: PagePorts;
  readonly #questions: Questions;

  constructor(tell: (message: ToHost) => void, questions: Questions, ports: PagePorts) {
    this.#tell = tell;
    this.#questions = questions;
    this.#ports = ports;
  }

  /** What the preload sees as `ipcRenderer`. */
  readonly face = {
    invoke: async (channel: string, ...args: unknown[]): Promise<unknown> => {
      const packed = pack(args);
      return this.#questions.ask((id) => ({ kind: "invoke", id, channel, args: packed }));
    },
    send: (channel: string, ...args: unknown[]): void =>
      this.#tell({ kind: "send", channel, args: pack(args), ports: [] }),
    postMessage: (channel: string, message: unknown, transfer: readonly DomPort[] = []): void => {
      const args = pack([message]);
      this.#tell({ kind: "send", channel, args, ports: this.#ports.passOut(transfer) });
    },
    on: (channel: string, listener: Listener): object => {
      this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), listener]);
      return this.face;
    },
    once: (channel: string, listener: Listener): object => {
      const once: Listener = (event, ...args) => {
        this.face.off(channel, once);
        listener(event, ...args);
      };
      return this.face.on(channel, once);
    },
    off: (channel: string, listener: Listener): object => {
      const left = (this.#listeners.get(channel) ?? []).filter((one) => one !== listener);
      this.#listeners.set(channel, left);
      return this.face;
    },
    removeListener: (channel: string, listener: Listener): object =>
      this.face.off(channel, listener),
    removeAllListeners: (channel: string): object => {
      this.#listeners.delete(channel);
      return this.face;
    },
  };

  receive(message: ToPage & { readonly kind: "event" }): void {
    const args = unpack(message.args) as unknown[];
    const ports = message.ports.map((name) => this.#ports.takeIn(name));
    const event = { sender: this.face, ports };
    for (const listener of this.#listeners.get(message.channel) ?? []) listener(event, ...args);
  }
}
