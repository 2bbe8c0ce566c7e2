import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { app, type BrowserWindow, clipboard, dialog, Menu, powerMonitor, session } from "electron";
import { appRequests, type AppView } from "../contract/app.ts";
import { explain } from "../contract/failures.ts";
import { answering } from "../contract/serve.ts";
import { utf8 } from "../crypto/bytes.ts";
import { interfaces, linksUp } from "../station/isolation.ts";
import { makeFolder, replaceFile } from "../station/vault-file.ts";
import { run } from "./course.ts";
import { revived } from "./crash.ts";
import { Desk } from "./desk.ts";
import { Gate, sendView } from "./gate.ts";
import { hardenApp } from "./hardening.ts";
import type { House } from "./house.ts";
import { Leaving } from "./leaving.ts";
import { isLive, mustStay } from "./live.ts";
import { watchForLock } from "./lock.ts";
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
  // Whoever uses a window that is gone is thrown out of main: none is kept, or asked.
  const typing = (): BrowserWindow | null =>
    atKeyboard?.isDestroyed() === false ? atKeyboard : null;
  let printing = false;
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
      uncovered: async () => {
        await desk.unlocked();
        return true;
      },
      opened: (opened) => {
        atKeyboard = opened;
        if (opened !== null) return;
        clearClipboard();
        window?.focus();
      },
    },
    papers,
    linksUp,
    linksChanged: () => new Promise((resolve) => cableWatchers.add(resolve)),
    endKeyboard: () => typing()?.destroy(),
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
        if (window === null || !PRINTED_AS_SHOWN.has(desk.view.screen.kind))
          return { printed: false };
        printing = true;
        const printed = print(window.webContents, paper, copies);
        return { printed: await printed.finally(() => (printing = false)) };
      },
      savePdf: async ({ paper }) => {
        const page = paperOf(desk.view);
        const name = `${page?.split("/").at(-1)?.replace(".html", "") ?? "record"}.pdf`;
        return { file: page === null ? null : await savePdf(page, paper, name) };
      },
    }),
  );
  window.once("ready-to-show", () => window?.show());
  window.on("closed", () => {
    window = null;
    app.quit();
  });
  const leaving = new Leaving(house, () => window?.destroy());
  // Who ends the session, or the laptop, is not asked: the next start tidies up.
  let isEnding = false;
  app.on("before-quit", () => (isEnding = true));
  window.on("close", (event) => {
    if (isEnding && !mustStay(desk.view)) return;
    isEnding = false;
    if (!leaving.mayClose()) event.preventDefault();
  });
  // The window at the keyboard never lies behind this one.
  window.on("focus", () => typing()?.focus());
  revived(window.webContents, {
    reload: () => window?.webContents.reload(),
    giveUp: (times) => void giveUp(desk, window, times),
    waits: () => printing,
    now: () => performance.now(),
  });
  void load(window, MAIN_PAGE);

  watchLinks(desk, cableWatchers);
  const lock = (): void => {
    if (desk.view.locked) return;
    desk.show({ locked: true });
    // What one person was typing goes with its window; the vault process keeps what it accepted.
    typing()?.destroy();
    clearClipboard();
  };
  const mayIdle = (): boolean => !isLive(desk.view);
  setInterval(watchForLock(powerMonitor, lock, mayIdle), LOOK_MS);
  app.on("second-instance", () => {
    if (window?.isMinimized() === true) window.restore();
    (typing() ?? window)?.focus();
  });
  app.on("window-all-closed", () => app.quit());
  session.defaultSession.webRequest.onBeforeRequest((_, decide) => decide({ cancel: true }));
  void run(house);
}

/** The main window can't be shown any longer. While an access is open the app stays, to close it. */
async function giveUp(desk: Desk, window: BrowserWindow | null, times: number): Promise<void> {
  const { what, todo } = explain("WINDOW_CRASHED", { times });
  await dialog.showMessageBox({ type: "error", message: what, detail: todo });
  if (desk.view.access === null) app.quit();
  else window?.webContents.reload();
}

/** What was copied, and what is pasted with the middle button where there is such a thing. */
function clearClipboard(): void {
  clipboard.clear();
  clipboard.selection?.clear();
}

const firstView = (): AppView => ({
  mode: "REAL",
  standIn: isStandIn,
  links: linksNow(),
  awsOffsetMs: null,
  vault: null,
  access: null,
  drill: null,
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
