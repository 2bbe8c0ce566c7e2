import { pack, unpack } from "../codec.ts";
import type { ToHost, ToPage } from "../page-messages.ts";
import { dom, type DomPort } from "./dom.ts";

/**
 * The page's ends of the host's message ports. What the preload gets is a real DOM port, which it can
 * pass on to the page; the far end of that pair stays here and is pumped through the host.
 */
export class PagePorts {
  readonly #held = new Map<string, DomPort>();
  readonly #tell: (message: ToHost) => void;
  #last = 0;

  constructor(tell: (message: ToHost) => void) {
    this.#tell = tell;
  }

  /** A port that the host gave to this document. */
  takeIn(name: string): DomPort {
    const { port1, port2 } = new dom.MessageChannel();
    this.#pump(name, port1);
    return port2;
  }

  /** Ports of the page on their way to the host. */
  passOut(ports: readonly DomPort[]): string[] {
    return ports.map((port) => {
      this.#last += 1;
      const name = `page-${this.#last}`;
      // The host must know the name before it hears a message under it.
      queueMicrotask(() => this.#pump(name, port));
      return name;
    });
  }

  receive(message: ToPage & { readonly kind: "port" | "port-closed" }): void {
    const port = this.#held.get(message.name);
    if (message.kind === "port")
      port?.postMessage(
        unpack(message.data),
        message.ports.map((name) => this.takeIn(name)),
      );
    else {
      this.#held.delete(message.name);
      port?.close();
    }
  }

  #pump(name: string, port: DomPort): void {
    this.#held.set(name, port);
    port.addEventListener("close", () => {
      if (this.#held.delete(name)) this.#tell({ kind: "port-closed", name });
    });
    port.addEventListener("message", ({ data, ports }) =>
      this.#tell({ kind: "port", name, data: pack(data), ports: this.passOut(ports) }),
    );
    port.start();
  }
}
