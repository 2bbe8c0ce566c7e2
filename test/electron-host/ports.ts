import type { MessagePortMain as ElectronPort } from "electron";
import { StrictEmitter } from "./emitter.ts";

// Message ports. Every pair lives in the host: an end is either a MessagePortMain of main, or held by
// a utility process or a page, and what is posted on it passes through here, in order.

export interface Envelope {
  readonly data: unknown;
  readonly ports: readonly PortEnd[];
}

/** Whoever holds an end and has started it. */
export interface Holder {
  message(envelope: Envelope): void;
  closed(): void;
}

export class PortEnd {
  #peer: PortEnd | undefined;
  #holder: Holder | undefined;
  #waiting: Envelope[] = [];
  #open = true;

  static pair(): readonly [PortEnd, PortEnd] {
    const [a, b] = [new PortEnd(), new PortEnd()];
    a.#peer = b;
    b.#peer = a;
    return [a, b];
  }

  /** Starts delivery: what came before, then what comes, then the far end's close. */
  heldBy(holder: Holder): void {
    this.#holder = holder;
    for (const envelope of this.#waiting.splice(0)) holder.message(envelope);
    if (!this.#open) holder.closed();
  }

  post(envelope: Envelope): void {
    const peer = this.#peer;
    if (!this.#open || peer === undefined || !peer.#open) return;
    if (peer.#holder === undefined) peer.#waiting.push(envelope);
    else peer.#holder.message(envelope);
  }

  /** Ends the pair; the far holder is told once it has had everything that was posted before. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const peer = this.#peer;
    if (peer === undefined || !peer.#open) return;
    peer.#open = false;
    peer.#holder?.closed();
  }
}

const CLOSED = new PortEnd();

/** One end in main. Nothing is delivered before `start()`; a transferred port is dead here. */
export class MessagePortMain
  extends StrictEmitter
  implements Pick<ElectronPort, "close" | "postMessage" | "start">
{
  #end: PortEnd | undefined;
  #started = false;
  #closed = false;

  constructor(end: PortEnd = CLOSED) {
    super(["message", "close"]);
    this.#end = end;
  }

  start(): void {
    const end = this.#end;
    if (end === undefined || this.#started || this.#closed) return;
    this.#started = true;
    // Posting returns before the far end hears of it, as between processes.
    end.heldBy({
      message: ({ data, ports }) =>
        setImmediate(() => {
          if (!this.#closed) this.emit("message", { data, ports: ports.map(asPort) });
        }),
      closed: () => setImmediate(() => this.#ended()),
    });
  }

  postMessage(message: unknown, transfer: readonly ElectronPort[] = []): void {
    // Cloned even when nobody listens: what can't be cloned throws at the sender.
    const data: unknown = structuredClone(message);
    const own = transfer.findIndex((port) => (port as unknown) === this);
    if (own !== -1) throw new Error(`Port at index ${own} contains the source port.`);
    const ports = takePorts(transfer);
    if (!this.#closed) this.#end?.post({ data, ports });
  }

  close(): void {
    if (this.#closed) return;
    const end = this.#end;
    this.#ended();
    end?.close();
  }

  /** Electron says `close` on both ends, the closing one included. */
  #ended(): void {
    if (this.#closed || this.#end === undefined) return;
    this.#closed = true;
    this.emit("close");
  }

  /** Takes the end away for a transfer. */
  take(index: number): PortEnd {
    const end = this.#end;
    if (end === undefined) throw new Error(`Port at index ${index} is already neutered.`);
    if (this.#started) throw new Error("stand-in: transferring a started port is not implemented");
    this.#end = undefined;
    return end;
  }
}

export const asPort = (end: PortEnd): MessagePortMain => new MessagePortMain(end);

/** The ends of a transfer list, taken out of main; it throws before taking any. */
export function takePorts(transfer: readonly ElectronPort[]): PortEnd[] {
  const ports = transfer.map((port): unknown => port);
  ports.forEach((port, index) => {
    if (!(port instanceof MessagePortMain)) throw new Error(`Port at index ${index} is null.`);
    if (ports.indexOf(port) !== index) throw new Error(`Port at index ${index} is a duplicate.`);
  });
  return ports.map((port, index) => (port as MessagePortMain).take(index));
}

export class MessageChannelMain {
  readonly port1: MessagePortMain;
  readonly port2: MessagePortMain;

  constructor() {
    const [a, b] = PortEnd.pair();
    this.port1 = new MessagePortMain(a);
    this.port2 = new MessagePortMain(b);
  }
}

/** The ends that one process or one document holds, by the names both sides know them under. */
export class HeldPorts {
  readonly #ends = new Map<string, PortEnd>();
  readonly #tell: (name: string, what: Envelope | "closed") => void;
  #last = 0;

  constructor(tell: (name: string, what: Envelope | "closed") => void) {
    this.#tell = tell;
  }

  /** Gives an end to the holder; the returned name goes there with the message that brings it. */
  give(end: PortEnd): string {
    this.#last += 1;
    const name = `host-${this.#last}`;
    this.#ends.set(name, end);
    // The message that introduces the name must arrive before anything that was posted.
    queueMicrotask(() => this.#hold(name, end));
    return name;
  }

  /** A port that the holder made and passes out: the host keeps the far end of a new pair. */
  receive(name: string): PortEnd {
    const [held, passed] = PortEnd.pair();
    this.#ends.set(name, held);
    this.#hold(name, held);
    return passed;
  }

  post(name: string, data: unknown, ports: readonly PortEnd[]): void {
    this.#ends.get(name)?.post({ data, ports });
  }

  close(name: string): void {
    this.#ends.get(name)?.close();
    this.#ends.delete(name);
  }

  /** The holder is gone. */
  closeAll(): void {
    const ends = [...this.#ends.values()];
    this.#ends.clear();
    for (const end of ends) end.close();
  }

  #hold(name: string, end: PortEnd): void {
    if (this.#ends.get(name) !== end) return;
    end.heldBy({
      message: (envelope) => this.#tell(name, envelope),
      closed: () => {
        this.#ends.delete(name);
        this.#tell(name, "closed");
      },
    });
  }
}
