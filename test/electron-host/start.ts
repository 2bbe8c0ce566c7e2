import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { app } from "./app.ts";
import { type Browser, openBrowser } from "./browser.ts";
import { answerEvaluations, type Announce, controlled } from "./control.ts";
import { answerRequests } from "./network.ts";
import { BrowserWindow, isHeaded } from "./windows.ts";

// The entry of the stand-in: runs the app's main, then Chromium, then `ready`.

Object.defineProperty(process, "type", { value: "browser" });
Object.defineProperty(process, "versions", {
  value: { ...process.versions, electron: "0.0.0-stand-in", chrome: "debian" },
});

const announce: Announce | undefined = controlled(() => app.exit(0));

let opened: Browser | undefined;
app.endWith({
  closeWindows: () => {
    for (const window of BrowserWindow.getAllWindows()) window.close();
    return BrowserWindow.getAllWindows().length === 0;
  },
  destroyWindows: () => {
    for (const window of BrowserWindow.getAllWindows()) window.destroy();
  },
  endChromium: async () => {
    await opened?.end();
  },
});

await import(pathToFileURL(process.argv[1] ?? "").href);

// A main that has asked to end never becomes ready.
if (!app.quitting) {
  opened = await openBrowser({
    profile: join(app.getPath("sessionData"), "chromium"),
    switches: new Map([...app.switches].filter(([name]) => name !== "user-data-dir")),
    headed: isHeaded(),
    attachable: announce !== undefined,
  });
  answerRequests();
  void opened.chromium.exited.then(() => {
    if (app.quitting) return;
    process.stderr.write("stand-in: Chromium ended by itself\n");
    process.exit(70);
  });
  if (announce !== undefined) {
    await answerEvaluations();
    announce(await opened.chromium.endpoint);
  }
  app.becomeReady();
}
