import { type BrowserWindow, MessageChannelMain } from "electron";
import {
  type CeremonyLane,
  type CeremonyTask,
  ceremonyWindowRequests,
} from "../contract/ceremony-window.ts";
import { answering } from "../contract/serve.ts";
import { whenGone } from "./crash.ts";
import type { Gate } from "./gate.ts";
import { print, type Paper } from "./printer.ts";
import { type Joinable, untilDead } from "./processes.ts";
import { type Built, CEREMONY_PAGE, load, openCeremonyWindow } from "./windows.ts";

/** Where a lane of a ceremony window leads: the process that takes the other end, and its lane there. */
export type Takers = Partial<Record<CeremonyLane, readonly [process: Joinable, lane: string]>>;

/**
 * How a window ended. `done`, `left`: its person said so; one that closed or crashed was left too.
 * `taken`: the app took it away, at a lock or because its time was over: nobody wished it.
 */
export type Ended = "done" | "left" | "taken";

export interface CeremonyPorts {
  readonly gate: Gate;
  readonly built: Built;
  readonly mode: "PRACTICE" | "REAL";
  readonly links: () => readonly string[];
  /** Resolves once nobody's lock covers the app: whether the window is still wished then. */
  readonly uncovered: () => Promise<boolean>;
  /** Told when a window opens and when it is gone: the one that is open can be closed at a lock. */
  readonly opened: (window: BrowserWindow | null) => void;
}

/** Tasks at which a card comes in: its code may be shown to the camera. */
const CAMERA: ReadonlySet<CeremonyTask["kind"]> = new Set(["card", "share", "check"]);

/**
 * Gives the keyboard to one person for one task, in a window of their own. Its lanes are joined
 * straight to the processes that take them: main hands both ends over and keeps neither. Resolves
 * when the window and its process are gone. `PROCESS_ENDED` when one that it is joined to has died:
 * nothing that is typed there would be answered.
 */
export async function atTheKeyboard(
  ports: CeremonyPorts,
  task: CeremonyTask,
  takers: Takers,
): Promise<Ended> {
  const lanes = Object.entries(takers) as [CeremonyLane, readonly [Joinable, string]][];
  const died = Promise.race(lanes.map(([, [process]]) => untilDead(process, task.kind)));
  // A lock that came meanwhile covers the main window: none opens over it.
  if (!(await Promise.race([ports.uncovered(), died]))) return "taken";
  const window = openCeremonyWindow(ports.built, CAMERA.has(task.kind));
  const { promise: over, resolve: end } = Promise.withResolvers<Ended>();
  let handed = false;
  let renderer = 0;
  let printing = false;
  const hand = (): void => {
    if (handed) return;
    handed = true;
    renderer = window.webContents.getOSProcessId();
    for (const [name, [process, lane]] of lanes) {
      const { port1, port2 } = new MessageChannelMain();
      process.hand(lane, port1);
      window.webContents.postMessage("lane", name, [port2]);
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
      end("done");
      return null;
    },
    leave: () => {
      end("left");
      return null;
    },
    print: async ({ paper }) => {
      printing = true;
      try {
        return { printed: await print(window.webContents, paper satisfies Paper, 1) };
      } finally {
        printing = false;
      }
    },
  });
  ports.gate.admit(window.webContents, CEREMONY_PAGE, answer);
  // Whoever closes a window is asked first; one that is destroyed is not.
  window.on("close", () => end("left"));
  window.on("closed", () => end("taken"));
  whenGone(
    window.webContents,
    () => end("left"),
    () => printing,
  );
  ports.opened(window);
  try {
    const loaded = load(window, CEREMONY_PAGE).catch((error: unknown) => {
      // A lock may close it before it was there: that is no fault.
      if (!window.isDestroyed()) throw error;
    });
    await Promise.race([loaded, over, died]);
    if (!window.isDestroyed()) window.show();
    return await Promise.race([over, died]);
  } finally {
    ports.opened(null);
    if (!window.isDestroyed()) window.destroy();
    // 0 is no process: Electron's answer where none runs.
    if (renderer > 0) await ended(renderer);
  }
}

/** A renderer whose window is gone ends by itself within this, or is killed; and then within this. */
const END_MS = 3_000;
const LOOK_MS = 20;

/**
 * Resolves when the process is gone, with what was typed in it. One that not even SIGKILL ends is the
 * kernel's: nobody waits for that one.
 */
async function ended(pid: number): Promise<void> {
  for (let waited = 0; waited < 2 * END_MS; waited += LOOK_MS) {
    try {
      process.kill(pid, waited === END_MS ? "SIGKILL" : 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
