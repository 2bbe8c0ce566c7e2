import type { BrowserWindow as ElectronWindow } from "electron";
import { app } from "./app.ts";
import { browser } from "./browser.ts";
import { ifStillThere } from "./cdp.ts";
import { nativeTheme } from "./desktop.ts";
import { StrictEmitter } from "./emitter.ts";
import { type Session, sessionOf } from "./sessions.ts";
import { Cancellable } from "./strict.ts";
import { everyContents, WebContents } from "./web-contents.ts";

type Members =
  | "close"
  | "destroy"
  | "focus"
  | "getTitle"
  | "hide"
  | "isDestroyed"
  | "isFocused"
  | "isMinimized"
  | "isVisible"
  | "loadURL"
  | "minimize"
  | "restore"
  | "setContentProtection"
  | "setTitle"
  | "show";

/** What of a window that is gone can't be used: Electron throws so, whoever asks. */
const GONE = [
  "blur",
  "close",
  "focus",
  "getParentWindow",
  "getTitle",
  "hide",
  "isContentProtected",
  "isFocused",
  "isMinimized",
  "isModal",
  "isVisible",
  "loadURL",
  "minimize",
  "removeMenu",
  "restore",
  "setContentProtection",
  "setTitle",
  "show",
] as const satisfies (keyof ElectronWindow)[];

function gone(): never {
  throw new TypeError("Object has been destroyed");
}

const EVENTS = ["blur", "close", "closed", "focus", "hide", "ready-to-show", "show"];

const OPTIONS = new Set<string>([
  "autoHideMenuBar",
  "backgroundColor",
  "fullscreen",
  "height",
  "icon",
  "minHeight",
  "minWidth",
  "minimizable",
  "maximizable",
  "modal",
  "parent",
  "resizable",
  "show",
  "title",
  "webPreferences",
  "width",
] satisfies (keyof Electron.BrowserWindowConstructorOptions)[]);

const PREFERENCES = new Set<string>([
  "additionalArguments",
  "contextIsolation",
  "devTools",
  "javascript",
  "navigateOnDragDrop",
  "nodeIntegration",
  "nodeIntegrationInSubFrames",
  "nodeIntegrationInWorker",
  "allowRunningInsecureContent",
  "webSecurity",
  "partition",
  "preload",
  "safeDialogs",
  "sandbox",
  "spellcheck",
  "webviewTag",
] satisfies (keyof Electron.WebPreferences)[]);

/** What this host is, in whatever way an app would ask for the contrary. */
const FIXED: Electron.WebPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  allowRunningInsecureContent: false,
  webSecurity: true,
  webviewTag: false,
};

function refuse(what: string): never {
  throw new Error(`stand-in: BrowserWindow's ${what} is not implemented`);
}

function checkOptions(options: Electron.BrowserWindowConstructorOptions): void {
  for (const name of Object.keys(options)) if (!OPTIONS.has(name)) refuse(`option ${name}`);
  const preferences = options.webPreferences ?? {};
  for (const name of Object.keys(preferences))
    if (!PREFERENCES.has(name)) refuse(`web preference ${name}`);
  for (const [name, value] of Object.entries(FIXED)) {
    const asked = preferences[name as keyof Electron.WebPreferences];
    if (asked !== undefined && asked !== value) refuse(`${name}: ${String(asked)}`);
  }
}

const contexts = new Map<string, Promise<string | undefined>>();

/** A partition is a context of its own in Chromium, whose renderers nobody else shares. */
function contextOf(partition: string): Promise<string | undefined> {
  const known = contexts.get(partition);
  if (known !== undefined) return known;
  const opened = partition === "" ? Promise.resolve(undefined) : browser().openContext();
  contexts.set(partition, opened);
  return opened;
}

/** The session, told how to clear what its pages have stored. */
function sessionFor(partition: string): Session {
  const session = sessionOf(partition);
  session.clear = async () => {
    const pages = everyContents().filter((contents) => contents.isOf(session));
    await Promise.all(pages.map(({ page }) => page.clearStorage()));
  };
  return session;
}

export const isHeaded = (): boolean => process.env["HEADED"] === "1";

const windows = new Set<BrowserWindow>();
const desk: { focused?: BrowserWindow | undefined } = {};
let last = 0;

export class BrowserWindow extends StrictEmitter implements Pick<ElectronWindow, Members> {
  readonly id: number;
  readonly webContents: WebContents;
  readonly #options: Electron.BrowserWindowConstructorOptions;
  #title: string;
  #visible: boolean;
  #minimized = false;
  #destroyed = false;
  #shownOnce = false;
  #contentProtection = false;

  constructor(options: Electron.BrowserWindowConstructorOptions = {}) {
    super(EVENTS);
    if (!app.isReady()) throw new Error("Cannot create BrowserWindow before app is ready");
    checkOptions(options);
    last += 1;
    this.id = last;
    this.#options = options;
    this.#title = options.title ?? app.getName();
    this.#visible = options.show !== false;
    const partition = options.webPreferences?.partition ?? "";
    this.webContents = new WebContents({
      preferences: { ...FIXED, ...options.webPreferences },
      session: sessionFor(partition),
      contextId: contextOf(partition),
      width: options.width ?? 800,
      height: options.height ?? 600,
      headed: isHeaded(),
      fullscreen: options.fullscreen === true,
      dark: nativeTheme.forced,
      closeWindow: () => this.close(),
      painted: () => this.#painted(),
      pageGone: () => this.#closedOutside(),
    });
    windows.add(this);
    const parent = this.getParentWindow();
    parent?.once("closed", () => this.destroy());
    this.webContents.on("did-finish-load", () => this.#painted());
    app.emit("browser-window-created", {}, this);
    app.emit("web-contents-created", {}, this.webContents);
    if (this.#visible) this.focus();
  }

  static getAllWindows(): BrowserWindow[] {
    return [...windows];
  }

  static fromWebContents(contents: unknown): BrowserWindow | null {
    return [...windows].find((window) => window.webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return [...windows].find((window) => window.id === id) ?? null;
  }

  static getFocusedWindow(): BrowserWindow | null {
    return desk.focused ?? null;
  }

  loadURL(url: string): Promise<void> {
    return this.webContents.loadURL(url);
  }

  getParentWindow(): BrowserWindow | null {
    return (this.#options.parent as unknown as BrowserWindow | undefined) ?? null;
  }

  isModal(): boolean {
    return this.#options.modal === true;
  }

  show(): void {
    this.#visible = true;
    this.#arrange("normal");
    this.emit("show");
    this.focus();
  }

  hide(): void {
    this.#visible = false;
    this.#arrange("minimized");
    this.emit("hide");
    this.blur();
  }

  focus(): void {
    if (desk.focused === this) return;
    desk.focused?.blur();
    desk.focused = this;
    this.emit("focus");
  }

  blur(): void {
    if (desk.focused !== this) return;
    desk.focused = undefined;
    this.emit("blur");
  }

  minimize(): void {
    this.#minimized = true;
    this.#arrange("minimized");
    this.blur();
  }

  restore(): void {
    this.#minimized = false;
    this.#arrange("normal");
    this.focus();
  }

  isVisible(): boolean {
    return this.#visible;
  }

  isFocused(): boolean {
    return desk.focused === this;
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  getTitle(): string {
    return this.#title;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  /** Only macOS and Windows can do it; what was asked for is kept for a test to see. */
  setContentProtection(enable: boolean): void {
    this.#contentProtection = enable;
  }

  isContentProtected(): boolean {
    return this.#contentProtection;
  }

  removeMenu(): void {}

  close(): void {
    const asked = new Cancellable();
    this.emit("close", asked);
    if (!asked.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    this.blur();
    const { webContents } = this;
    for (const name of GONE) Object.defineProperty(this, name, { value: gone });
    for (const name of ["id", "webContents"]) Object.defineProperty(this, name, { get: gone });
    webContents.destroy();
    this.emit("closed");
    if (windows.size === 0) app.lastWindowClosed();
  }

  #arrange(state: "normal" | "minimized"): void {
    if (state === "normal" && this.#options.fullscreen === true) return;
    void ifStillThere(this.webContents.page.arrange(state));
  }

  /** By whoever sits in front of it. It can't be prevented here, but the app hears of it. */
  #closedOutside(): void {
    if (this.#destroyed) return;
    this.emit("close", new Cancellable());
    this.destroy();
  }

  #painted(): void {
    if (this.#shownOnce) return;
    this.#shownOnce = true;
    this.emit("ready-to-show");
  }
}
