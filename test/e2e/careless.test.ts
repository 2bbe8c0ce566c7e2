import { expect, it } from "vitest";
import type { Page } from "playwright-core";
import { type Player, withApp } from "./player.ts";

// What tired hands do (WALK.md): press twice, leave half-way, guess a PIN. Nothing is lost by it.

/** Two presses at one place, as a hand makes them that does not trust the first. */
async function pressTwice(player: Player, name: string, page: Page): Promise<void> {
  const button = player.button(name, page);
  await button.waitFor();
  const box = await button.boundingBox();
  if (box === null) throw new Error(`${name} is nowhere`);
  const at = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.mouse.click(...at);
  await page.waitForTimeout(120);
  await page.mouse.click(...at);
}

async function toPassphrases(player: Player): Promise<void> {
  await player.presses("Start practice");
  await player.sees(/will be sealed/);
  await player.presses("Next: custodians");
  await player.presses("Next: passphrases");
}

it("keeps a passphrase on the screen when its button is pressed twice", () =>
  withApp(async (player) => {
    await toPassphrases(player);
    await player.hands(/^Hand over to/, async (window) => {
      await player.button("Show my passphrase", window).waitFor();
      await pressTwice(player, "Show my passphrase", window);
      await player.sees(/^Write down/, window);
      await window.waitForTimeout(500);
      expect(await window.locator(".said li").count()).toBe(8);
      await player.presses("I have written it down", window);
    });
    await player.sees("Two passphrases to write down");
  }));

it("gives a new passphrase to whoever left before saying that it is written down", () =>
  withApp(async (player) => {
    await toPassphrases(player);
    const shown = async (window: Page, end: string): Promise<string> => {
      await player.presses("Show my passphrase", window);
      await player.sees(/^Write down/, window);
      const words = await window.locator(".said").innerText();
      await player.presses(end, window);
      return words;
    };
    const seen: string[] = [];
    for (const end of ["Stop, change nothing", "I have written it down"])
      await player.hands("Hand over to Priya Nair", async (window) => {
        seen.push(await shown(window, end));
      });
    await player.button("Hand over to Amara Obi").waitFor();
    expect(new Set(seen).size).toBe(2);
  }));

it("takes the practice key again after three wrong PINs, and an empty one at once", () =>
  withApp(async (player) => {
    await toPassphrases(player);
    for (let place = 1; place <= 3; place++) await player.choosesPassphrase();
    await player.hands(/^Enrol/, async (window) => {
      await player.knowsPin(window);
      const pin = window.locator("input[type=password]");
      await pin.fill("");
      await player.presses("Enrol this key", window);
      await window.locator(".verdict").filter({ hasText: "needs its PIN" }).waitFor();
      for (const said of ["tries left: 7", "tries left: 6", "takes no PIN for now"]) {
        await pin.fill("9999");
        await player.presses("Enrol this key", window);
        // The first touch says which key is meant; the finger rests there for the others.
        if (said.endsWith("7")) await player.presses("Touch the practice key", window);
        await window.locator(".verdict").filter({ hasText: said }).waitFor();
      }
      await player.presses("Unplug it, and plug it in again", window);
      await player.presses("Enrol this key", window);
      await player.presses(/^Done/, window);
    });
    await player.sees("One key to enrol");
  }));

it("goes from one place of the station to any other, and prints the set-up list", () =>
  withApp(async (player) => {
    const { page, app } = player;
    await player.presses("Set-up list");
    await player.sees("Twelve things to bring together");
    await player.presses("Print this list");
    await page.getByText("The list went to the printer.").waitFor();
    expect((await app.hostRecord()).printJobs).toHaveLength(1);
    await player.presses("This station");
    await player.sees(/^This station/);
    await player.presses("Set-up list");
    await player.sees("Twelve things to bring together");
  }));
