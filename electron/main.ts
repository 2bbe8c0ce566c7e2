import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { app, type BrowserWindow, clipboard, Menu, powerMonitor, session } from "electron";
import { appRequests, type AppView } from "../contract/app.ts";
import { answering } from "../contract/serve.ts";
import { utf8 } from "../crypto/bytes.ts";
import { interfaces, linksUp } from "../station/isolation.ts";
import { makeFolder, replaceFile } from "../station/vault-file.ts";
import { run } from "./course.ts";
import { Desk } from "./desk.ts";
import { Gate, sendView } from "./gate.ts";
import { hardenApp } from "./hardening.ts";
import type { House } from "./house.ts";
import { registerScheme } from "./origin.ts";
import { print, printPage, savePdf } from "./printer.ts";
import { load, MAIN_PAGE, openMainWindow } from "./windows.ts";

/**
 * Wiring, and nothing else: one main window, one desk, one gate. Main starts the processes of a
 * ceremony and joins them to windows; it never holds a secret and has no network module.
 */

const DIST = import.meta.dirname;
const built = { pages: join(DIST, "renderer"), preloads: DIST };
const entries = {
  vault: join(DIST, "vault-process.js"),
  check: join(DIST, "check-process.js"),
  online: join(DIST, "online-process.js"),
  review: join(DIST, "review-process.js"),
  practice: join(DIST, "practice-process.js"),
};

/** The cable is looked at this often. */
const LOOK_MS = 1_000;
/** Nobody touched anything for so long: the app locks itself, unless an access is open. */
const IDLE_SECONDS = 300;
const isStandIn = app.commandLine.hasSwitch("stand-in");

hardenApp();
registerScheme();
Menu.setApplicationMenu(null);

/** A second start brings the first to the front, and ends. */
const isFirst = app.requestSingleInstanceLock();
if (!isFirst) app.exit(0);
else
  void app.whenReady().then(start, (error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    app.exit(1);
  });

function start(): void {
  app.configureHostResolver({ secureDnsMode: "off", enableBuiltInResolver: false });
  const home = app.getPath("userData");
  makeFolder(home, 0o700);
  const papers = new Map<string, string>();
  const cableWatchers = new Set<() => void>();
  let window: BrowserWindow | null = null;
  let atKeyboard: BrowserWindow | null = null;
  const desk = new Desk(firstView(), (view) => {
    if (window !== null) sendView(window.webContents, view);
  });
  const gate = new Gate();
  const house: House = {
    desk,
    entries,
    clock: { now: () => new Date().toISOString(), monotonic: () => performance.now() },
    seed: () => new Uint8Array(randomBytes(32)),
    home,
    windows: {
      gate,
      built,
      links: linksUp,
      opened: (opened) => {
        atKeyboard = opened;
        if (opened !== null) return;
        clipboard.clear();
        window?.focus();
      },
    },
    papers,
    linksUp,
    linksChanged: () => new Promise((resolve) => cableWatchers.add(resolve)),
    endKeyboard: () => {
      if (atKeyboard !== null && !atKeyboard.isDestroyed()) atKeyboard.destroy();
    },
    standIn: isStandIn,
    keep: (file, text) => replaceFile(file, utf8(text)),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };

  window = openMainWindow(built, papers);
  gate.admit(
    window.webContents,
    MAIN_PAGE,
    answering(appRequests, {
      view: () => desk.view,
      act: (action) => desk.act(action),
      print: async ({ paper, copies }) => {
        const page = paperOf(desk.view);
        if (page !== null) return { printed: await printPage(page, paper, copies) };
        const shown = window !== null && PRINTED_AS_SHOWN.has(desk.view.screen.kind);
        return { printed: shown && (await print(window.webContents, paper, copies)) };
      },
      savePdf: async ({ paper }) => {
        const page = paperOf(desk.view);
        const name = `${page?.split("/").at(-1)?.replace(".html", "") ?? "record"}.pdf`;
        return { file: page === null ? null : await savePdf(page, paper, name) };
      },
    }),
  );
  window.once("ready-to-show", () => window?.show());
  window.on("closed", () => app.quit());
  // An open access is closed first; AWS would end it at its deadline, and nobody would have proof.
  window.on("close", (event) => {
    if (desk.view.access === null) return;
    event.preventDefault();
    desk.show({ notice: { code: "ACCESS_IS_OPEN", about: {} } });
  });
  // The window at the keyboard never lies behind this one.
  window.on("focus", () => atKeyboard?.focus());
  void load(window, MAIN_PAGE);

  watchLinks(desk, cableWatchers);
  watchForLock(desk, () => {
    // What one person was typing goes with its window; the vault process keeps what it accepted.
    if (atKeyboard !== null && !atKeyboard.isDestroyed()) atKeyboard.destroy();
    clipboard.clear();
  });
  app.on("second-instance", () => {
    if (window?.isMinimized() === true) window.restore();
    (atKeyboard ?? window)?.focus();
  });
  app.on("window-all-closed", () => app.quit());
  session.defaultSession.webRequest.onBeforeRequest((_, decide) => decide({ cancel: true }));
  void run(house);
}

const firstView = (): AppView => ({
  mode: "REAL",
  standIn: isStandIn,
  links: linksNow(),
  awsOffsetMs: null,
  vault: null,
  access: null,
  screen: { kind: "first", begun: false },
  busy: null,
  notice: null,
  locked: false,
});

function linksNow(): AppView["links"] {
  const found = interfaces();
  const named = (up: boolean): string[] =>
    found.flatMap((link) => (link.up === up ? [link.name] : []));
  return { up: named(true), down: named(false) };
}

/** Screens that are printed from the window itself; their paper is the window's own style sheet. */
const PRINTED_AS_SHOWN: ReadonlySet<AppView["screen"]["kind"]> = new Set(["setup", "runbook"]);

/** The page on paper that the screen shows; null when it shows none. */
const paperOf = ({ screen }: AppView): string | null => {
  if (screen.kind === "record") return screen.page;
  const isShown = (screen.kind === "review" || screen.kind === "custody") && screen.paper;
  return isShown ? screen.page : null;
};

/** Live: a cable that goes in or out is seen within a second. */
function watchLinks(desk: Desk, watchers: Set<() => void>): void {
  setInterval(() => {
    const links = linksNow();
    if (JSON.stringify(links) === JSON.stringify(desk.view.links)) return;
    desk.show({ links });
    for (const seen of watchers) seen();
    watchers.clear();
  }, LOOK_MS);
}

function watchForLock(desk: Desk, locked: () => void): void {
  const lock = (): void => {
    if (desk.view.locked) return;
    desk.show({ locked: true });
    locked();
  };
  powerMonitor.on("lock-screen", lock);
  powerMonitor.on("suspend", lock);
  setInterval(() => {
    // The countdown must stay in sight, and closing at hand, while an access is open.
    const isOpen = desk.view.access !== null;
    if (!isOpen && powerMonitor.getSystemIdleTime() >= IDLE_SECONDS) lock();
  }, LOOK_MS);
}
