import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import { buildFixture, killAll, open, SOON } from "./fixture/open.ts";
import type { AppHandle } from "./handle.ts";
import { MessageChannelMain } from "./ports.ts";

declare const openWindow: (partition?: string) => Electron.BrowserWindow;
declare const here: string;
// Where the functions given to `evaluate` keep what they heard.
declare const heard: unknown[];
declare const child: Electron.UtilityProcess;
declare const ceremony: Electron.BrowserWindow;

const asElectron = (port: unknown): Electron.MessagePortMain => port as Electron.MessagePortMain;
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("a pair of ports in main", () => {
  it("keeps messages, in order, until started; says close on both ends, after the messages", async () => {
    const { port1, port2 } = new MessageChannelMain();
    const got: unknown[] = [];
    port1.postMessage({ bytes: new Uint8Array([1]), nothing: undefined });
    port1.postMessage(2);
    port2.on("message", ({ data }: { data: unknown }) => got.push(data));
    port2.on("close", () => got.push("closed"));
    port1.on("close", () => got.push("closed first"));
    await turn();
    expect(got).toEqual([]);
    port1.close();
    port2.start();
    await turn();
    expect(got).toEqual([
      "closed first",
      { bytes: new Uint8Array([1]), nothing: undefined },
      2,
      "closed",
    ]);
  });

  it("passes ports through ports, and refuses what Electron refuses", async () => {
    const first = new MessageChannelMain();
    const second = new MessageChannelMain();
    const got: unknown[] = [];
    first.port2.on("message", ({ ports: [port] }: { ports: [MessageChannelMain["port1"]] }) => {
      port.on("message", ({ data }: { data: unknown }) => got.push(data));
      port.start();
    });
    first.port2.start();
    second.port1.postMessage("before it was passed");
    first.port1.postMessage("take it", [asElectron(second.port2)]);
    second.port1.postMessage("after");
    await turn();
    await turn();
    expect(got).toEqual(["before it was passed", "after"]);
    expect(() => first.port1.postMessage(1, [asElectron(second.port2)])).toThrow("neutered");
    expect(() => first.port1.postMessage(1, [asElectron(first.port1)])).toThrow("source port");
    expect(() => first.port1.postMessage(() => 1)).toThrow("could not be cloned");
  });
});

describe.runIf(requireProgram("chromium"))("a port between a window and a utility process", () => {
  let app: AppHandle;
  let fixture: Awaited<ReturnType<typeof buildFixture>>;
  beforeAll(async () => {
    fixture = await buildFixture();
    app = await open({ main: fixture.main });
  });
  let ceremonies = 0;
  beforeEach(async () => {
    ceremonies += 1;
    await app.evaluate(async ({ utilityProcess }, number) => {
      const started = utilityProcess.fork(`${here}/child.mjs`, [], { stdio: "ignore", env: {} });
      const window = openWindow(`ceremony-${number}`);
      Object.assign(globalThis, { heard: [], child: started, ceremony: window });
      started.on("message", (message: unknown) => heard.push(message));
      await window.loadURL(`app://fixture/ceremony-${number}`);
    }, ceremonies);
  });
  afterEach(() =>
    app.evaluate(() => {
      ceremony.destroy();
      child.kill();
    }),
  );
  afterAll(async () => {
    await killAll();
    fixture.remove();
  });

  /** The ceremony window's page holds its end of the pair as `port`, and what it heard. */
  async function joined(): Promise<(expression: string) => Promise<unknown>> {
    const page = await app.waitForPage((one) => one.url().endsWith(`/ceremony-${ceremonies}`));
    await page.evaluate(`window.heard = []; window.addEventListener("message", ({ data, ports }) => {
      [window.port] = ports;
      heard.push(data);
      port.addEventListener("message", ({ data }) => heard.push(data));
      port.addEventListener("close", () => heard.push("closed"));
      port.start();
    })`);
    await app.evaluate(({ MessageChannelMain: Channel }) => {
      const { port1, port2 } = new Channel();
      child.postMessage("serve", [port1]);
      ceremony.webContents.postMessage("port", { hello: new Uint8Array([7]) }, [port2]);
    });
    await expect.poll(() => page.evaluate("heard.length"), SOON).toBe(1);
    return (expression) => page.evaluate(expression);
  }
  const heardInMain = (): Promise<unknown> => app.evaluate(() => heard);

  it("carries messages both ways, in order", async () => {
    const inPage = await joined();
    await inPage(`for (let n = 0; n < 200; n++) port.postMessage({ n, nothing: undefined });
      port.postMessage(new Uint8Array([1, 2, 3]));`);
    await expect.poll(() => inPage("heard.length"), SOON).toBe(202);
    expect(
      await inPage(`[heard[0].hello instanceof Uint8Array, heard[0].hello[0],
        heard.slice(1, 201).every(({ answer }, at) => answer.n === at && "nothing" in answer),
        heard[201].answer instanceof Uint8Array, [...heard[201].answer]]`),
    ).toEqual([true, 7, true, true, [1, 2, 3]]);
  });

  it("tells the page when the process closes it", async () => {
    const inPage = await joined();
    await inPage('{ port.postMessage("last"); port.postMessage("close"); }');
    await expect.poll(() => inPage("heard.slice(1)"), SOON).toEqual([{ answer: "last" }, "closed"]);
  });

  it("tells the page when the process dies", async () => {
    const inPage = await joined();
    await app.evaluate(() => child.kill());
    await expect.poll(() => inPage("heard.slice(1)"), SOON).toEqual(["closed"]);
  });

  it.each([
    ["closes it", (): unknown => void 0, "port.close()"],
    ["reloads", (): unknown => ceremony.webContents.reload(), "0"],
    ["is destroyed", (): unknown => ceremony.destroy(), "0"],
    ["crashes", (): unknown => process.kill(ceremony.webContents.getOSProcessId(), "SIGKILL"), "0"],
  ])("tells the process when the page %s", async (_how, inMain, inPage) => {
    const run = await joined();
    await run('port.postMessage("there?")');
    await expect.poll(() => run("heard.length"), SOON).toBe(2);
    await run(inPage);
    await app.evaluate(inMain as () => void);
    await expect.poll(heardInMain, SOON).toContain("port closed");
  });

  it("ends between main and a page, whichever made it", async () => {
    await app.evaluate(({ ipcMain }) => {
      ipcMain.once("offer", ({ ports: [port] }, message: unknown) => {
        heard.push(message);
        port?.on("message", ({ data }) => {
          heard.push(data);
          port.postMessage("from main");
        });
        port?.on("close", () => heard.push("closed"));
        port?.start();
      });
    });
    expect(
      await app.page.evaluate(`new Promise((resolve) => {
        window.addEventListener("message", ({ ports: [port] }) => {
          port.onmessage = ({ data }) => { port.close(); resolve(data); };
          port.postMessage("from the page");
        });
        fixture.offer();
      })`),
    ).toBe("from main");
    await expect
      .poll(heardInMain, SOON)
      .toEqual(expect.arrayContaining([{ from: "preload" }, "from the page", "closed"]));
  });
});
