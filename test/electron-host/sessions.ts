import type { Session as ElectronSession } from "electron";
import { app } from "./app.ts";
import { declareScheme } from "./schemes.ts";
import { StrictEmitter } from "./emitter.ts";
import { strict } from "./strict.ts";

type SessionMembers =
  | "clearCache"
  | "clearStorageData"
  | "closeAllConnections"
  | "disableNetworkEmulation"
  | "enableNetworkEmulation"
  | "setDevicePermissionHandler"
  | "setDisplayMediaRequestHandler"
  | "setPermissionCheckHandler"
  | "setPermissionRequestHandler"
  | "setSpellCheckerEnabled";

type ProtocolHandler = Parameters<Electron.Protocol["handle"]>[1];
type PermissionRequest = NonNullable<Parameters<ElectronSession["setPermissionRequestHandler"]>[0]>;
type PermissionCheck = NonNullable<Parameters<ElectronSession["setPermissionCheckHandler"]>[0]>;

type BeforeRequest = (
  details: Electron.OnBeforeRequestListenerDetails,
  callback: (response: Electron.CallbackResponse) => void,
) => void;
type HeadersReceived = (
  details: Electron.OnHeadersReceivedListenerDetails,
  callback: (response: Electron.HeadersReceivedResponse) => void,
) => void;

interface Filtered<Listener> {
  readonly urls: readonly string[];
  readonly listener: Listener;
}

const escaped = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

/** Chromium's match patterns, as far as `*` goes. */
const matches = (url: string, patterns: readonly string[]): boolean =>
  patterns.some(
    (pattern) =>
      pattern === "<all_urls>" ||
      new RegExp(`^${escaped(pattern).replaceAll("*", ".*")}$`).test(url),
  );

/** One listener per event, as in Electron; a new one replaces the old. */
class Hook<Listener> {
  #current: Filtered<Listener> | undefined;

  readonly set = (...args: readonly unknown[]): void => {
    const [first, second] = args;
    if (first === null) this.#current = undefined;
    else if (typeof first === "function")
      this.#current = { urls: ["<all_urls>"], listener: first as Listener };
    else {
      const { urls } = first as Electron.WebRequestFilter;
      if (typeof second !== "function") this.#current = undefined;
      else
        this.#current = {
          // An empty filter matches everything.
          urls: urls.length === 0 ? ["<all_urls>"] : urls,
          listener: second as Listener,
        };
    }
  };

  for(url: string): Listener | undefined {
    const current = this.#current;
    return current !== undefined && matches(url, current.urls) ? current.listener : undefined;
  }
}

export class Session extends StrictEmitter implements Pick<ElectronSession, SessionMembers> {
  readonly partition: string;
  readonly protocol;
  readonly webRequest;
  // The host's side of what the app set.
  readonly handlers = new Map<string, ProtocolHandler>();
  readonly beforeRequest = new Hook<BeforeRequest>();
  readonly headersReceived = new Hook<HeadersReceived>();
  permissionRequest: PermissionRequest | null = null;
  permissionCheck: PermissionCheck | null = null;
  offline = false;
  /** Set by the windows that show something of this session. */
  clear: () => Promise<void> = async () => undefined;

  constructor(partition: string) {
    super(["will-download"]);
    this.partition = partition;
    this.protocol = strict("protocol", {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
        if (app.isReady())
          throw new Error(
            "protocol.registerSchemesAsPrivileged should be called before app is ready",
          );
        for (const { scheme } of schemes) declareScheme(scheme);
      },
      handle: (scheme: string, handler: ProtocolHandler) => {
        if (this.handlers.has(scheme))
          throw new Error(`Failed to register protocol: ${scheme}: already registered`);
        this.handlers.set(scheme, handler);
      },
      unhandle: (scheme: string) => {
        if (!this.handlers.delete(scheme))
          throw new Error(`Failed to unhandle protocol: ${scheme}`);
      },
      isProtocolHandled: (scheme: string) => this.handlers.has(scheme),
    } satisfies Pick<
      Electron.Protocol,
      "registerSchemesAsPrivileged" | "handle" | "unhandle" | "isProtocolHandled"
    >);
    this.webRequest = strict("webRequest", {
      onBeforeRequest: this.beforeRequest.set,
      onHeadersReceived: this.headersReceived.set,
    } satisfies Pick<Electron.WebRequest, "onBeforeRequest" | "onHeadersReceived">);
  }

  setPermissionRequestHandler(handler: PermissionRequest | null): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck | null): void {
    this.permissionCheck = handler;
  }

  /** No device chooser is ever answered here, so no device is ever granted. */
  setDevicePermissionHandler(_handler: unknown): void {}

  setDisplayMediaRequestHandler(handler: unknown): void {
    if (handler !== null)
      throw new Error("stand-in: a display media request handler is not implemented");
  }

  setSpellCheckerEnabled(enable: boolean): void {
    if (enable) throw new Error("stand-in: the spell checker is not implemented");
  }

  enableNetworkEmulation(options: Electron.EnableNetworkEmulationOptions): void {
    this.offline = options.offline === true;
  }

  disableNetworkEmulation(): void {
    this.offline = false;
  }

  async clearStorageData(options?: object): Promise<void> {
    if (options !== undefined)
      throw new Error("stand-in: clearStorageData for a part of the storage is not implemented");
    await this.clear();
  }

  async clearCache(): Promise<void> {
    await this.clear();
  }

  async closeAllConnections(): Promise<void> {}
}

const sessions = new Map<string, Session>();

export function sessionOf(partition: string): Session {
  const found = sessions.get(partition);
  if (found !== undefined) return found;
  const made = new Session(partition);
  sessions.set(partition, made);
  if (app.isReady()) app.emit("session-created", made);
  return made;
}

const needReady = (): void => {
  if (!app.isReady()) throw new Error("Session can only be received when app is ready");
};

export const session = strict("session", {
  get defaultSession(): Session {
    needReady();
    return sessionOf("");
  },
  fromPartition(partition: string): Session {
    needReady();
    return sessionOf(partition);
  },
});

/** The module's `protocol`: the default session's, and usable before ready. */
export const protocol = sessionOf("").protocol;
