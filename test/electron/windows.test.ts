import { beforeEach, expect, test, vi } from "vitest";
import { hardenApp } from "../../electron/hardening.ts";
import { openCeremonyWindow, openMainWindow } from "../../electron/windows.ts";

// What every window is told to be, word for word: an option that weakens one has to be named here first.
// That Chromium keeps to it is test/e2e/windows'.

type Options = { readonly webPreferences: Readonly<Record<string, unknown>> };
type Listener = (...given: readonly unknown[]) => void;

const told = vi.hoisted(() => ({
  windows: [] as unknown[],
  protected: [] as boolean[],
  switches: new Map<string, string>(),
  sandboxed: 0,
  created: null as unknown,
}));

vi.mock("electron", () => ({
  BrowserWindow: class {
    constructor(options: unknown) {
      told.windows.push(options);
    }
    setContentProtection(on: boolean): void {
      told.protected.push(on);
    }
  },
  app: {
    enableSandbox: () => told.sandboxed++,
    commandLine: { appendSwitch: (name: string, value: string) => told.switches.set(name, value) },
    on: (name: string, listener: unknown) => {
      if (name === "web-contents-created") told.created = listener;
    },
  },
  session: {
    fromPartition: () => new Proxy({}, { get: () => () => undefined }),
  },
  protocol: {},
  net: {},
}));
vi.mock("../../electron/origin.ts", async (original) => ({
  ...(await original<object>()),
  serveOrigin: () => undefined,
}));

const BUILT = { pages: "/pages", preloads: "/preloads" };

beforeEach(() => {
  told.windows.length = 0;
  told.protected.length = 0;
});

/** All of them, so that web security can't be off, and no experiment or Blink feature on, unnamed. */
const EVERY = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  webviewTag: false,
  spellcheck: false,
  safeDialogs: true,
  navigateOnDragDrop: false,
  devTools: false,
};

test("both windows: isolated and sandboxed, and nothing that Chromium does by itself is turned off", () => {
  openMainWindow(BUILT, new Map());
  openCeremonyWindow(BUILT, true);
  expect((told.windows as Options[]).map(({ webPreferences }) => webPreferences)).toEqual([
    { ...EVERY, preload: "/preloads/preload-app.cjs", partition: "main" },
    {
      ...EVERY,
      preload: "/preloads/preload-ceremony.cjs",
      partition: expect.stringMatching(/^ceremony-\d+$/) as string,
    },
  ]);
  expect(told.protected).toEqual([true, true]);
});

test("ceremony windows share a partition, and so a process, with nobody, and leave none on the disk", () => {
  for (let count = 0; count < 3; count++) openCeremonyWindow(BUILT, false);
  const partitions = (told.windows as Options[]).map(({ webPreferences }) =>
    String(webPreferences["partition"]),
  );
  expect(new Set(partitions).size).toBe(3);
  expect(partitions.filter((name) => name.startsWith("persist:"))).toEqual([]);
});

test("whatever shows a page stays on it, opens no window and embeds no page", () => {
  hardenApp();
  expect(told.sandboxed).toBe(1);
  const listeners = new Map<string, Listener>();
  let open: (() => unknown) | null = null;
  let webRtc = "";
  (told.created as Listener)(null, {
    on: (name: string, listener: Listener) => listeners.set(name, listener),
    setWindowOpenHandler: (decide: () => unknown) => (open = decide),
    setWebRTCIPHandlingPolicy: (policy: string) => (webRtc = policy),
  });
  for (const name of ["will-navigate", "will-attach-webview"]) {
    const preventDefault = vi.fn();
    listeners.get(name)?.({ preventDefault });
    expect([name, preventDefault.mock.calls.length]).toEqual([name, 1]);
  }
  expect((open as (() => unknown) | null)?.()).toEqual({ action: "deny" });
  expect(webRtc).toBe("disable_non_proxied_udp");
});

test("no switch that lets insecure pages in, and the ones that keep Chromium off the network", () => {
  hardenApp();
  expect(Object.fromEntries(told.switches)).toEqual({
    "host-resolver-rules": "MAP * ~NOTFOUND",
    "proxy-server": "socks5://127.0.0.1:1",
    "proxy-bypass-list": "<-loopback>",
    "disable-background-networking": "",
    "disable-component-update": "",
    "disable-domain-reliability": "",
    "disable-quic": "",
    "no-pings": "",
    "webrtc-ip-handling-policy": "disable_non_proxied_udp",
  });
});
