import { randomUUID } from "node:crypto";
import { browser, type Page } from "./browser.ts";
import { ifStillThere } from "./cdp.ts";
import { hostRecord } from "./host-record.ts";
import { Navigations } from "./navigations.ts";
import { isolatedWorldScript, mainWorldScript } from "./page-world.ts";
import { TO_HOST, TO_PAGE, type ToHost, type ToPage, WORLD } from "./page-messages.ts";
import { fromWire, toWire } from "./schemes.ts";

export interface PageSetting {
  readonly width: number;
  readonly height: number;
  readonly headed: boolean;
  readonly fullscreen: boolean;
  /** Whether the page may run any; without, there is no preload either. */
  readonly scripts: boolean;
  readonly preload: string | undefined;
  readonly additionalArguments: readonly string[];
  readonly contextId: Promise<string | undefined>;
  readonly dark: boolean | undefined;
}

export interface PageEvents {
  heard(message: ToHost, reply: (message: ToPage) => void): void;
  committed(): void;
  /** A new document's isolated world: the old document's ports and listeners are gone. */
  newDocument(): void;
  domReady(): void;
  painted(): void;
  loaded(): void;
  logged(level: string, text: string): void;
  opening(url: string, name: string): void;
  crashed(): void;
  gone(): void;
}

/** One page of Chromium: its two worlds, its document and its process. */
export class PageTarget {
  readonly opened: Promise<Page>;
  readonly navigations = new Navigations();
  readonly #events: PageEvents;
  readonly #headed: boolean;
  readonly #frames = new Set<string>();
  #page: Page | undefined;
  #context: number | undefined;
  #url = "about:blank";
  #pid = 0;
  #pidKnown: Promise<void> = Promise.resolve();

  constructor(setting: PageSetting, events: PageEvents) {
    this.#headed = setting.headed;
    this.#events = events;
    this.opened = this.#open(setting);
    this.opened.catch(() => undefined);
  }

  get url(): string {
    return fromWire(this.#url);
  }

  get pid(): number {
    return this.#pid;
  }

  get targetId(): string | undefined {
    return this.#page?.targetId;
  }

  hasFrame(frameId: string): boolean {
    return this.#page?.targetId === frameId || this.#frames.has(frameId);
  }

  async navigate(url: string): Promise<void> {
    const { target } = await this.opened;
    await this.navigations.load(url, () => target.send("Page.navigate", { url: toWire(url) }));
    await this.#pidKnown;
  }

  async reload(): Promise<void> {
    const { target } = await this.opened;
    this.navigations.begun();
    await ifStillThere(target.send("Page.reload"));
  }

  /** Deletes what the page's origin has stored. */
  async clearStorage(): Promise<void> {
    const { target } = await this.opened;
    const { origin } = new URL(this.#url);
    if (origin !== "null")
      await ifStillThere(
        target.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" }),
      );
    await ifStillThere(target.send("Network.clearBrowserCache"));
  }

  /** Sent to the document that is there now; a page without a preload can't hear it. */
  tell(message: ToPage, context = this.#context): void {
    const page = this.#page;
    if (page === undefined || context === undefined || context !== this.#context) {
      this.#lost(message);
      return;
    }
    const expression = `${TO_PAGE}(${JSON.stringify(message)})`;
    void page.target
      .send("Runtime.evaluate", { expression, contextId: context, silent: true })
      .then(
        ({ exceptionDetails }) => {
          if (exceptionDetails !== undefined) this.#lost(message);
        },
        () => this.#lost(message),
      );
  }

  async evaluate(expression: string): Promise<unknown> {
    const { target } = await this.opened;
    const { result, exceptionDetails } = await target.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }

  /** Chromium's own print dialog, over a page whose scripts stay off. */
  async showPrintDialog(): Promise<void> {
    const { target } = await this.opened;
    await target.send("Emulation.setScriptExecutionDisabled", { value: false });
    await this.evaluate("window.print()");
  }

  async close(): Promise<void> {
    const page = await this.opened.catch(() => undefined);
    if (page !== undefined) await browser().closePage(page.targetId);
  }

  #lost(message: ToPage): void {
    if (message.kind === "event") hostRecord.lostMessages.push(message.channel);
  }

  async #open(setting: PageSetting): Promise<Page> {
    const { width, height, headed } = setting;
    const page = await browser().openPage({ width, height }, await setting.contextId, headed);
    this.#page = page;
    const { target } = page;
    this.#listen(page);
    await Promise.all([
      target.send("Page.enable"),
      target.send("Page.setLifecycleEventsEnabled", { enabled: true }),
      target.send("Runtime.enable"),
      target.send("Log.enable"),
      target.send("Network.enable"),
      ...(headed
        ? []
        : [
            target.send("Emulation.setDeviceMetricsOverride", {
              width,
              height,
              deviceScaleFactor: 1,
              mobile: false,
            }),
          ]),
      ...(setting.dark === undefined ? [] : [this.#colours(target, setting.dark)]),
      setting.scripts
        ? this.#openWorlds(target, setting)
        : target.send("Emulation.setScriptExecutionDisabled", { value: true }),
      target.send("Runtime.runIfWaitingForDebugger"),
    ]);
    await this.#findPid();
    if (headed && setting.fullscreen) await this.#arrange(page, "fullscreen");
    return page;
  }

  async #openWorlds(target: Page["target"], setting: PageSetting): Promise<void> {
    const token = randomUUID();
    const { preload, additionalArguments } = setting;
    const [main, isolated] = await Promise.all([
      mainWorldScript(token),
      isolatedWorldScript(token, preload, additionalArguments),
    ]);
    await Promise.all([
      target.send("Runtime.addBinding", { name: TO_HOST, executionContextName: WORLD }),
      target.send("Page.addScriptToEvaluateOnNewDocument", { source: main }),
      target.send("Page.addScriptToEvaluateOnNewDocument", {
        source: isolated,
        worldName: WORLD,
      }),
    ]);
  }

  /** Only where somebody sees it. */
  async arrange(state: "normal" | "minimized"): Promise<void> {
    const page = await this.opened;
    if (!this.#headed) return;
    await this.#arrange(page, state);
    if (state === "normal") await ifStillThere(page.target.send("Page.bringToFront"));
  }

  async #arrange({ targetId }: Page, windowState: "normal" | "minimized" | "fullscreen") {
    const { browser: target } = browser().chromium.devtools;
    const { windowId } = await target.send("Browser.getWindowForTarget", { targetId });
    await ifStillThere(
      target.send("Browser.setWindowBounds", { windowId, bounds: { windowState } }),
    );
  }

  async setDark(dark: boolean | undefined): Promise<void> {
    const { target } = await this.opened;
    await ifStillThere(this.#colours(target, dark));
  }

  async #colours(target: Page["target"], dark: boolean | undefined): Promise<void> {
    const value = dark === undefined ? "" : dark ? "dark" : "light";
    await target.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value }],
    });
  }

  #listen({ target, targetId, gone }: Page): void {
    const events = this.#events;
    target.on("Runtime.executionContextCreated", ({ context }) => {
      const { frameId } = (context.auxData ?? {}) as { readonly frameId?: string };
      if (context.name !== WORLD || frameId !== targetId) return;
      this.#context = context.id;
      events.newDocument();
    });
    target.on("Runtime.executionContextsCleared", () => {
      this.#context = undefined;
    });
    target.on("Runtime.bindingCalled", ({ name, payload, executionContextId }) => {
      if (name !== TO_HOST || executionContextId !== this.#context) return;
      events.heard(JSON.parse(payload) as ToHost, (answer) =>
        this.tell(answer, executionContextId),
      );
    });
    target.on("Page.frameNavigated", ({ frame }) => {
      if (frame.parentId !== undefined) return;
      this.#url = frame.url + (frame.urlFragment ?? "");
      this.#pidKnown = this.#findPid();
      events.committed();
    });
    target.on("Page.frameAttached", ({ frameId }) => this.#frames.add(frameId));
    target.on("Page.frameDetached", ({ frameId, reason }) => {
      if (reason === "remove") this.#frames.delete(frameId);
    });
    target.on("Page.navigatedWithinDocument", ({ frameId, url }) => {
      if (frameId === targetId) this.#url = url;
    });
    target.on("Page.lifecycleEvent", ({ frameId, loaderId, name }) => {
      if (frameId === targetId) this.#lifecycle(name, loaderId);
    });
    target.on("Page.windowOpen", ({ url, windowName }) =>
      events.opening(fromWire(url), windowName),
    );
    target.on("Network.webSocketCreated", ({ url }) => hostRecord.networkAttempts.push(url));
    target.on("Runtime.consoleAPICalled", ({ type, args }) =>
      events.logged(
        type,
        args.map(({ value, description }) => description ?? String(value)).join(" "),
      ),
    );
    target.on("Log.entryAdded", ({ entry }) => events.logged(entry.level, entry.text));
    target.on("Inspector.targetCrashed", () => {
      this.navigations.abandon();
      events.crashed();
    });
    void gone.then(() => {
      this.navigations.abandon();
      events.gone();
    });
  }

  #lifecycle(name: string, loaderId: string): void {
    if (/^(?:about|chrome-error):/.test(this.#url)) return;
    if (name === "DOMContentLoaded") this.#events.domReady();
    if (name === "firstPaint") this.#events.painted();
    if (name !== "load") return;
    this.#events.loaded();
    this.navigations.finished(loaderId);
  }

  /**
   * Blink prefixes the identifiers that it makes up with its process's id, as seen from outside its
   * sandbox; the identifier of a search in the document is the cheapest of them.
   */
  async #findPid(): Promise<void> {
    const target = this.#page?.target;
    if (target === undefined) return;
    try {
      const [, { searchId }] = await Promise.all([
        target.send("DOM.enable"),
        target.send("DOM.performSearch", { query: "#stand-in-process" }),
        target.send("DOM.disable"),
      ]);
      this.#pid = Number(searchId.split(".")[0]);
    } catch {
      // The page went away meanwhile, and its process with it.
    }
  }
}
