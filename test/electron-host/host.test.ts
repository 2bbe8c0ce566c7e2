import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import { buildFixture, killAll, open, SOON } from "./fixture/open.ts";
import type { AppHandle } from "./handle.ts";

declare const openWindow: (partition?: string) => Electron.BrowserWindow;

describe.runIf(requireProgram("chromium"))("the stand-in", () => {
  let app: AppHandle;
  let fixture: Awaited<ReturnType<typeof buildFixture>>;
  beforeAll(async () => {
    fixture = await buildFixture();
    app = await open({ main: fixture.main });
  });
  afterAll(async () => {
    await killAll();
    fixture.remove();
  });

  /** In the page's own world; tests compile without the DOM, so as text. */
  const inPage = (expression: string): Promise<unknown> => app.page.evaluate(expression);
  const caught = (call: string): Promise<unknown> =>
    inPage(`(async () => { try { return ["no error", await ${call}]; }
      catch (error) { return [error.constructor.name, error.message]; } })()`);

  it("runs the bundles: main, the preload before the page's script, the page", async () => {
    expect(app.kind).toBe("stand-in");
    expect(await app.page.title()).toBe("loaded object");
    expect(await app.evaluate(({ app: electron }) => electron.isPackaged)).toBe(false);
    expect(await app.evaluate(() => process.type)).toBe("browser");
  });

  it("keeps the two worlds apart", async () => {
    expect(
      await inPage(`["require", "process", "ipcRenderer", "standInTell", "standInHear", "world"]
        .map((name) => typeof window[name])`),
    ).toEqual(["undefined", "undefined", "undefined", "undefined", "undefined", "undefined"]);
    expect(await inPage("[Object.isFrozen(fixture), Object.isFrozen(fixture.add)]")).toEqual([
      true,
      true,
    ]);
    expect(await caught("(() => { 'use strict'; window.fixture = 1; })()")).toEqual([
      "TypeError",
      expect.stringContaining("read only"),
    ]);
  });

  it("copies values over the bridge and proxies functions, promises and errors", async () => {
    expect(await inPage("fixture.bytes instanceof Uint8Array && [...fixture.bytes]")).toEqual([
      1, 2, 3,
    ]);
    expect(await inPage("[fixture.add(1, 2), fixture.twice((n) => n * 5)]")).toEqual([3, 25]);
    expect(await caught("fixture.broken()")).toEqual(["Error", "broken in the preload"]);
    expect(await caught("fixture.rejected()")).toEqual(["Error", "rejected in the preload"]);
  });

  it("answers an invoke with structured clones", async () => {
    expect(
      await inPage(`(async () => {
        const sent = { bytes: new Uint8Array([0, 255]), nothing: undefined, map: new Map([[1, -0]]),
          when: new Date(5), list: [null, NaN, 10n], text: "\\u2028'\\"" };
        const { value, url, fromMainFrame } = await fixture.echo(sent);
        return [value.bytes instanceof Uint8Array, [...value.bytes], "nothing" in value,
          Object.is(value.map.get(1), -0), value.when.getTime(), String(value.list),
          value.text === sent.text, url, fromMainFrame];
      })()`),
    ).toEqual([true, [0, 255], true, true, 5, ",NaN,10", true, "app://fixture/", true]);
  });

  it("says of a failed invoke what Electron says", async () => {
    expect(await caught("fixture.fail()")).toEqual([
      "Error",
      "Error invoking remote method 'fail': TypeError: refused by main",
    ]);
    expect(await caught("fixture.missing()")).toEqual([
      "Error",
      "Error invoking remote method 'missing': Error: No handler registered for 'missing'",
    ]);
    expect(await caught("fixture.unclonable()")).toEqual([
      "Error",
      "An object could not be cloned.",
    ]);
  });

  it("sends from main to the page, and from the page to main", async () => {
    const heard = inPage(`new Promise((resolve) => {
      const off = fixture.heard("news", (...news) => { off(); resolve(news); });
      fixture.send("subscribed", 1);
    })`);
    await app.evaluate(
      ({ ipcMain }) =>
        new Promise<void>((resolve) => {
          ipcMain.once("subscribed", (event, count: number) => {
            event.sender.send("news", count + 1, { deep: [true] });
            resolve();
          });
        }),
    );
    // The page may have spoken before main listened.
    await inPage('fixture.send("subscribed", 1)');
    expect(await heard).toEqual([2, { deep: [true] }]);
  });

  it("enforces the page's policy and Trusted Types", async () => {
    expect(await inPage("getComputedStyle(document.querySelector('h1')).color")).toBe(
      "rgb(1, 2, 3)",
    );
    expect(await caught("document.body.insertAdjacentHTML('beforeend', '<b>x</b>')")).toEqual([
      "TypeError",
      expect.stringContaining("TrustedHTML"),
    ]);
    expect(
      await inPage(`new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", (event) =>
          resolve(event.effectiveDirective), { once: true });
        document.createElement("div").setAttribute("style", "color: red");
      })`),
    ).toBe("style-src-attr");
  });

  it("answers the page's own fetches, and no others", async () => {
    expect(await inPage("fetch('/data.json').then((r) => r.json())")).toEqual({ from: "main" });
    expect(await inPage("fetch('/nothing').then((r) => r.status)")).toBe(404);
    expect(await caught("fetch('https://example.invalid/')")).toEqual([
      "TypeError",
      "Failed to fetch",
    ]);
    expect((await app.hostRecord()).blocked).toContain("onBeforeRequest https://example.invalid/");
    expect((await app.hostRecord()).networkAttempts).toEqual([]);
  });

  it("answers a worker's requests too, and leaves data: and blob: to Chromium", async () => {
    expect(
      await inPage(`new Promise((resolve) => {
        const policy = trustedTypes.createPolicy("worker", { createScriptURL: (url) => url });
        new Worker(policy.createScriptURL("/worker.js")).onmessage = ({ data }) => resolve(data);
      })`),
    ).toBe("main");
    expect(
      await inPage(`(async () => {
        const load = (src) => new Promise((resolve) => {
          const image = Object.assign(new Image(), { onload: () => resolve(image.width), src,
            onerror: () => resolve("failed") });
        });
        const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>';
        const blob = new Blob([svg], { type: "image/svg+xml" });
        return [await load("data:image/svg+xml," + encodeURIComponent(svg)),
          await load(URL.createObjectURL(blob))];
      })()`),
    ).toEqual([7, 7]);
  });

  it("asks main about a navigation and a popup", async () => {
    const before = app.page.url();
    await inPage("{ location.href = 'https://example.invalid/away'; }");
    await expect
      .poll(async () => (await app.hostRecord()).blocked, SOON)
      .toContain("will-navigate https://example.invalid/away");
    expect(app.page.url()).toBe(before);
    await inPage("{ window.open('https://example.invalid/popup'); }");
    await inPage("{ window.open('/', '_blank', 'noopener'); }");
    await expect
      .poll(async () => (await app.hostRecord()).popups, SOON)
      .toEqual(["https://example.invalid/popup", "app://fixture/"]);
    await expect.poll(() => app.page.context().pages().length, SOON).toBe(1);
    expect((await app.hostRecord()).networkAttempts).toEqual([]);
  });

  it("refuses a download, and tells main", async () => {
    await inPage("{ location.href = '/download'; }");
    await expect
      .poll(async () => (await app.hostRecord()).blocked, SOON)
      .toContain("will-download app://fixture/download");
    expect((await app.hostRecord()).failures).toEqual([]);
    await expect.poll(() => app.page.title(), SOON).toBe("loaded object");
  });

  it("rejects main's own load of a foreign address, as the session's rule says", async () => {
    expect(
      await app.evaluate(async () => {
        const window = openWindow();
        const message = await window.loadURL("https://example.invalid/").then(
          () => "loaded",
          (error: Error) => error.message,
        );
        window.destroy();
        return message;
      }),
    ).toBe("ERR_BLOCKED_BY_CLIENT (-20) loading 'https://example.invalid/'");
  });

  it.each([
    ["member", ({ app: a }: never) => (a as { dock: unknown }).dock, "App.dock"],
    [
      "event",
      ({ app: a }: never) => (a as NodeJS.EventEmitter).on("open-file", () => 0),
      'the event App "open-file"',
    ],
    ["module", ({ Tray }: never) => new (Tray as new () => object)(), "Tray"],
    [
      "window option",
      ({ BrowserWindow: W }: never) => new (W as new (o: object) => object)({ kiosk: true }),
      "BrowserWindow's option kiosk",
    ],
    [
      "unsafe preference",
      ({ BrowserWindow: W }: never) =>
        new (W as new (o: object) => object)({ webPreferences: { sandbox: false } }),
      "BrowserWindow's sandbox: false",
    ],
  ])("throws for an unknown %s", async (_what, use, name) => {
    await expect(app.evaluate(use as never)).rejects.toThrow(
      `stand-in: ${name} is not implemented`,
    );
  });

  it("shows a page without scripts where a window asks for that", async () => {
    const preferences = await app.evaluate(async ({ BrowserWindow, session }) => {
      const partition = "paper";
      session.fromPartition(partition).protocol.handle("app", () => {
        const html = "<!doctype html><title>off</title><script>document.title = 'on'</script>";
        return new Response(html, { headers: { "content-type": "text/html" } });
      });
      const window = new BrowserWindow({ webPreferences: { partition, javascript: false } });
      await window.loadURL("app://fixture/without-scripts");
      return (await window.webContents.printToPDF({})).length;
    });
    expect(preferences).toBeGreaterThan(500);
    const page = await app.waitForPage((one) => one.url().endsWith("/without-scripts"));
    expect(await page.title()).toBe("off");
  });

  it("ends a load whose window is destroyed", async () => {
    await expect(
      app.evaluate(async ({ session }) => {
        const { protocol } = session.fromPartition("slow");
        protocol.handle("app", () => new Promise<Response>(() => undefined));
        const window = openWindow("slow");
        setTimeout(() => window.destroy(), 200);
        await window.loadURL("app://fixture/slow");
      }),
    ).rejects.toThrow("loading 'app://fixture/slow'");
  });

  it("lets nobody use a window that is gone, as Electron does", async () => {
    const said = await app.evaluate(() => {
      const window = openWindow();
      const tried: string[] = [];
      const attempt = (name: string, use: () => unknown): void => {
        try {
          use();
        } catch (error) {
          tried.push(`${name}: ${(error as Error).message}`);
        }
      };
      const uses = {
        focus: () => window.focus(),
        isMinimized: () => window.isMinimized(),
        close: () => window.close(),
        webContents: () => window.webContents,
      };
      // Its own event comes when it is gone already.
      window.on("closed", () => attempt("in closed", uses.focus));
      window.destroy();
      for (const [name, use] of Object.entries(uses)) attempt(name, use);
      return [...tried, window.isDestroyed()];
    });
    const gone = ["in closed", "focus", "isMinimized", "close", "webContents"];
    expect(said).toEqual([...gone.map((name) => `${name}: Object has been destroyed`), true]);
  });

  it("answers a dialog as declared, and throws for one that nobody declared", async () => {
    await app.answerDialog("showSaveDialog", { canceled: false, filePath: "record.pdf" });
    const save = (): Promise<unknown> =>
      app.evaluate(({ dialog }) => dialog.showSaveDialog({ title: "Save the record" }));
    expect(await save()).toEqual({ canceled: false, filePath: "record.pdf" });
    await expect(save()).rejects.toThrow("no test declared an answer");
    expect((await app.hostRecord()).dialogs).toHaveLength(2);
  });

  it("lacks the algorithms that Electron's BoringSSL lacks", async () => {
    expect(
      await app.evaluate(() => {
        const { createCipheriv, getCiphers } = process.getBuiltinModule("node:crypto");
        try {
          createCipheriv("chacha20-poly1305", new Uint8Array(32), new Uint8Array(12));
          return "works";
        } catch (error) {
          return [(error as { code: string }).code, getCiphers().includes("chacha20-poly1305")];
        }
      }),
    ).toEqual(["ERR_CRYPTO_UNKNOWN_CIPHER", false]);
    await expect(
      app.evaluate(() => crypto.subtle.generateKey("X448", true, ["deriveBits"])),
    ).rejects.toThrow("Unrecognized algorithm name");
  });

  it("has a desktop that a test can work", async () => {
    expect(
      await app.evaluate(async ({ clipboard, powerMonitor, safeStorage }) => {
        const heard: string[] = [];
        for (const event of ["suspend", "lock-screen"] as const)
          powerMonitor.on(event as "suspend", () => heard.push(event));
        powerMonitor.emit("suspend");
        powerMonitor.emit("lock-screen");
        const states = [powerMonitor.getSystemIdleState(300)];
        Object.assign(powerMonitor, { idleTime: 300 });
        states.push(powerMonitor.getSystemIdleState(300));
        Object.assign(powerMonitor, { screenLocked: true });
        states.push(powerMonitor.getSystemIdleState(300));
        await clipboard.writeText("copied");
        const before = await clipboard.readText();
        clipboard.clear();
        return [
          ...heard,
          powerMonitor.getSystemIdleTime(),
          ...states,
          before,
          await clipboard.readText(),
          safeStorage.isEncryptionAvailable(),
        ];
      }),
    ).toEqual(["suspend", "lock-screen", 300, "active", "idle", "locked", "copied", "", false]);
  });

  it("shows the theme that main sets", async () => {
    const isDark = "matchMedia('(prefers-color-scheme: dark)').matches";
    for (const [source, dark] of [
      ["dark", true],
      ["light", false],
    ] as const) {
      await app.evaluate(({ nativeTheme }, theme) => {
        nativeTheme.themeSource = theme;
      }, source);
      await expect.poll(() => inPage(isDark), SOON).toBe(dark);
    }
  });
});
