import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { bundle } from "../../build/bundle.ts";
import { launchApp } from "../electron-host/launch.ts";
import type { AppHandle } from "../electron-host/handle.ts";

/**
 * `node test/e2e/walk-driver.ts [PORT] [-- ARGS OF THE APP]`: the app for somebody who sees pictures
 * and has a mouse and a keyboard, nothing else. It bundles and opens the app and takes commands on a
 * loopback port: POST one command, or a list of them, as JSON; the answer is the list of their
 * answers. The first command that fails ends its list with `{ error }`.
 *
 * WALK_DATA keeps the app's data in that folder between runs, WALK_SIZE is the content size of its
 * windows (1366x768), WALK_IDLE and WALK_LONGEST its bounds in minutes without a command (10) and in
 * all (60).
 */
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MINUTE_MS = 60_000;
/** Long enough for a screen that follows a press, when nothing else is asked for. */
const SETTLE_MS = 150;
const GREATEST_BODY = 100_000;

/** Where a command acts: a window's number in the order of opening; the last one when absent. */
interface Placed {
  readonly window?: number;
}

type Command = Placed &
  (
    | { readonly do: "windows" }
    | { readonly do: "shot"; readonly path: string }
    | { readonly do: "move" | "click" | "down" | "up"; readonly x: number; readonly y: number }
    | { readonly do: "wheel"; readonly dy: number }
    | { readonly do: "type"; readonly text: string }
    /** As Playwright names keys: "Tab", "Shift+Tab", "Enter"; `times` presses it again. */
    | { readonly do: "key"; readonly key: string; readonly times?: number }
    | { readonly do: "wait"; readonly ms: number }
    /** Closes the window as its frame's button does. */
    | { readonly do: "close" }
    /** What the next open or save dialog will say: a path, or null for "cancel". */
    | { readonly do: "answer"; readonly dialog: "open" | "save"; readonly path: string | null }
    /** What left the app: paper, dialogs, refusals. */
    | { readonly do: "record" }
    /** Ends at once, as a power cut does. */
    | { readonly do: "kill" }
    | { readonly do: "quit" }
  );

function size(): { readonly width: number; readonly height: number } {
  const [width, height] = (process.env["WALK_SIZE"] ?? "1366x768").split("x").map(Number);
  if (width === undefined || height === undefined || !(width > 0) || !(height > 0))
    throw new Error("WALK_SIZE is WIDTHxHEIGHT, such as 1366x768");
  return { width, height };
}

const minutes = (name: string, otherwise: number): number => {
  const said = Number(process.env[name] ?? otherwise);
  if (!(said > 0)) throw new Error(`${name} is a number of minutes above 0`);
  return said * MINUTE_MS;
};

/** One person in front of one running app. */
class Walk {
  readonly #app: AppHandle;
  readonly #seen: Page[] = [];
  readonly #sized = new WeakSet<Page>();

  constructor(app: AppHandle) {
    this.#app = app;
  }

  /** The open windows, by the number each got when it was first seen. */
  async #windows(): Promise<Map<number, Page>> {
    // Pages that are only printed are nobody's to see.
    const open = this.#app.pages().filter((page) => /\/(?:app|ceremony)\.html/.test(page.url()));
    for (const page of open) if (!this.#seen.includes(page)) this.#seen.push(page);
    const pages = new Map<number, Page>();
    for (const [number, page] of this.#seen.entries()) {
      if (!open.includes(page) || page.isClosed()) continue;
      if (!this.#sized.has(page)) {
        this.#sized.add(page);
        await page.setViewportSize(size());
      }
      pages.set(number, page);
    }
    return pages;
  }

  async #at(number: number | undefined): Promise<Page> {
    const pages = await this.#windows();
    const page = number === undefined ? [...pages.values()].at(-1) : pages.get(number);
    if (page === undefined)
      throw new Error(`no such window; open are ${[...pages.keys()].join(", ")}`);
    return page;
  }

  async does(command: Command): Promise<unknown> {
    switch (command.do) {
      case "windows": {
        const pages = [...(await this.#windows())];
        return await Promise.all(
          pages.map(async ([window, page]) => ({ window, title: await page.title() })),
        );
      }
      case "wait":
        return await sleep(command.ms);
      case "answer":
        return await this.#app.answerDialog(
          command.dialog === "open" ? "showOpenDialog" : "showSaveDialog",
          command.dialog === "open"
            ? {
                canceled: command.path === null,
                filePaths: command.path === null ? [] : [command.path],
              }
            : { canceled: command.path === null, filePath: command.path ?? "" },
        );
      case "record": {
        const { printJobs, ...rest } = await this.#app.hostRecord();
        const papers = printJobs.map(({ pdf, outcome }) => ({ bytes: pdf.length, outcome }));
        return { ...rest, papers };
      }
      default:
        return await this.#inside(await this.#at(command.window), command);
    }
  }

  async #inside(page: Page, command: Command): Promise<unknown> {
    switch (command.do) {
      case "shot": {
        const path = resolve(command.path);
        await sleep(SETTLE_MS);
        await page.screenshot({ path });
        return { path, title: await page.title() };
      }
      case "move":
        return await page.mouse.move(command.x, command.y);
      case "click":
        // Its window may be gone before the button is up again.
        return await page.mouse.click(command.x, command.y).catch((error: unknown) => {
          if (!page.isClosed()) throw error;
        });
      case "down":
        await page.mouse.move(command.x, command.y);
        return await page.mouse.down();
      case "up":
        await page.mouse.move(command.x, command.y);
        return await page.mouse.up();
      case "wheel":
        return await page.mouse.wheel(0, command.dy);
      case "type":
        return await page.keyboard.type(command.text);
      case "key":
        for (let time = 0; time < (command.times ?? 1); time++)
          await page.keyboard.press(command.key);
        return undefined;
      case "close":
        return await page.close();
      default:
        throw new Error(`no such command: ${JSON.stringify(command)}`);
    }
  }
}

/** The folder of the bundles: inside the checkout, from where they find their native packages. */
async function bundled(): Promise<string> {
  const builds = join(ROOT, ".tsbuild");
  mkdirSync(builds, { recursive: true });
  const dist = mkdtempSync(join(builds, "walk-"));
  process.once("exit", () => rmSync(dist, { recursive: true, force: true }));
  await bundle(dist);
  return dist;
}

async function bodyOf(request: AsyncIterable<Buffer>): Promise<readonly Command[]> {
  let text = "";
  for await (const part of request) {
    text += part.toString("utf8");
    if (text.length > GREATEST_BODY) throw new Error("too long a list of commands");
  }
  const said: unknown = JSON.parse(text);
  return (Array.isArray(said) ? said : [said]) as Command[];
}

async function walk(port: number, args: readonly string[]): Promise<void> {
  const longest = minutes("WALK_LONGEST", 60);
  const idle = minutes("WALK_IDLE", 10);
  const kept = process.env["WALK_DATA"];
  const dist = await bundled();
  const started = performance.now();
  const app = await launchApp({
    main: join(dist, "main.js"),
    args,
    ...(kept === undefined ? {} : { userData: resolve(kept) }),
  });
  const ready = Math.round(performance.now() - started);
  const person = new Walk(app);
  let last = performance.now();

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const answers: unknown[] = [];
      let end: "quit" | "kill" | undefined;
      try {
        for (const command of await bodyOf(request)) {
          last = performance.now();
          if (command.do === "quit" || command.do === "kill") {
            end = command.do;
            break;
          }
          answers.push((await person.does(command)) ?? null);
        }
      } catch (error) {
        answers.push({ error: error instanceof Error ? error.message : String(error) });
      }
      last = performance.now();
      response.setHeader("content-type", "application/json");
      response.end(`${JSON.stringify(answers, null, 1)}\n`);
      if (end === "quit") await app.close();
      if (end === "kill") await app.kill();
    };
    void answer();
  });
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const { port: open } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${open}/ first window after ${ready} ms, data in ${app.userData}`);

  const watch = setInterval(() => {
    const now = performance.now();
    if (now - last > idle || now - started > longest) void app.close();
  }, 1_000);
  const code = await app.exited;
  clearInterval(watch);
  server.closeAllConnections();
  server.close();
  console.log(`main ended with ${code}\n${app.stderr()}`);
  process.exit(0);
}

const split = process.argv.indexOf("--");
const own = process.argv.slice(2, split === -1 ? undefined : split);
await walk(Number(own[0] ?? 0), split === -1 ? [] : process.argv.slice(split + 1));
