import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import type { AppHandle } from "../electron-host/handle.ts";
import {
  asText,
  foundIn,
  type Secret,
  secretsOf,
  sessionsIn,
  spellings,
} from "../cli/drill-secrets.ts";
import { readStory } from "../../station/records-folder.ts";
import { type Player, withApp } from "./player.ts";

/**
 * Everything that main takes in or gives out while it runs: what windows ask and hear, and what its
 * short-lived processes are told and tell. Ports that main hands over are not main's to read; the
 * stand-in carries them outside of what main's own code can reach.
 */
async function tap({ evaluate }: AppHandle): Promise<void> {
  await evaluate(({ ipcMain, utilityProcess, BrowserWindow, app }) => {
    const heard: unknown[] = [];
    (globalThis as { tapped?: unknown[] }).tapped = heard;
    type Handler = (event: unknown, ...args: unknown[]) => unknown;
    // No public name leads to them: what main handles was handed over before anyone could listen.
    const { _invokeHandlers: handlers } = ipcMain as unknown as {
      readonly _invokeHandlers: Map<string, Handler>;
    };
    if (handlers.size === 0) throw new Error("main handles nothing");
    for (const [channel, handler] of handlers)
      handlers.set(channel, async (event, ...args) => {
        heard.push(args);
        const reply = await handler(event, ...args);
        heard.push(reply);
        return reply;
      });
    const listen = (contents: Electron.WebContents): void => {
      const send = contents.send.bind(contents);
      contents.send = (channel, ...args: unknown[]) => {
        heard.push(args);
        send(channel, ...args);
      };
    };
    for (const { webContents } of BrowserWindow.getAllWindows()) listen(webContents);
    app.on("web-contents-created", (_, contents) => listen(contents));
    const fork = utilityProcess.fork.bind(utilityProcess);
    utilityProcess.fork = (...given) => {
      const child = fork(...given);
      const post = child.postMessage.bind(child);
      child.postMessage = (message: unknown, transfer?: Electron.MessagePortMain[]) => {
        heard.push(message);
        post(message, transfer);
      };
      child.on("message", (message: unknown) => heard.push(message));
      return child;
    };
  });
}

const tapped = async ({ evaluate }: AppHandle): Promise<string> => {
  const heard = await evaluate(() => (globalThis as { tapped?: unknown[] }).tapped ?? []);
  return heard.map(asText).join("\n");
};

/** What the page's JavaScript heap holds, strings among it, as V8 writes it down. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => chunks.push(chunk));
  await session.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
  await session.detach();
  return chunks.join("");
}

/** As a heap snapshot spells a string: in JSON. */
const inHeap = (heap: string, secrets: readonly Secret[]): readonly string[] =>
  secrets.flatMap((secret) =>
    spellings(secret).some((needle) => heap.includes(JSON.stringify(needle).slice(1, -1)))
      ? [secret.name]
      : [],
  );

async function wholeCeremony(player: Player, see: () => Promise<void>): Promise<void> {
  await player.seals();
  await player.saysWhy();
  await player.hands("Hand over the keyboard", async (window) => {
    await player.takesCard(window, /^Misread/);
    await player.presses("Next: passphrase", window);
    await player.presses("Check this share", window);
    await window.locator(".verdict").filter({ hasText: "probably wrong" }).waitFor();
    await player.entersShare(window);
  });
  await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
  await player.hands("Hand over the keyboard", (window) => player.touches(window));
  await player.opensTheAccess();
  await see();
  await player.hands("Show the access keys", async (window) => {
    // All three ways out: shown, drawn, and written to a stick.
    const held = window.locator(".holds button");
    for (const [nth, shown] of [".secret-value .quad", "svg.qr"].entries()) {
      await held.nth(nth).focus();
      await window.keyboard.down("Space");
      await window.locator(shown).first().waitFor();
      await window.keyboard.up("Space");
      await window.locator(shown).first().waitFor({ state: "detached" });
    }
    await player.presses("Write to a stick", window);
    await window.getByText(/^Written: RESPONDER\/access-/).waitFor();
    await player.presses("Done, hide them", window);
  });
  await player.page.getByText(/^On a stick too/).waitFor();
  await player.closes();
  await player.hands("Approve by touch", (window) => player.touches(window));
  await player.page.getByText("Approved by touch").waitFor();
}

/** Between emergencies: a card, a share and a key are checked, and the shares are made anew. */
async function upkeep(player: Player): Promise<void> {
  const { page } = player;
  await player.presses("Done");
  await player.sees("Sealed, epoch 1");
  await page.locator(".rail").getByRole("button", { name: "Upkeep" }).click();
  await player.hands("Check a card", async (window) => {
    await player.takesCard(window, /^Misread/);
    await player.presses("Check it", window);
    await window.getByText("is probably wrong").waitFor();
    await player.presses(/practice stick$/, window);
    await window.getByText("The card is read").waitFor();
    await player.presses("Check it", window);
    await player.presses("Give the keyboard back", window);
  });
  await player.presses("Back to upkeep");
  await player.hands("Check a share", async (window) => {
    await player.takesCard(window);
    await player.presses("Next: passphrase", window);
    await player.presses("Check it", window);
    await player.presses("Give the keyboard back", window);
  });
  await player.presses("Back to upkeep");
  await player.hands("Check a key", (window) => player.touches(window));
  await player.presses("Back to upkeep");

  await player.presses("Rotate the shares");
  await player.presses("Next: custodians");
  await player.presses("Next: passphrases");
  for (let seat = 1; seat <= 2; seat++)
    await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
  await player.hands("Hand over the keyboard", (window) => player.touches(window));
  for (let place = 1; place <= 3; place++) await player.choosesPassphrase();
  await player.sees(/cards to print and prove$/, page, 60_000);
  for (let place = 1; place <= 3; place++) await player.provesCard();
  await player.sees("Sealed, and it counts");
}

it(
  "neither main's messages nor the main window's memory hold a secret of whole ceremonies",
  () =>
    withApp(async (player) => {
      const { app, page } = player;
      const dir = join(app.userData, "practice-station");
      await tap(app);
      const sessions = new Map<string, Secret>();
      const heaps: string[] = [];
      const see = async (): Promise<void> => {
        for (const session of sessionsIn(dir)) sessions.set(session.name, session);
        heaps.push(await heapOf(page));
      };
      await wholeCeremony(player, see);
      expect(readStory(dir).map(({ kind }) => kind)).toContain("access-on-stick");
      await see();
      await upkeep(player);
      await see();
      const secrets = [...secretsOf(dir), ...sessions.values()];
      expect(secrets.length).toBeGreaterThan(20);
      const names = secrets.map(({ name }) => name).join("\n");
      for (const kind of [
        "passphrase 3",
        "passphrase 2/3",
        "payload 001",
        "payload epoch-2/001",
        "share 002",
        "share epoch-2/002",
        "words",
        "-emergency.csv",
        "token",
      ])
        expect(names).toContain(kind);

      const messages = await tapped(app);
      // The tap hears: the reason that was typed, and the verdict on the misread card.
      expect(messages).toContain("The sample shop’s database does not come back");
      expect(messages).toContain("WORDS_SUSPECT");
      expect(foundIn(messages, secrets)).toEqual([]);

      // While the access is open, after it, and after the rotation: each holds what the window showed.
      expect(heaps).toHaveLength(3);
      for (const heap of heaps) {
        expect(heap.includes("Practice vault")).toBe(true);
        expect(inHeap(heap, secrets)).toEqual([]);
      }

      // The same search finds each of them, in every spelling, once it is there.
      const planted = secrets.flatMap(spellings);
      await page.evaluate((given) => {
        (globalThis as { planted?: unknown }).planted = given.map((text) => `${text}`);
      }, planted);
      const found = inHeap(await heapOf(page), secrets);
      expect(found).toEqual(secrets.map(({ name }) => name));
      for (const secret of secrets)
        for (const spelling of spellings(secret))
          expect(foundIn(`{"value":"x${spelling}y"}`, [secret])).toEqual([secret.name]);
    }),
  600_000,
);
