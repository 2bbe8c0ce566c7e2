import type { BrowserWindow, MessagePortMain } from "electron";
import { MessageChannelMain } from "electron";
import {
  type CeremonyLane,
  type CeremonyTask,
  ceremonyWindowRequests,
} from "../contract/ceremony-window.ts";
import { answering } from "../contract/serve.ts";
import type { Gate } from "./gate.ts";
import { print, type Paper } from "./printer.ts";
import { type Built, CEREMONY_PAGE, load, openCeremonyWindow } from "./windows.ts";

/** Where a lane of a ceremony window leads: to a process that takes the other end. */
export type Takers = Partial<Record<CeremonyLane, (end: MessagePortMain) => void>>;

export interface CeremonyPorts {
  readonly gate: Gate;
  readonly built: Built;
  readonly mode: "PRACTICE" | "REAL";
  readonly links: () => readonly string[];
  /** Told when a window opens and when it is gone: the one that is open can be closed at a lock. */
  readonly opened: (window: BrowserWindow | null) => void;
}

/**
 * Gives the keyboard to one person for one task, in a window of their own. Its lanes are joined
 * straight to the processes that take them: main hands both ends over and keeps neither. Resolves
 * when the window and its process are gone: true when the person said that the task is done.
 */
export async function atTheKeyboard(
  ports: CeremonyPorts,
  task: CeremonyTask,
  takers: Takers,
): Promise<boolean> {
  const window = openCeremonyWindow(ports.built, task.kind === "card" || task.kind === "share");
  const { promise: over, resolve: end } = Promise.withResolvers<boolean>();
  const lanes = Object.entries(takers) as [CeremonyLane, (end: MessagePortMain) => void][];
  let handed = false;
  const hand = (): void => {
    if (handed) return;
    handed = true;
    for (const [lane, take] of lanes) {
      const { port1, port2 } = new MessageChannelMain();
      take(port1);
      window.webContents.postMessage("lane", lane, [port2]);
    }
  };
  const answer = answering(ceremonyWindowRequests, {
    task: () => {
      // The page listens before it asks.
      hand();
      return {
        mode: ports.mode,
        task,
        links: [...ports.links()],
        lanes: lanes.map(([name]) => name),
      };
    },
    links: () => ({ up: [...ports.links()] }),
    finish: () => {
      end(true);
      return null;
    },
    leave: () => {
      end(false);
      return null;
    },
    print: async ({ paper }) => ({
      printed: await print(window.webContents, paper satisfies Paper, 1),
    }),
  });
  ports.gate.admit(window.webContents, CEREMONY_PAGE, answer);
  window.on("closed", () => end(false));
  ports.opened(window);
  try {
    await load(window, CEREMONY_PAGE);
    window.show();
    return await over;
  } finally {
    ports.opened(null);
    if (!window.isDestroyed()) window.destroy();
  }
}
