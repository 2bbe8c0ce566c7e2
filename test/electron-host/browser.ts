import { type Chromium, chromiumPath, type ChromiumOptions, startChromium } from "./chromium.ts";
import { ifStillThere, type Target } from "./cdp.ts";

// The one Chromium of the host, and which of its pages belongs to whom.

export interface Page {
  readonly targetId: string;
  readonly target: Target;
  /** Resolves when the page is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

interface Size {
  readonly width: number;
  readonly height: number;
}
type Context = { readonly browserContextId?: string };

export class Browser {
  readonly chromium: Chromium;
  readonly #sessions = new Map<string, string>();
  readonly #gone = new Map<string, () => void>();
  readonly #creating = new Set<Promise<unknown>>();
  readonly #claimed = new Set<string>();
  /** Openers of bare windows, until their window is there. */
  readonly #awaited = new Map<string, (targetId: string) => void>();

  constructor(chromium: Chromium) {
    this.chromium = chromium;
    const { browser: target } = chromium.devtools;
    target.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      this.#sessions.set(targetInfo.targetId, sessionId);
      void this.#closeUnlessOurs(targetInfo.targetId, targetInfo.openerId);
    });
    target.on("Target.detachedFromTarget", ({ sessionId }) => {
      chromium.devtools.forget(sessionId);
      this.#gone.get(sessionId)?.();
    });
  }

  /** Until this has happened, no page may be opened. */
  async prepare(): Promise<void> {
    const { browser: target } = this.chromium.devtools;
    await this.#denyDownloads({});
    // Every request of every page, frame and worker halts here until the host answers it.
    await target.send("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
    await target.send("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: "page" }, { exclude: true }],
    });
  }

  /** A new page, halted before its first document. */
  async openPage(size: Size, browserContextId: string | undefined, bare: boolean): Promise<Page> {
    const context = browserContextId === undefined ? {} : { browserContextId };
    const targetId = bare ? await this.#openBare(size, context) : await this.#create(size, context);
    const gone = new Promise<void>((resolve) => this.#gone.set(this.#sessionOf(targetId), resolve));
    return { targetId, target: this.#targetOf(targetId), gone };
  }

  async closePage(targetId: string): Promise<void> {
    await this.chromium.devtools.browser
      .send("Target.closeTarget", { targetId })
      .catch(() => undefined);
  }

  /** Somebody sits in front of it: an app's window has no tabs. Only a page can open such a one. */
  async #openBare({ width, height }: Size, context: Context): Promise<string> {
    const opener = await this.#create({ width, height }, { ...context, windowState: "minimized" });
    const popup = new Promise<string>((resolve) => this.#awaited.set(opener, resolve));
    const target = this.#targetOf(opener);
    const features = `popup,noopener,width=${width},height=${height}`;
    // It returns when the popup, which is halted, runs on.
    const opened = ifStillThere(
      Promise.all([
        target.send("Runtime.runIfWaitingForDebugger"),
        target.send("Runtime.evaluate", {
          expression: `void window.open("about:blank", "_blank", "${features}")`,
          userGesture: true,
        }),
      ]),
    );
    const targetId = await popup;
    void opened.then(() => this.closePage(opener));
    return targetId;
  }

  async #create(
    { width, height }: Size,
    context: Context & { readonly windowState?: "minimized" },
  ): Promise<string> {
    const created = this.chromium.devtools.browser.send("Target.createTarget", {
      url: "about:blank",
      width,
      height,
      newWindow: true,
      ...context,
    });
    const claimed = created.then(({ targetId }) => this.#claimed.add(targetId));
    this.#creating.add(claimed);
    const { targetId } = await created.finally(() => this.#creating.delete(claimed));
    return targetId;
  }

  #sessionOf(targetId: string): string {
    const sessionId = this.#sessions.get(targetId);
    if (sessionId === undefined) throw new Error("stand-in: Chromium did not attach to a new page");
    return sessionId;
  }

  #targetOf(targetId: string): Target {
    return this.chromium.devtools.session(this.#sessionOf(targetId));
  }

  async openContext(): Promise<string> {
    const { browser: target } = this.chromium.devtools;
    const { browserContextId } = await target.send("Target.createBrowserContext", {
      disposeOnDetach: true,
    });
    await this.#denyDownloads({ browserContextId });
    return browserContextId;
  }

  async #denyDownloads(context: Context): Promise<void> {
    await this.chromium.devtools.browser.send("Browser.setDownloadBehavior", {
      behavior: "deny",
      eventsEnabled: true,
      ...context,
    });
  }

  async end(): Promise<void> {
    const { devtools, process, exited } = this.chromium;
    const late = setTimeout(() => process.kill("SIGKILL"), 5_000);
    await devtools.browser.send("Browser.close").catch(() => undefined);
    await exited;
    clearTimeout(late);
  }

  /**
   * Closes a page that some page opened by itself. One without an opener may be one of ours whose
   * creation is still being answered.
   */
  async #closeUnlessOurs(targetId: string, openerId: string | undefined): Promise<void> {
    const awaited = this.#awaited.get(openerId ?? "");
    if (awaited !== undefined) {
      this.#awaited.delete(openerId ?? "");
      this.#claimed.add(targetId);
      awaited(targetId);
      return;
    }
    const settled = (): boolean => this.#claimed.has(targetId) || this.#creating.size === 0;
    if (openerId === undefined)
      while (!settled()) await Promise.race(this.#creating).catch(() => undefined);
    if (this.#claimed.has(targetId)) return;
    // A halted page halts its opener's process too. Its requests find no owner and fail.
    await ifStillThere(this.#targetOf(targetId).send("Runtime.runIfWaitingForDebugger"));
    await this.closePage(targetId);
  }
}

let current: Browser | undefined;

export function browser(): Browser {
  if (current === undefined) throw new Error("stand-in: Chromium is not running yet");
  return current;
}

/** Starts Chromium; rejects with its last words when it does not come up. */
export async function openBrowser(options: ChromiumOptions): Promise<Browser> {
  const chromium = startChromium(options);
  const made = new Browser(chromium);
  const failed = chromium.exited.then(() => {
    throw new Error(`stand-in: ${chromiumPath()} did not start:\n${chromium.lastWords()}`);
  });
  await Promise.race([made.prepare(), failed]);
  failed.catch(() => undefined);
  current = made;
  return made;
}
