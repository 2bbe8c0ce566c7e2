import { laneMessage } from "./lane.ts";
import {
  awaited,
  type Child,
  lanes,
  type MessageEnd,
  type Port,
  portOfMessages,
  portToParent,
} from "./port.ts";

/** `process.parentPort` of an Electron utility process (electron.d.ts, ParentPort). */
interface ParentPort {
  postMessage(message: unknown): void;
  on(
    event: "message",
    listener: (event: { readonly data: unknown; readonly ports: readonly MessageEnd[] }) => void,
  ): unknown;
}

/**
 * The lanes of a short-lived process (`child`: its own `process`), whoever started it. `leave` is
 * called when the parent is gone. Under Node all of them share the one
 * channel to the parent. Under Electron `main` is the channel to main, and each other lane is a
 * MessagePort that main hands over and never reads; a lane may be handed over again.
 */
export function parentLanes<Name extends string>(
  child: Child & { readonly parentPort?: ParentPort },
  names: readonly Name[],
  leave: () => void,
): Record<Name | "main", Port> {
  const { parentPort } = child;
  if (parentPort === undefined) {
    const port = portToParent(child);
    port.ended(leave);
    return lanes(port, ["main", ...names]);
  }
  const others = new Map(names.map((name) => [name as string, awaited()]));
  // Electron ends its utility processes with main: this channel has no end of its own.
  const main = portOfMessages({
    postMessage: (message) => parentPort.postMessage(message),
    on: (event: "message" | "close", listener: (event: { readonly data: unknown }) => void) => {
      if (event === "close") return;
      parentPort.on("message", ({ data, ports: [end] }) => {
        const handed = laneMessage.safeParse(data);
        if (handed.success && end !== undefined)
          others.get(handed.data.lane)?.attach(portOfMessages(end));
        else listener({ data });
      });
    },
  });
  return Object.fromEntries([
    ["main", main],
    ...[...others].map(([name, { port }]) => [name, port]),
  ]) as Record<Name | "main", Port>;
}
