import type { IpcMain as ElectronIpcMain } from "electron";
import { StrictEmitter } from "./emitter.ts";

type Handler = (event: Electron.IpcMainInvokeEvent, ...args: unknown[]) => unknown;

class IpcMain
  extends StrictEmitter
  implements Pick<ElectronIpcMain, "handle" | "handleOnce" | "removeHandler">
{
  readonly #handlers = new Map<string, Handler>();

  constructor() {
    super("any");
    // By Electron's own name for it: a spec that listens in finds it in both.
    Object.defineProperty(this, "_invokeHandlers", { value: this.#handlers });
  }

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (event, ...args) => {
      this.#handlers.delete(channel);
      return handler(event, ...args);
    });
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel);
  }

  /** The host's side: rejects with the message that a renderer gets from Electron. */
  async invoked(channel: string, event: object, args: readonly unknown[]): Promise<unknown> {
    const handler = this.#handlers.get(channel);
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      return await handler(event as Electron.IpcMainInvokeEvent, ...args);
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, {
        cause: error,
      });
    }
  }
}

export const ipcMain = new IpcMain();
