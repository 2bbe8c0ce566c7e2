import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { Devtools } from "./cdp.ts";

export interface ChromiumOptions {
  readonly profile: string;
  /** The app's own switches; `""` for a switch without a value. */
  readonly switches: ReadonlyMap<string, string>;
  readonly headed: boolean;
  /** Opens a debugging port on loopback as well, for the test process. */
  readonly attachable: boolean;
}

export interface Chromium {
  readonly devtools: Devtools;
  readonly process: ChildProcess;
  /** Where the test process attaches; never settles when not `attachable`. */
  readonly endpoint: Promise<string>;
  readonly exited: Promise<void>;
  /** What Chromium said last, for the report of a failed start. */
  lastWords(): string;
}

export const chromiumPath = (): string => process.env["CHROMIUM_BIN"] ?? "/usr/bin/chromium";

/** Silent, deterministic, and without the first-run and account features of a browser. */
const QUIET_SWITCHES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "disable-background-networking": "",
    "disable-background-timer-throttling": "",
    "disable-backgrounding-occluded-windows": "",
    "disable-breakpad": "",
    "disable-client-side-phishing-detection": "",
    "disable-component-extensions-with-background-pages": "",
    "disable-component-update": "",
    "disable-default-apps": "",
    "disable-dev-shm-usage": "",
    "disable-domain-reliability": "",
    "disable-extensions": "",
    "disable-field-trial-config": "",
    "disable-hang-monitor": "",
    "disable-infobars": "",
    "disable-popup-blocking": "",
    "disable-quic": "",
    "disable-renderer-backgrounding": "",
    "disable-search-engine-choice-screen": "",
    "disable-sync": "",
    // A spare renderer would outlive the windows and blur which process is whose.
    "disable-features":
      "SpareRendererForSitePerProcess,Translate,MediaRouter,OptimizationHints,InterestFeedContentSuggestions",
    // Electron carries a patch of its own for the `close` event of message ports.
    "enable-blink-features": "MessagePortCloseEvent",
    "disable-save-password-bubble": "",
    "hide-crash-restore-bubble": "",
    "force-color-profile": "srgb",
    "host-resolver-rules": "MAP * ~NOTFOUND",
    "metrics-recording-only": "",
    "mute-audio": "",
    "no-default-browser-check": "",
    "no-first-run": "",
    "no-pings": "",
    "no-service-autorun": "",
    "no-startup-window": "",
    "password-store": "basic",
    "use-mock-keychain": "",
  }),
);

const LISTS = new Set(["disable-features", "enable-features", "enable-blink-features"]);

function merged(app: ReadonlyMap<string, string>): Map<string, string> {
  const all = new Map(QUIET_SWITCHES);
  for (const [name, value] of app) {
    const ours = all.get(name);
    all.set(name, LISTS.has(name) && ours !== undefined ? `${ours},${value}` : value);
  }
  return all;
}

const asArguments = (switches: ReadonlyMap<string, string>): string[] =>
  [...switches].map(([name, value]) => (value === "" ? `--${name}` : `--${name}=${value}`));

export function startChromium(options: ChromiumOptions): Chromium {
  // Chromium refuses its sandbox to root, and only then may it run without.
  const root = process.getuid?.() === 0;
  const child = spawn(
    chromiumPath(),
    [
      ...asArguments(merged(options.switches)),
      `--user-data-dir=${options.profile}`,
      "--remote-debugging-pipe",
      ...(options.attachable ? ["--remote-debugging-port=0"] : []),
      ...(options.headed ? [] : ["--headless=new", "--hide-scrollbars"]),
      ...(root ? ["--no-sandbox"] : []),
    ],
    { stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"] },
  );
  let words = "";
  const endpoint = new Promise<string>((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      words = (words + text).slice(-8000);
      const found = /DevTools listening on (ws:\S+)/.exec(words)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", (error) => {
      words += String(error);
      resolve();
    });
  });
  return {
    devtools: new Devtools(child.stdio[3] as Writable, child.stdio[4] as Readable),
    process: child,
    endpoint,
    exited,
    lastWords: () => words,
  };
}
