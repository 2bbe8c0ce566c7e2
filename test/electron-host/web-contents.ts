import type { WebContents as ElectronWebContents } from "electron";
import { app } from "./app.ts";
import { ifStillThere } from "./cdp.ts";
import { StrictEmitter } from "./emitter.ts";
import { hostRecord } from "./host-record.ts";
import { mainFrameOf } from "./main-frame.ts";
import { PageIpc } from "./page-ipc.ts";
import type { PermissionQuestion } from "./page-messages.ts";
import { PageTarget } from "./page-target.ts";
import { applyPermission, decide, denyAll } from "./permissions.ts";
import { printed, pdfOf } from "./printing.ts";
import type { Session } from "./sessions.ts";

type Members =
  | "close"
  | "executeJavaScript"
  | "forcefullyCrashRenderer"
  | "getOSProcessId"
  | "getURL"
  | "isDestroyed"
  | "isDevToolsOpened"
  | "loadURL"
  | "openDevTools"
  | "postMessage"
  | "print"
  | "printToPDF"
  | "reload"
  | "send"
  | "setWebRTCIPHandlingPolicy"
  | "setWindowOpenHandler";

const EVENTS = [
  "console-message",
  "destroyed",
  "did-fail-load",
  "did-finish-load",
  "did-navigate",
  "dom-ready",
  "preload-error",
  "render-process-gone",
  "responsive",
  // Nothing here hangs by itself; a test says that a page does.
  "unresponsive",
  "will-frame-navigate",
  "will-navigate",
  // Listened to in order to refuse; a page here has no webview and sees no redirect.
  "will-attach-webview",
  "will-redirect",
];

const LEVELS: Readonly<Record<string, string>> = {
  assert: "error",
  debug: "debug",
  error: "error",
  verbose: "debug",
  warning: "warning",
};

type OpenHandler = Parameters<ElectronWebContents["setWindowOpenHandler"]>[0];

/** What a window gives to the contents it shows. */
export interface ContentsSetting {
  readonly preferences: Electron.WebPreferences;
  readonly session: Session;
  readonly contextId: Promise<string | undefined>;
  readonly width: number;
  readonly height: number;
  readonly headed: boolean;
  readonly fullscreen: boolean;
  readonly dark: boolean | undefined;
  closeWindow(): void;
  painted(): void;
  pageGone(): void;
}

const all = new Set<WebContents>();
let last = 0;

export const everyContents = (): readonly WebContents[] => [...all];

export class WebContents extends StrictEmitter implements Pick<ElectronWebContents, Members> {
  readonly id: number;
  readonly session;
  readonly mainFrame;
  readonly page: PageTarget;
  readonly #setting: ContentsSetting;
  readonly #ipc: PageIpc;
  #openHandler: OpenHandler = () => ({ action: "allow" });
  #destroyed = false;

  constructor(setting: ContentsSetting) {
    super(EVENTS);
    last += 1;
    this.id = last;
    this.#setting = setting;
    this.session = setting.session as unknown as Electron.Session;
    this.page = new PageTarget(
      {
        width: setting.width,
        height: setting.height,
        headed: setting.headed,
        fullscreen: setting.fullscreen,
        dark: setting.dark,
        contextId: setting.contextId,
        scripts: setting.preferences.javascript !== false,
        preload: setting.preferences.preload,
        additionalArguments: setting.preferences.additionalArguments ?? [],
      },
      {
        heard: (message, reply) => {
          if (!this.#destroyed) this.#ipc.heard(message, reply);
        },
        committed: () => {
          this.emit("did-navigate", {}, this.getURL(), 200, "OK");
        },
        newDocument: () => this.#ipc.closePorts(),
        domReady: () => this.emit("dom-ready", {}),
        painted: () => setting.painted(),
        loaded: () => this.emit("did-finish-load", {}),
        logged: (level, text) => this.#logged(level, text),
        opening: (url, name) => this.#opening(url, name),
        crashed: () => this.#crashed(),
        gone: () => setting.pageGone(),
      },
    );
    this.mainFrame = mainFrameOf(this.page, this.id, () => this.#destroyed);
    this.#ipc = new PageIpc({
      sender: this,
      senderFrame: this.mainFrame,
      tell: (message) => this.page.tell(message),
      decide: (question) => this.#decide(question),
      preloadFailed: (message) => this.#preloadFailed(message),
    });
    all.add(this);
  }

  getURL(): string {
    return this.page.url;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  getOSProcessId(): number {
    return this.page.pid;
  }

  /** Electron has it and documents it no longer; tests ask it whether a window is hardened. */
  getLastWebPreferences(): Electron.WebPreferences {
    return this.#setting.preferences;
  }

  async loadURL(url: string): Promise<void> {
    try {
      await denyAll(url, this.#setting.contextId);
      await this.page.navigate(url);
    } catch (error) {
      const { errno, code } = error as { readonly errno?: number; readonly code?: string };
      this.emit("did-fail-load", {}, errno ?? -2, code ?? "", url, true);
      throw error;
    }
  }

  reload(): void {
    void ifStillThere(this.page.reload());
  }

  close(): void {
    this.#setting.closeWindow();
  }

  forcefullyCrashRenderer(): void {
    process.kill(this.getOSProcessId(), "SIGKILL");
  }

  send(channel: string, ...args: unknown[]): void {
    this.#ipc.send(channel, args, []);
  }

  postMessage(
    channel: string,
    message: unknown,
    transfer: readonly Electron.MessagePortMain[] = [],
  ): void {
    this.#ipc.send(channel, [message], transfer);
  }

  // A signature that Electron declares with `any`; the caller says what it expects.
  executeJavaScript<T>(code: string): Promise<T> {
    return this.page.evaluate(code) as Promise<T>;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    // Chromium takes it for the whole process only.
    if (policy !== app.switches.get("webrtc-ip-handling-policy"))
      throw new Error(
        "stand-in: a WebRTC policy other than the switch webrtc-ip-handling-policy is not implemented",
      );
  }

  openDevTools(): void {
    throw new Error("stand-in: webContents.openDevTools is not implemented");
  }

  isDevToolsOpened(): boolean {
    return false;
  }

  async printToPDF(options: Electron.PrintToPDFOptions): Promise<Buffer> {
    return await pdfOf(this.page, options);
  }

  print(
    options: Electron.WebContentsPrintOptions = {},
    callback: (success: boolean, failureReason: string) => void = () => undefined,
  ): void {
    void this.#print(options, callback);
  }

  // The host's side.

  isOf(session: Session): boolean {
    return this.#setting.session === session;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    all.delete(this);
    this.#ipc.closePorts();
    this.emit("destroyed");
    void this.page.close();
  }

  async #print(
    options: Electron.WebContentsPrintOptions,
    callback: (success: boolean, failureReason: string) => void,
  ): Promise<void> {
    let reason: string;
    try {
      reason = await printed(this.page, options, this.#setting.headed);
    } catch (error) {
      reason = String(error);
    }
    callback(reason === "", reason);
  }

  async #decide(question: PermissionQuestion): Promise<boolean> {
    const granted = await decide(question, this, this.#setting.session);
    await applyPermission(question, granted, this.page, this.#setting.contextId);
    return granted;
  }

  #preloadFailed(message: string): void {
    hostRecord.failures.push(`preload: ${message}`);
    this.emit("preload-error", {}, this.#setting.preferences.preload, new Error(message));
  }

  #logged(level: string, text: string): void {
    hostRecord.console.push({ window: this.id, level, text });
    this.emit("console-message", {
      message: text,
      level: LEVELS[level] ?? "info",
      lineNumber: 0,
      sourceId: "",
      frame: this.mainFrame,
    });
  }

  #opening(url: string, frameName: string): void {
    hostRecord.popups.push(url);
    const answer = this.#openHandler({
      url,
      frameName,
      features: "",
      disposition: "new-window",
      referrer: { url: "", policy: "strict-origin-when-cross-origin" },
    });
    if (answer.action !== "deny")
      hostRecord.failures.push(`an allowed popup is not implemented: ${url}`);
  }

  #crashed(): void {
    const details = { reason: "crashed", exitCode: 1 };
    this.#ipc.closePorts();
    this.emit("render-process-gone", {}, details);
    app.emit("render-process-gone", {}, this, details);
  }
}
