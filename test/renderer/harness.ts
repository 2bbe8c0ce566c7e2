import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Stage } from "./in-page.ts";
import { windows as windowScripts } from "../../build/windows.ts";
import { SWITCHES } from "../../electron/switches.ts";

/** The shipped windows in Chromium, without a network: every request is answered from a folder. */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ORIGIN = "https://pullstation.invalid";

/** The app's own: a Chromium without them asks the network by itself. */
export const QUIET = SWITCHES.map(([name, value]) =>
  value === "" ? `--${name}` : `--${name}=${value}`,
);

const policy = (page: string): string =>
  [
    "default-src 'none'",
    `script-src 'self'${page === "ceremony" ? " 'wasm-unsafe-eval'" : ""}`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "frame-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
};

export interface Look {
  readonly theme?: "light" | "dark";
  readonly locale?: "pseudo";
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  readonly forcedColors?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  /** What the page's console and its policy complained of. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export class Windows {
  readonly #browser: Browser;
  readonly #out: string;
  readonly #inPage: string;
  /** Other files of the origin, by path. */
  readonly #files: Readonly<Record<string, string>>;

  readonly #idle = new Map<"app" | "ceremony", Page[]>();

  private constructor(
    browser: Browser,
    out: string,
    inPage: string,
    files: Readonly<Record<string, string>>,
  ) {
    this.#browser = browser;
    this.#out = out;
    this.#inPage = inPage;
    this.#files = files;
  }

  static async start(
    files: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<Windows> {
    const out = mkdtempSync(join(tmpdir(), "pullstation-windows-"));
    const [inPage] = await Promise.all([scriptOf("test/renderer/in-page.ts"), bundleWindows(out)]);
    const browser = await chromium.launch({
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      chromiumSandbox: process.getuid?.() !== 0,
      args: [...QUIET, ...args],
    });
    return new Windows(browser, out, inPage, files);
  }

  async end(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#out, { recursive: true, force: true });
  }

  /** Sizes of the windows' scripts, in bytes. */
  sizeOf(name: "app" | "ceremony"): number {
    return readFileSync(join(this.#out, `${name}.js`)).length;
  }

  /**
   * The window as it starts. A closed page is used again by the next one, as its process has the
   * scripts compiled; one that a failed test left open is not.
   */
  async open(
    name: "app" | "ceremony",
    stage: Stage,
    nowMs: number,
    look: Look = {},
  ): Promise<OpenPage> {
    const page = this.#idle.get(name)?.pop() ?? (await this.#fresh(name));
    await page.setViewportSize({ width: look.width ?? 1366, height: look.height ?? 768 });
    await page.emulateMedia({
      media: "screen",
      colorScheme: look.theme ?? "light",
      reducedMotion: look.reducedMotion === true ? "reduce" : "no-preference",
      forcedColors: look.forcedColors === true ? "active" : "none",
    });
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.clock.setFixedTime(nowMs);
    const staged = await page.addInitScript(
      `window.stage = ${JSON.stringify(stage)};\n${this.#inPage}`,
    );
    const query = look.locale === undefined ? "" : `?locale=${look.locale}`;
    await page.goto(`${ORIGIN}/${name}.html${query}`);
    await page.locator("h1").first().waitFor({ state: "attached" });
    await page.evaluate("document.fonts.ready.then(() => null)");
    // What is busy for a moment only is not drawn so.
    await page.locator(".act[aria-disabled=true]").first().waitFor({ state: "detached" });
    const close = async (): Promise<void> => {
      await staged.dispose();
      await page.goto("about:blank");
      page.removeAllListeners("console");
      page.removeAllListeners("pageerror");
      this.#idle.set(name, [...(this.#idle.get(name) ?? []), page]);
    };
    return { page, complaints, close };
  }

  async #fresh(name: "app" | "ceremony"): Promise<Page> {
    const context = await this.#browser.newContext({ permissions: ["camera"] });
    await this.#serve(context, name);
    return context.newPage();
  }

  async #serve(context: BrowserContext, name: "app" | "ceremony"): Promise<void> {
    await context.route("**/*", async (route) => {
      const { pathname, origin } = new URL(route.request().url());
      const path = pathname.slice(1);
      const given = this.#files[path];
      if (origin !== ORIGIN) return route.abort();
      if (given !== undefined)
        return route.fulfill({ body: given, contentType: "text/html; charset=utf-8" });
      try {
        return await route.fulfill({
          body: readFileSync(join(this.#out, path)),
          contentType: TYPES[extname(path)] ?? "application/octet-stream",
          headers: { "content-security-policy": policy(name) },
        });
      } catch {
        return route.fulfill({ status: 404, body: "" });
      }
    });
  }
}

/** As build/ bundles them. */
async function bundleWindows(out: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    ...windowScripts,
    plugins: [...windowScripts.plugins],
    outdir: out,
    logLevel: "warning",
  });
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      app: "renderer/app.html",
      ceremony: "renderer/ceremony.html",
      zxing_reader: "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm",
    },
    outdir: out,
    loader: { ".html": "copy", ".wasm": "copy" },
    logLevel: "warning",
  });
}

async function scriptOf(file: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [file],
    bundle: true,
    format: "iife",
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.text ?? "";
}
