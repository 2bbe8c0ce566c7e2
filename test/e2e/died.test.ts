import { expect, it } from "vitest";
import type { AppHandle } from "../electron-host/handle.ts";
import { withSealedApp } from "./player.ts";

// What dies by itself: a process with shares in it, a window, the main window again and again.

/** Notes the process of every short-lived one that main starts from now on. */
const watch = ({ evaluate }: AppHandle): Promise<void> =>
  evaluate(({ utilityProcess }) => {
    const pids: Record<string, number | undefined> = {};
    (globalThis as { pids?: typeof pids }).pids = pids;
    const fork = utilityProcess.fork.bind(utilityProcess);
    utilityProcess.fork = (...given) => {
      const child = fork(...given);
      child.once("spawn", () => (pids[given[2]?.serviceName ?? ""] = child.pid));
      return child;
    };
  });

const killVault = ({ evaluate }: AppHandle): Promise<void> =>
  evaluate(() => {
    const { pids = {} } = globalThis as { pids?: Record<string, number> };
    process.kill(pids["pullstation vault"] ?? 0, "SIGKILL");
  });

/** Kills the process of the page that a window shows: 0, the main window; 1, the one at the keyboard. */
const killPage = ({ evaluate }: AppHandle, window: number): Promise<void> =>
  evaluate(({ BrowserWindow }, which) => {
    const windows = BrowserWindow.getAllWindows().toSorted((a, b) => a.id - b.id);
    process.kill(windows[which]?.webContents.getOSProcessId() ?? 0, "SIGKILL");
  }, window);

const windows = ({ evaluate }: AppHandle): Promise<number> =>
  evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

/** What stands on the main window, asked by main: a test's own hold on a page is lost with a crash. */
const shown = ({ evaluate }: AppHandle, selector: string): Promise<string> =>
  evaluate(
    ({ BrowserWindow }, wanted) =>
      BrowserWindow.getAllWindows()
        .toSorted((a, b) => a.id - b.id)[0]
        ?.webContents.executeJavaScript(`document.querySelector("${wanted}")?.textContent ?? ""`)
        .catch(() => "") ?? "",
    selector,
  ) as Promise<string>;

it(
  "says that the vault process died, at the keyboard and at the main screen, and begins anew",
  () =>
    withSealedApp(async (player) => {
      const { app, page } = player;
      await watch(app);

      await player.saysWhy();
      await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
      await player.presses("Hand over the keyboard");
      const window = await player.atTheKeyboard();
      await killVault(app);
      await player.gone(window);
      await player.sees("Sealed, epoch 1");
      await page.getByText("has ended by itself").waitFor();

      // While nobody sits there: not only when the next one comes.
      await player.saysWhy();
      await player.hands("Hand over the keyboard", (other) => player.entersShare(other));
      await page.getByText("One more custodian").first().waitFor();
      await killVault(app);
      await player.sees("Sealed, epoch 1");
      await page.getByText("has ended by itself").waitFor();

      // A window that crashes was left: its custodian comes again, and the seat before stays.
      await player.saysWhy();
      await player.hands("Hand over the keyboard", (other) => player.entersShare(other));
      await player.presses("Hand over the keyboard");
      await player.atTheKeyboard();
      await killPage(app, 1);
      await expect.poll(() => windows(app)).toBe(1);
      await player.hands("Hand over the keyboard", (other) => player.entersShare(other));
      await player.sees(/security keys is needed/);

      // The main window comes back as it was, three times a minute.
      for (let times = 0; times < 3; times++) {
        await killPage(app, 0);
        await expect.poll(() => shown(app, "h1")).toMatch(/security keys is needed/);
      }
      await app.answerDialog("showMessageBox", { response: 0, checkboxChecked: false });
      await killPage(app, 0);
      expect(await app.exited).toBe(0);
    }),
  600_000,
);
