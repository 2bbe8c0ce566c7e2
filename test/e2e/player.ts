import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { launchApp } from "../electron-host/launch.ts";
import type { AppHandle } from "../electron-host/handle.ts";
import { expect, inject } from "vitest";

/** What does not come in this time never comes, however much else the machine does. */
const WAIT_MS = 60_000;

const isCeremony = (page: Page): boolean => page.url().includes("/ceremony.html");

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * A person at the app: reads titles, presses what the buttons say, and waits until the next title is
 * there. Knows words on the screen and nothing of the code behind them.
 */
export class Player {
  readonly app: AppHandle;
  /** The renderer processes of ceremony windows that are open. */
  readonly #renderers = new WeakMap<Page, number>();

  constructor(app: AppHandle) {
    this.app = app;
  }

  get page(): Page {
    return this.app.page;
  }

  /** Waits until this is the screen's title. */
  async sees(title: RegExp | string, page: Page = this.page, timeout = WAIT_MS): Promise<void> {
    await page.getByRole("heading", { level: 1, name: title }).waitFor({ timeout });
  }

  button(name: RegExp | string, page: Page = this.page): Locator {
    return page.getByRole("button", { name, disabled: false }).first();
  }

  async presses(name: RegExp | string, page: Page = this.page): Promise<void> {
    try {
      await this.button(name, page).click({ timeout: WAIT_MS });
    } catch (error) {
      // A window's last button ends it, sometimes before the click was reported.
      if (!page.isClosed()) throw error;
    }
  }

  /** Presses what would lose something, and says yes to what is asked then. */
  async stops(escape: RegExp | string, go: RegExp | string, stay: RegExp | string): Promise<void> {
    await this.presses(escape);
    await this.button(stay).waitFor();
    await this.presses(go);
  }

  /** The ceremony window that opens now. */
  async atTheKeyboard(): Promise<Page> {
    const window = await this.app.waitForPage(isCeremony, WAIT_MS);
    window.setDefaultTimeout(WAIT_MS);
    await window.getByRole("heading", { level: 1 }).waitFor();
    const pid = await this.app.evaluate(
      ({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .find(({ webContents }) => webContents.getURL().includes("/ceremony.html"))
          ?.webContents.getOSProcessId() ?? 0,
    );
    expect(pid, "the window's renderer process").toBeGreaterThan(0);
    this.#renderers.set(window, pid);
    return window;
  }

  /** Waits until the window is closed and its process, with what was typed there, is gone. */
  async gone(window: Page): Promise<void> {
    if (!window.isClosed()) await window.waitForEvent("close", { timeout: WAIT_MS });
    const pid = this.#renderers.get(window) ?? 0;
    await expect.poll(() => isAlive(pid), { message: "the process of a window" }).toBe(false);
  }

  /** Hands the keyboard over, lets `work` be done there, and waits until the window is gone. */
  async hands(over: RegExp | string, work: (window: Page) => Promise<void>): Promise<void> {
    await this.presses(over);
    const window = await this.atTheKeyboard();
    await work(window);
    await this.gone(window);
  }

  async choosesPassphrase(): Promise<void> {
    await this.hands(/^Hand over to/, async (window) => {
      await this.presses("Show my passphrase", window);
      await this.sees(/^Write down/, window);
      await this.presses("I have written it down", window);
    });
  }

  async enrolsKey(): Promise<void> {
    await this.hands(/^Enrol/, async (window) => {
      await this.knowsPin(window);
      await this.presses("Enrol this key", window);
      await this.presses("Touch the practice key", window);
      await this.presses(/^Done/, window);
    });
  }

  /** `printed`: before, by a process that is gone. */
  async provesCard(printed = false): Promise<void> {
    await this.hands(/^Hand over to/, async (window) => {
      if (!printed) await this.presses("I have the card in hand", window);
      await this.takesCard(window);
      await this.presses("Next: passphrase", window);
      await this.presses("Prove this card", window);
      await this.presses(/^Done/, window);
    });
  }

  /** From the first screen to the sealed practice vault of three, any two of them. */
  async seals(): Promise<void> {
    await this.presses("Start practice");
    await this.sees(/will be sealed/);
    await this.presses("Next: custodians");
    await this.sees("Any 2 of 3 will open it");
    await this.presses("Next: passphrases");
    for (let place = 1; place <= 3; place++) await this.choosesPassphrase();
    for (let key = 1; key <= 2; key++) await this.enrolsKey();
    for (let place = 1; place <= 3; place++) await this.provesCard();
    await this.sees("Sealed, and it counts");
    await this.presses("Next: print the record");
    await this.sees(/^Record /);
    await this.presses("Done");
    await this.sees("Sealed, epoch 1");
  }

  /** `seconds`: shorter than the screen offers, so that a spec need not wait for the deadline. */
  async saysWhy(seconds?: number): Promise<void> {
    const reason = "The sample shop’s database does not come back";
    await this.presses("Break the glass");
    await this.sees("Say why the glass is broken");
    await this.page.getByLabel("Reason").fill(reason);
    if (seconds === undefined) await this.presses("Next: custodians");
    else
      await this.page.evaluate(
        (said) =>
          (
            globalThis as unknown as { pullstation: { ask(name: string, input: object): unknown } }
          ).pullstation.ask("act", said),
        {
          do: "reason",
          id: "INC-SHORT-1",
          reason,
          officer: "Rui Tan",
          responder: "Ivo Brandt",
          durationSeconds: seconds,
        },
      );
    await this.sees(/custodians are needed/);
  }

  /** The practice card is in hand once its last word stands there. */
  async takesCard(window: Page, which = /practice card$/): Promise<void> {
    await this.presses(which, window);
    await window.waitForFunction(
      () => document.querySelector<HTMLInputElement>(".words li:last-child input")?.value !== "",
    );
  }

  async entersShare(window: Page): Promise<void> {
    await this.takesCard(window);
    await this.presses("Next: passphrase", window);
    await this.presses("Check this share", window);
    await this.presses("Give the keyboard back", window);
  }

  /** Waits until the practice PIN stands in its field. */
  async knowsPin(window: Page): Promise<void> {
    await window.waitForFunction(
      () => document.querySelector<HTMLInputElement>("input[type=password]")?.value !== "",
    );
  }

  async touches(window: Page): Promise<void> {
    await this.knowsPin(window);
    await this.presses("Ask the key", window);
    await this.presses("Touch the practice key", window);
    await this.presses("Give the keyboard back", window);
  }

  /** Reason, two shares, touch: until the connect step waits. */
  async breaksTheGlass(seconds?: number): Promise<void> {
    await this.saysWhy(seconds);
    for (let seat = 1; seat <= 2; seat++)
      await this.hands("Hand over the keyboard", (window) => this.entersShare(window));
    await this.sees(/security keys is needed/);
    await this.hands("Hand over the keyboard", (window) => this.touches(window));
    await this.sees(/^Practice AWS/);
  }

  async opensTheAccess(): Promise<void> {
    await this.presses("Open the access");
    await this.sees(/^Practice access ends at/);
  }

  async closes(): Promise<void> {
    await this.stops("Close now", "Close the access", "Keep it open");
    await this.presses("Go to the record");
    await this.page.locator("iframe").waitFor();
  }
}

export interface Options {
  readonly userData?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another build than the one that the run made. */
  readonly main?: string;
}

/** Opens the app for one spec, and leaves nothing of it behind. */
export async function withApp(
  work: (player: Player) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const userData = options.userData ?? mkdtempSync(join(tmpdir(), "pullstation-app-"));
  const app = await launchApp({
    ...options,
    main: options.main ?? join(inject("dist"), "main.js"),
    userData,
  });
  app.page.setDefaultTimeout(WAIT_MS);
  try {
    await work(new Player(app));
  } catch (error) {
    await keepPictures(app);
    throw error;
  } finally {
    await app.kill();
    if (options.userData === undefined) rmSync(userData, { recursive: true, force: true });
  }
}

const STATION = "practice-station";

/**
 * As withApp, begun at a practice station that was sealed before: by a player, once for all specs of
 * the run, then copied.
 */
export async function withSealedApp(
  work: (player: Player) => Promise<void>,
  options: Options = {},
): Promise<void> {
  const userData = options.userData ?? mkdtempSync(join(tmpdir(), "pullstation-app-"));
  try {
    cpSync(await sealedOnce(), userData, { recursive: true });
    const begin = async (player: Player): Promise<void> => {
      await player.sees("Sealed, epoch 1");
      await work(player);
    };
    await withApp(begin, { ...options, userData });
  } finally {
    if (options.userData === undefined) rmSync(userData, { recursive: true, force: true });
  }
}

async function sealedOnce(): Promise<string> {
  const sealed = join(inject("dist"), "sealed");
  if (existsSync(sealed)) return sealed;
  const half = mkdtempSync(join(inject("dist"), "sealing-"));
  await withApp(async (player) => {
    await player.seals();
    cpSync(join(player.app.userData, STATION), join(half, STATION), { recursive: true });
  });
  renameSync(half, sealed);
  return sealed;
}

/** What every window showed when a spec failed, for whoever looks into it. */
async function keepPictures(app: AppHandle): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pullstation-failed-"));
  for (const [index, page] of app.pages().entries())
    await page.screenshot({ path: join(folder, `${index}.png`) }).catch(() => undefined);
  process.stderr.write(`what the windows showed lies in ${folder}\n${app.stderr()}\n`);
}
