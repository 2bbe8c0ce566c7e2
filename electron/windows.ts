import { BrowserWindow, session, type Session, type WebContents } from "electron";
import { ORIGIN, type Papers, serveOrigin } from "./origin.ts";
import { hardenSession } from "./hardening.ts";

/** Built pages and preloads, by their folders. */
export interface Built {
  readonly pages: string;
  readonly preloads: string;
}

const PAGE = { width: 1366, height: 768 } as const;

/** What every window is, whatever it shows. */
const preferences = (preload: string) =>
  ({
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    safeDialogs: true,
    navigateOnDragDrop: false,
    devTools: false,
  }) as const;

function openWindow(title: string, preload: string, partition: string): BrowserWindow {
  return new BrowserWindow({
    ...PAGE,
    title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: "#F4F1EA",
    webPreferences: { ...preferences(preload), partition },
  });
}

const pageUrl = (page: string): string => `${ORIGIN}/${page}`;

export const MAIN_PAGE = "app.html";
export const CEREMONY_PAGE = "ceremony.html";

function prepare(partition: string, built: Built, papers: Papers, camera: () => boolean): Session {
  const own = session.fromPartition(partition);
  serveOrigin(own, built.pages, papers);
  hardenSession(own, camera);
  return own;
}

/** The main window: it never has the keyboard while a secret is typed. */
export function openMainWindow(built: Built, papers: Papers): BrowserWindow {
  prepare("main", built, papers, () => false);
  const window = openWindow("Pullstation", `${built.preloads}/preload-app.cjs`, "main");
  window.setContentProtection(true);
  return window;
}

let opened = 0;

/**
 * A window for one person and one task. Its partition is its own and of memory only, so its renderer
 * process is its own too and ends with it.
 */
export function openCeremonyWindow(built: Built, camera: boolean): BrowserWindow {
  const partition = `ceremony-${++opened}`;
  prepare(partition, built, new Map(), () => camera);
  const window = openWindow(
    "Pullstation: at the keyboard",
    `${built.preloads}/preload-ceremony.cjs`,
    partition,
  );
  window.setContentProtection(true);
  return window;
}

export async function load(window: BrowserWindow, page: string): Promise<WebContents> {
  await window.loadURL(pageUrl(page));
  return window.webContents;
}
