import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { beforeEach, expect, test, vi } from "vitest";
import type { Answering } from "../../contract/serve.ts";
import { atTheKeyboard, type CeremonyPorts } from "../../electron/ceremony.ts";
import type { Joinable } from "../../electron/processes.ts";

// How a window at the keyboard ends. The window is its events here: Electron asks (`close`) before one
// is closed by a person, and not before it is destroyed.

class Window extends EventEmitter {
  destroyed = false;
  renderer: ChildProcess | null = null;
  shown = false;
  readonly webContents = Object.assign(new EventEmitter(), {
    postMessage: () => undefined,
    isDestroyed: () => this.destroyed,
    getOSProcessId: () => this.renderer?.pid,
  });
  isDestroyed = (): boolean => this.destroyed;
  show = (): void => {
    this.shown = true;
  };
  close(): void {
    this.emit("close");
    this.destroy();
  }
  destroy(): void {
    this.destroyed = true;
    this.emit("closed");
  }
}

const here = vi.hoisted(() => ({ window: null as unknown, opened: 0 }));
vi.mock("electron", () => ({
  MessageChannelMain: vi.fn<() => void>(),
  BrowserWindow: vi.fn<() => void>(),
  dialog: {},
  ipcMain: {},
  utilityProcess: {},
}));
vi.mock("../../electron/windows.ts", () => ({
  CEREMONY_PAGE: "ceremony.html",
  openCeremonyWindow: () => {
    here.opened++;
    return here.window;
  },
  load: () => Promise.resolve(),
}));

let window: Window;
beforeEach(() => {
  window = new Window();
  here.window = window;
  here.opened = 0;
});

const task = {
  kind: "code",
  account: "111122223333",
  again: false,
  vault: { name: "Acme Prod", epoch: 4, threshold: 3, of: 5 },
} as const;

function opened(uncovered: () => Promise<boolean> = () => Promise.resolve(true)) {
  let answer: Answering | null = null;
  const ports = {
    gate: { admit: (_: unknown, __: string, answering: Answering) => (answer = answering) },
    mode: "REAL",
    links: () => [],
    uncovered,
    opened: () => undefined,
  } as unknown as CeremonyPorts;
  const died = Promise.withResolvers<number>();
  const taker: Joinable = { hand: () => undefined, exited: died.promise };
  const ended = atTheKeyboard(ports, task, { access: [taker, "access"] });
  return { ended, died, says: (what: "task" | "finish" | "leave") => answer?.(what, null) };
}

test.each([
  ["done when its person says so", "done", ({ says }) => says("finish")],
  ["left when its person leaves it", "left", ({ says }) => says("leave")],
  ["left when it is closed", "left", () => window.close()],
  ["left when it crashes", "left", () => window.webContents.emit("render-process-gone", {}, {})],
  ["taken when the app ends it", "taken", () => window.destroy()],
] satisfies [string, string, (of: ReturnType<typeof opened>) => unknown][])(
  "a window is %s",
  async (_, how, end) => {
    const at = opened();
    await vi.waitFor(() => expect(window.shown).toBe(true));
    await end(at);
    expect(await at.ended).toBe(how);
    expect(window.destroyed).toBe(true);
  },
);

test("it ends with the process that it is joined to, and that is told", async () => {
  const at = opened();
  await vi.waitFor(() => expect(window.shown).toBe(true));
  at.died.resolve(9);
  await expect(at.ended).rejects.toMatchObject({ code: "PROCESS_ENDED", about: { name: "code" } });
  expect(window.destroyed).toBe(true);
});

test("none opens over a lock: it waits until somebody is there", async () => {
  const { promise: unlocked, resolve: unlock } = Promise.withResolvers<boolean>();
  const at = opened(() => unlocked);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(here.opened).toBe(0);
  unlock(true);
  await vi.waitFor(() => expect(window.shown).toBe(true));
  await at.says("finish");
  expect(await at.ended).toBe("done");
});

test("one that nobody wishes after the lock never opens", async () => {
  expect(await opened(() => Promise.resolve(false)).ended).toBe("taken");
  expect(here.opened).toBe(0);
});

test("a process that dies under a lock is told at once", async () => {
  const at = opened(() => new Promise(() => undefined));
  at.died.resolve(9);
  await expect(at.ended).rejects.toMatchObject({ code: "PROCESS_ENDED" });
  expect(here.opened).toBe(0);
});

/** Its page has asked for its task, in a renderer that runs on when the window is gone. */
async function withRenderer() {
  const renderer = spawn("sleep", ["60"]);
  const gone = new Promise((resolve) => renderer.once("exit", (_, signal) => resolve(signal)));
  window.renderer = renderer;
  const at = opened();
  await vi.waitFor(() => expect(window.shown).toBe(true));
  await at.says("task");
  await at.says("finish");
  return { ...at, renderer, gone };
}

test("the next comes to the keyboard only when the renderer of the last was seen to be gone", async () => {
  const { ended, renderer } = await withRenderer();
  await vi.waitFor(() => expect(window.destroyed).toBe(true));
  const first = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))]);
  expect(first).toBeUndefined();
  renderer.kill();
  expect(await ended).toBe("done");
});

test("a renderer that does not end by itself is killed", async () => {
  const { ended, gone } = await withRenderer();
  expect(await ended).toBe("done");
  expect(await gone).toBe("SIGKILL");
});
