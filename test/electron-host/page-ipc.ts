import { pack, unpack } from "./codec.ts";
import { ipcMain } from "./ipc-main.ts";
import type { PermissionQuestion, ToHost, ToPage } from "./page-messages.ts";
import { asPort, HeldPorts, takePorts } from "./ports.ts";

type Reply = (message: ToPage) => void;

/** What the IPC needs of the contents whose page it serves. */
export interface Speaker {
  readonly sender: object;
  readonly senderFrame: Electron.WebFrameMain;
  tell(message: ToPage): void;
  decide(question: PermissionQuestion): Promise<boolean>;
  preloadFailed(message: string): void;
}

/** What a page's isolated world says, answered; and what main says to it. */
export class PageIpc {
  readonly #speaker: Speaker;
  readonly #ports: HeldPorts;

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
    this.#ports = new HeldPorts((name, what) => {
      if (what === "closed") speaker.tell({ kind: "port-closed", name });
      else {
        const ports = what.ports.map((end) => this.#ports.give(end));
        speaker.tell({ kind: "port", name, data: pack(what.data), ports });
      }
    });
  }

  send(
    channel: string,
    args: readonly unknown[],
    transfer: readonly Electron.MessagePortMain[],
  ): void {
    const packed = pack(args);
    const ports = takePorts(transfer).map((end) => this.#ports.give(end));
    this.#speaker.tell({ kind: "event", channel, args: packed, ports });
  }

  /** The document is gone, and whatever it held. */
  closePorts(): void {
    this.#ports.closeAll();
  }

  heard(message: ToHost, reply: Reply): void {
    switch (message.kind) {
      case "invoke":
        void this.#invoked(message, reply);
        return;
      case "send": {
        const ports = message.ports.map((name) => asPort(this.#ports.receive(name)));
        ipcMain.emit(message.channel, this.#event(ports), ...(unpack(message.args) as unknown[]));
        return;
      }
      case "port": {
        const ports = message.ports.map((name) => this.#ports.receive(name));
        this.#ports.post(message.name, unpack(message.data), ports);
        return;
      }
      case "port-closed":
        this.#ports.close(message.name);
        return;
      case "permission":
        void this.#speaker
          .decide(message)
          .then((granted) => reply({ kind: "reply", id: message.id, result: pack(granted) }));
        return;
      case "preload-failed":
        this.#speaker.preloadFailed(message.message);
    }
  }

  async #invoked(
    { id, channel, args }: ToHost & { readonly kind: "invoke" },
    reply: Reply,
  ): Promise<void> {
    try {
      const result = await ipcMain.invoked(channel, this.#event([]), unpack(args) as unknown[]);
      reply({ kind: "reply", id, result: pack(result) });
    } catch (error) {
      reply({ kind: "reply", id, error: (error as Error).message });
    }
  }

  #event(ports: readonly object[]): object {
    const { sender, senderFrame } = this.#speaker;
    return {
      sender,
      senderFrame,
      processId: senderFrame.processId,
      frameId: senderFrame.routingId,
      type: "frame",
      ports,
      reply: (channel: string, ...args: unknown[]) => this.send(channel, args, []),
    };
  }
}
