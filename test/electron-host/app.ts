import { mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { App as ElectronApp } from "electron";
import { takeInstanceLock } from "./single-instance.ts";
import { StrictEmitter } from "./emitter.ts";
import { Cancellable, strict } from "./strict.ts";

type AppMembers =
  | "configureHostResolver"
  | "enableSandbox"
  | "exit"
  | "getAppPath"
  | "getName"
  | "getPath"
  | "getVersion"
  | "isReady"
  | "quit"
  | "requestSingleInstanceLock"
  | "setName"
  | "setPath"
  | "whenReady";

const EVENTS = [
  "activate",
  "before-quit",
  "browser-window-created",
  "child-process-gone",
  "quit",
  "ready",
  "render-process-gone",
  "second-instance",
  "session-created",
  "web-contents-created",
  "will-quit",
  "window-all-closed",
  // Listened to in order to refuse; nothing here ever asks.
  "certificate-error",
  "login",
  "select-client-certificate",
];

const SETTABLE = new Set(["home", "sessionData", "temp", "userData"]);

/** What the windows and the browser have to do when the app ends. */
export interface Ending {
  /** False when a window refused. */
  closeWindows(): boolean;
  destroyWindows(): void;
  endChromium(): Promise<void>;
}

const switchesOf = (args: readonly string[]): Map<string, string> =>
  new Map(
    args
      .filter((arg) => arg.startsWith("--"))
      .map((arg) => {
        const [name, ...value] = arg.slice(2).split("=");
        return [name ?? "", value.join("=")] as const;
      }),
  );

class App extends StrictEmitter implements Pick<ElectronApp, AppMembers> {
  readonly isPackaged = false;
  readonly commandLine;
  readonly #switches = switchesOf(process.argv.slice(2));
  readonly #paths = new Map([
    ["temp", tmpdir()],
    ["home", homedir()],
  ]);
  readonly #ready = Promise.withResolvers<void>();
  #isReady = false;
  #quitting = false;
  #name = "pullstation";
  #release: (() => void) | undefined;
  #ending: Ending | undefined;

  constructor() {
    super(EVENTS);
    const before = (what: string): void => {
      if (this.#isReady) throw new Error(`stand-in: ${what} has no effect after ready`);
    };
    this.commandLine = strict("app.commandLine", {
      appendSwitch: (name: string, value = "") => {
        before("appendSwitch");
        this.#switches.set(name, value);
      },
      hasSwitch: (name: string) => this.#switches.has(name),
      getSwitchValue: (name: string) => this.#switches.get(name) ?? "",
    } satisfies Pick<Electron.CommandLine, "appendSwitch" | "hasSwitch" | "getSwitchValue">);
  }

  enableSandbox(): void {
    if (this.#isReady)
      throw new Error("app.enableSandbox() can only be called before app is ready");
  }

  configureHostResolver(options: Electron.ConfigureHostResolverOptions): void {
    if (!this.#isReady)
      throw new Error("configureHostResolver cannot be called before the app is ready.");
    if (options.secureDnsMode !== "off")
      throw new Error("stand-in: only secureDnsMode off is implemented");
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  getVersion(): string {
    return "0.0.0-stand-in";
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getAppPath(): string {
    return dirname(process.argv[1] ?? process.cwd());
  }

  getPath(name: string): string {
    const path = this.#paths.get(name) ?? this.#derivedPath(name);
    if (path === undefined) throw new Error(`stand-in: app.getPath("${name}") is not implemented`);
    return path;
  }

  setPath(name: string, path: string): void {
    if (!SETTABLE.has(name)) throw new Error(`stand-in: app.setPath("${name}") is not implemented`);
    this.#paths.set(name, path);
  }

  /** As on Linux: named after the app, unless a switch says otherwise. */
  #derivedPath(name: string): string | undefined {
    if (name === "sessionData") return this.getPath("userData");
    if (name !== "userData") return undefined;
    const config = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
    const path = this.#switches.get("user-data-dir") ?? join(config, this.#name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  requestSingleInstanceLock(additionalData?: Record<PropertyKey, unknown>): boolean {
    if (additionalData !== undefined)
      throw new Error("stand-in: additionalData of a second instance is not implemented");
    if (this.#release !== undefined) return true;
    const mine = { argv: process.argv, workingDirectory: process.cwd() };
    const lock = takeInstanceLock(this.getPath("userData"), mine, ({ argv, workingDirectory }) => {
      void this.#ready.promise.then(() =>
        this.emit("second-instance", {}, argv, workingDirectory, null),
      );
    });
    if (lock.held) this.#release = () => lock.release();
    return lock.held;
  }

  quit(): void {
    if (this.#quitting) return;
    if (this.#prevented("before-quit") || this.#ending?.closeWindows() === false) return;
    this.#endUnlessPrevented();
  }

  exit(code = 0): void {
    this.#quitting = true;
    this.#ending?.destroyWindows();
    this.emit("quit", {}, code);
    this.#release?.();
    void (this.#ending?.endChromium() ?? Promise.resolve()).finally(() => process.exit(code));
  }

  #prevented(event: string): boolean {
    const asked = new Cancellable();
    this.emit(event, asked);
    return asked.defaultPrevented;
  }

  #endUnlessPrevented(): void {
    if (!this.#prevented("will-quit")) this.exit(0);
  }

  // The host's own side.

  get switches(): ReadonlyMap<string, string> {
    return this.#switches;
  }

  get quitting(): boolean {
    return this.#quitting;
  }

  becomeReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
    this.emit("ready", {}, {});
  }

  endWith(ending: Ending): void {
    this.#ending = ending;
  }

  lastWindowClosed(): void {
    if (this.#quitting) return;
    if (this.listenerCount("window-all-closed") > 0) this.emit("window-all-closed");
    else this.quit();
  }
}

export const app = new App();
