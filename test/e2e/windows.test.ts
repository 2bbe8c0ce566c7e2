import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { launchApp } from "../electron-host/launch.ts";
import { isAlive, type Player, withApp } from "./player.ts";

// What the windows are, whatever they show: the gate, the walls, the lock.

/** Electron has it and does not declare it. */
interface Prefers {
  getLastWebPreferences(): Electron.WebPreferences | null;
}

type Bridge = { ask(name: unknown, input: unknown): Promise<{ ok: boolean; code?: string }> };

const ask = (page: Page, name: unknown, input: unknown): Promise<{ ok: boolean; code?: string }> =>
  page.evaluate(
    ([what, given]) =>
      (globalThis as unknown as { pullstation: Bridge }).pullstation.ask(what, given),
    [name, input] as const,
  );

/** The first custodian's window, before anything was done there. */
async function atFirstKeyboard(player: Player): Promise<Page> {
  await player.presses("Start practice");
  await player.sees(/will be sealed/);
  await player.presses("Next: custodians");
  await player.presses("Next: passphrases");
  await player.presses(/^Hand over to/);
  return player.atTheKeyboard();
}

it("creates every window hardened, and a ceremony window with a process of its own that ends with it", () =>
  withApp(async (player) => {
    const { app } = player;
    const window = await atFirstKeyboard(player);
    const facts = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map(({ webContents }) => {
        const { sandbox, contextIsolation, nodeIntegration, webviewTag } =
          (webContents as unknown as Prefers).getLastWebPreferences() ?? {};
        return {
          sandbox,
          contextIsolation,
          nodeIntegration,
          webviewTag,
          pid: webContents.getOSProcessId(),
        };
      }),
    );
    expect(facts).toHaveLength(2);
    for (const { pid: _, ...walls } of facts)
      expect(walls).toEqual({
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webviewTag: false,
      });
    const pids = facts.map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(2);
    const main = await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
    );
    const [private_] = pids.filter((pid) => pid !== main);
    await player.presses("Stop, change nothing", window);
    await player.gone(window);
    await expect.poll(() => isAlive(private_ ?? 0), { timeout: 5_000 }).toBe(false);
    await player.sees("Three passphrases to write down");
  }));

it("answers only what its table knows, in its form, and changes nothing otherwise", () =>
  withApp(async ({ page }) => {
    const before = JSON.stringify(await ask(page, "view", null));
    const names = fc.oneof(
      fc.constantFrom(
        "view",
        "act",
        "print",
        "savePdf",
        "task",
        "finish",
        "join",
        "unseal",
        "open",
      ),
      fc.string({ maxLength: 50 }),
      fc.constantFrom("__proto__", "constructor", "toString", ""),
    );
    const inputs = fc.oneof(
      fc.json().map((text) => JSON.parse(text) as unknown),
      fc.constantFrom({ do: "unlock", extra: 1 }, { do: "nothing" }, { do: "hand", place: -1 }),
      fc.constant("x".repeat(2_000_000)),
      fc.record({ do: fc.constant("tickSetup"), line: fc.string(), done: fc.string() }),
    );
    const cases = fc.sample(fc.tuple(names, inputs), { numRuns: 150, seed: 4 });
    for (const [name, input] of cases) {
      const reply = await ask(page, name, input);
      if (reply.ok) expect([name, input]).toEqual(["view", null]);
      else
        expect(["REQUEST_UNKNOWN", "REQUEST_INVALID", "NOT_NOW", "SENDER_REFUSED"]).toContain(
          reply.code,
        );
    }
    const MANY = Array.from({ length: 256 }, () => ({ name: "R", key: "red-1" }));
    const refused: readonly (readonly [string, unknown])[] = [
      ["act", { do: "unlock", extra: 1 }],
      ["print", { paper: "A4", copies: 1, silent: true }],
      ["act", { do: "checkRecords", vaultId: "0".repeat(32), head: "x".repeat(1_000_000) }],
      ["act", { do: "reviewers", reviewers: MANY, explanation: "" }],
    ];
    for (const [name, input] of refused)
      expect([name, await ask(page, name, input)]).toMatchObject([
        name,
        { ok: false, code: "REQUEST_INVALID" },
      ]);
    expect(await ask(page, 7, null)).toMatchObject({ ok: false, code: "REQUEST_UNKNOWN" });
    expect(JSON.stringify(await ask(page, "view", null))).toBe(before);
  }));

it("refuses a window that it did not admit, whatever page that shows", () =>
  withApp(async ({ app }) => {
    const pages = app.pages().length;
    await app.evaluate(async ({ BrowserWindow }) => {
      const [main] = BrowserWindow.getAllWindows();
      if (main === undefined) throw new Error("there is no main window");
      const { preload = "" } =
        (main.webContents as unknown as Prefers).getLastWebPreferences() ?? {};
      const other = new BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true, partition: "main" },
      });
      await other.loadURL("app://pullstation/app.html");
    });
    await expect.poll(() => app.pages().length).toBe(pages + 1);
    const other = app.pages().at(-1);
    if (other === undefined) throw new Error("no second window");
    expect(await ask(other, "view", null)).toEqual({
      ok: false,
      code: "SENDER_REFUSED",
      about: {},
    });
  }));

it("stays on its page, opens nothing, runs nothing that it did not bring, reaches nothing", () =>
  withApp(async ({ page, app }) => {
    const url = page.url();
    const tried = await page.evaluate(async () => {
      // From a timer: what the test itself evaluates is exempt from the page's policy.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const script = document.createElement("script");
      const tries: Readonly<Record<string, () => unknown>> = {
        fetch: () => fetch("https://example.com/"),
        file: () => fetch("file:///etc/hostname"),
        loopback: () => fetch("http://127.0.0.1:9/"),
        html: () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
        script: () => (script.text = "1"),
        evaluated: () => Reflect.construct(Function, ["1"]),
      };
      const outcomes: Record<string, string> = {
        node: typeof (globalThis as { require?: unknown }).require,
        process: typeof (globalThis as { process?: unknown }).process,
      };
      for (const [what, work] of Object.entries(tries))
        try {
          await work();
          outcomes[what] = "allowed";
        } catch (error) {
          outcomes[what] = (error as Error).name;
        }
      return outcomes;
    });
    expect(tried).toEqual({
      fetch: "TypeError",
      file: "TypeError",
      loopback: "TypeError",
      html: "TypeError",
      script: "TypeError",
      evaluated: "EvalError",
      node: "undefined",
      process: "undefined",
    });
    await page.evaluate(() => {
      window.open("https://example.com/");
      location.href = "file:///etc/hostname";
      location.href = "https://example.com/";
    });
    await page.waitForTimeout(300);
    expect(page.url()).toBe(url);
    await expect.poll(() => app.pages().length).toBe(1);
    expect((await app.hostRecord()).networkAttempts).toEqual([]);
  }));

it("covers itself at the screen's lock, ends the window at the keyboard, and goes on as it was", () =>
  withApp(async (player) => {
    const { app, page } = player;
    const window = await atFirstKeyboard(player);
    await player.presses("Show my passphrase", window);
    const screenIs = (screenLocked: boolean) =>
      app.evaluate(({ powerMonitor }, is) => {
        Object.assign(powerMonitor, { getSystemIdleState: () => (is ? "locked" : "active") });
      }, screenLocked);
    // As on Linux: nobody tells of it.
    await screenIs(true);
    await player.gone(window);
    await player.sees("Locked");
    expect(await ask(page, "act", { do: "cancel" })).toMatchObject({ ok: false, code: "NOT_NOW" });
    await screenIs(false);
    await player.presses("Go on");
    await player.sees(/passphrases to write down/);
  }));

it("locks and clears what was copied when nobody touches it for five minutes, and when it sleeps", () =>
  withApp(async (player) => {
    const { app } = player;
    const copied = () => app.evaluate(({ clipboard }) => clipboard.readText());
    const copy = () => app.evaluate(({ clipboard }) => clipboard.writeText("a word of a card"));
    const idleFor = (seconds: number) =>
      app.evaluate(({ powerMonitor }, idle) => {
        Object.assign(powerMonitor, { getSystemIdleTime: () => idle });
      }, seconds);
    await copy();
    await idleFor(299);
    await player.page.waitForTimeout(2_500);
    await player.sees("Nothing is sealed here yet");
    expect(await copied()).toBe("a word of a card");
    await idleFor(300);
    await player.sees("Locked");
    expect(await copied()).toBe("");
    await idleFor(0);
    await player.presses("Go on");
    await player.sees("Nothing is sealed here yet");
    await copy();
    await app.evaluate(({ powerMonitor }) => {
      powerMonitor.emit("suspend");
    });
    await player.sees("Locked");
    expect(await copied()).toBe("");
  }));

it("brings the first instance to the front instead of starting a second", () =>
  withApp(async ({ app }) => {
    const isMinimized = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized());
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
    expect(await isMinimized()).toBe(true);
    const main = await app.evaluate(() => process.argv[1] ?? "");
    await expect(launchApp({ main, userData: app.userData })).rejects.toThrow(/exited with 0/);
    await expect.poll(isMinimized).toBe(false);
  }));

it("uses no window that is gone: main outlives a late focus, a second start and a lock", () =>
  withApp(async (player) => {
    await atFirstKeyboard(player);
    const faults = await player.app.evaluate(({ app, BrowserWindow, powerMonitor }) => {
      const said: string[] = [];
      const attempt = (use: () => unknown): void => {
        try {
          use();
        } catch (error) {
          said.push(String(error));
        }
      };
      // It would be gone before it can be asked.
      app.quit = () => undefined;
      const [main, typing] = BrowserWindow.getAllWindows().toSorted((a, b) => a.id - b.id);
      typing?.destroy();
      attempt(() => main?.emit("focus"));
      attempt(() => app.emit("second-instance"));
      main?.destroy();
      attempt(() => app.emit("second-instance"));
      attempt(() => powerMonitor.emit("lock-screen"));
      return said;
    });
    expect(faults).toEqual([]);
    expect(player.app.stderr()).not.toContain("destroyed");
  }));

it("only practises where Electron is stood in for, whatever lies there", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  const options = { userData, args: ["--stand-in"] };
  try {
    await withApp(async (player) => {
      await player.presses("Open the set-up list");
      for (const box of await player.page.getByRole("checkbox").all()) {
        await box.click();
        await expect.poll(() => box.isChecked()).toBe(true);
      }
      await player.presses("Start sealing");
      await player.page.getByText("A real vault needs the packaged app").waitFor();
    }, options);
    mkdirSync(join(userData, "station"), { recursive: true });
    const vault = join(userData, "station", "vault.pullstation");
    writeFileSync(vault, "sealed elsewhere");
    await withApp(async (player) => {
      await player.page.getByText("A real vault lies here").waitFor();
      await player.presses("Practise instead");
      await player.sees(/will be sealed/);
    }, options);
    expect(readdirSync(join(userData, "station"))).toEqual(["vault.pullstation"]);
    expect(readFileSync(vault, "utf8")).toBe("sealed elsewhere");
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
});

it("keeps ticks of the set-up list over a restart of the screen", () =>
  withApp(async (player) => {
    const { page } = player;
    await player.presses("Open the set-up list");
    const box = page.getByRole("checkbox").first();
    await box.click();
    await expect.poll(() => box.isChecked()).toBe(true);
    await player.presses(/Back|Start/);
    await player.sees("Nothing is sealed here yet");
    await player.presses("Open the set-up list");
    await expect.poll(() => page.getByRole("checkbox").first().isChecked()).toBe(true);
  }));
