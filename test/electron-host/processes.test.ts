import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import { buildFixture, killAll, open } from "./fixture/open.ts";
import { allGone, familyOf, isRunning } from "./processes.ts";

declare const openWindow: (partition?: string) => Electron.BrowserWindow;
declare const here: string;

describe.runIf(requireProgram("chromium"))("the stand-in's processes", () => {
  let fixture: Awaited<ReturnType<typeof buildFixture>>;
  beforeAll(async () => {
    fixture = await buildFixture();
  });
  afterEach(killAll);
  afterAll(() => fixture.remove());

  it("runs each partition's window in a renderer of its own, which ends with the window", async () => {
    const app = await open({ main: fixture.main });
    const pids = await app.evaluate(async ({ BrowserWindow }) => {
      const windows = [openWindow("ceremony-1"), openWindow("ceremony-2")];
      for (const window of windows) await window.loadURL("app://fixture/");
      return BrowserWindow.getAllWindows().map((window) => window.webContents.getOSProcessId());
    });
    expect(new Set(pids).size).toBe(3);
    expect(pids.every(isRunning)).toBe(true);
    expect(pids.every((pid) => familyOf(app.pid).includes(pid))).toBe(true);
    await app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows().slice(1)) window.destroy();
    });
    await allGone(pids.slice(1), 2_000);
    expect(isRunning(pids[0] ?? 0)).toBe(true);
    expect(await app.page.title()).toBe("loaded object");
  });

  it("gives each partition a session of its own", async () => {
    const app = await open({ main: fixture.main });
    await app.evaluate(async () => {
      await openWindow("ceremony-1").loadURL("app://fixture/other");
    });
    const other = await app.waitForPage((page) => page.url().endsWith("/other"));
    await app.page.evaluate('localStorage.setItem("mine", "1")');
    expect(await other.evaluate('localStorage.getItem("mine")')).toBeNull();
    await app.evaluate(({ session }) => session.defaultSession.clearStorageData());
    expect(await app.page.evaluate('localStorage.getItem("mine")')).toBeNull();
  });

  it("starts a utility process with the environment it is given and no more", async () => {
    const app = await open({ main: fixture.main, env: { SECRET_OF_MAIN: "1" } });
    expect(
      await app.evaluate(
        ({ utilityProcess }) =>
          new Promise((resolve) => {
            const child = utilityProcess.fork(`${here}/child.mjs`, ["--one"], {
              env: { GIVEN: "1" },
              stdio: "ignore",
            });
            const heard: unknown[] = [];
            child.on("message", (message: unknown) => {
              heard.push(message);
              if (heard.length === 2) child.postMessage("exit");
            });
            child.once("spawn", () => child.postMessage(new Uint8Array([1])));
            child.once("exit", (code) => resolve([...heard, code, child.pid]));
          }),
      ),
    ).toEqual([
      { type: "utility", argv: ["--one"], env: ["GIVEN"], hasSend: false },
      { echo: new Uint8Array([1]) },
      5,
      undefined,
    ]);
  });

  it("tells the first instance of the second, which gets no lock", async () => {
    const app = await open({ main: fixture.main });
    await app.evaluate(({ app: electron }) => {
      electron.once("second-instance", (_event, argv) => Object.assign(globalThis, { argv }));
    });
    await expect(
      open({ main: fixture.main, userData: app.userData, args: ["--from-second"] }),
    ).rejects.toThrow("main exited with 3 before its first window");
    expect(await app.evaluate(() => Reflect.get(globalThis, "argv"))).toContain("--from-second");
  });

  it("opens again on a folder whose first instance was killed", async () => {
    const first = await open({ main: fixture.main });
    await first.kill();
    expect(await first.exited).toBeNull();
    const second = await open({ main: fixture.main, userData: first.userData });
    await second.close();
    expect(await second.exited).toBe(0);
  });

  it("leaves nothing running when it is killed, when main alone is, and when it quits", async () => {
    for (const end of ["kill", "main", "close"] as const) {
      const app = await open({ main: fixture.main });
      await app.evaluate(({ utilityProcess }) => {
        utilityProcess.fork(`${here}/child.mjs`, [], { stdio: "ignore" });
      });
      const family = familyOf(app.pid);
      expect(family.length).toBeGreaterThan(4);
      if (end === "main") process.kill(app.pid, "SIGKILL");
      else await app[end]();
      await allGone(family);
    }
  });

  it("leaves nothing running when the test process is killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ps-orphan-"));
    const tester = fork(join(import.meta.dirname, "fixture", "tester.ts"), [fixture.main, folder]);
    const family = await new Promise<number[]>((resolve) =>
      tester.once("message", (message) => resolve(message as number[])),
    );
    expect(family.filter(isRunning).length).toBeGreaterThan(4);
    tester.kill("SIGKILL");
    await allGone(family);
    rmSync(folder, { recursive: true, force: true });
  });

  it("says why an app did not come up", async () => {
    await expect(open({ main: join(fixture.main, "..", "nothing.mjs") })).rejects.toThrow(
      /main exited with 1 before its first window[^]*nothing\.mjs/,
    );
    await expect(
      open({ main: fixture.main, env: { CHROMIUM_BIN: "/nowhere/chromium" } }),
    ).rejects.toThrow("stand-in: /nowhere/chromium did not start");
  });
});
