import type { ElectronModule } from "./handle.ts";
import type { PrintJob } from "./host-record.ts";

// What the stand-in keeps of itself and a real Electron does not, kept from inside its main. Each
// function is sent there as text, so it stands on nothing outside of itself.

/** What lies in main's globals between calls. */
export interface Kept {
  readonly printJobs: PrintJob[];
  readonly networkAttempts: string[];
  /** Reasons for which the next prints fail. */
  readonly refused: string[];
}

/** From here on a print makes a PDF of the same page in place of paper. */
export function keepPrints({ app, BrowserWindow }: ElectronModule): void {
  const kept: Kept = { printJobs: [], networkAttempts: [], refused: [] };
  Object.assign(globalThis, { kept });
  const keep = (contents: Electron.WebContents): void => {
    contents.print = (options = {}, done) => {
      const { pageSize, landscape, printBackground } = options;
      const paper = {
        ...(pageSize === "A4" || pageSize === "Letter" ? { pageSize } : {}),
        ...(landscape === undefined ? {} : { landscape }),
        ...(printBackground === undefined ? {} : { printBackground }),
      };
      const print = async (): Promise<void> => {
        const pdf = new Uint8Array(await contents.printToPDF(paper));
        const reason = kept.refused.shift() ?? "";
        const outcome = reason === "" ? "printed" : reason;
        kept.printJobs.push({ url: contents.getURL(), options: { ...options }, pdf, outcome });
        done?.(reason === "", reason);
      };
      void print();
    };
  };
  for (const { webContents } of BrowserWindow.getAllWindows()) keep(webContents);
  app.on("web-contents-created", (_, contents) => keep(contents));
}

/** From here on: what was asked of anything but the app's own pages, answered or not. */
export function keepRequests({ app, BrowserWindow }: ElectronModule): void {
  const { networkAttempts } = (globalThis as unknown as { kept: Kept }).kept;
  const note = ({ url }: { url: string }): void => {
    if (!/^(?:app|data|blob|devtools):/.test(url)) networkAttempts.push(url);
  };
  const watch = ({ webRequest }: Electron.Session): void => {
    webRequest.onErrorOccurred(note);
    webRequest.onCompleted(note);
  };
  for (const { webContents } of BrowserWindow.getAllWindows()) watch(webContents.session);
  app.on("session-created", watch);
}

export const keptSoFar = (): Kept => (globalThis as unknown as { kept: Kept }).kept;

export function refuseNextPrint(_: ElectronModule, reason: string): void {
  (globalThis as unknown as { kept: Kept }).kept.refused.push(reason);
}
