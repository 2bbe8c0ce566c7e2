import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { type Player, withApp, withSealedApp } from "./player.ts";

const kindsIn = (userData: string): string[] =>
  readStory(join(userData, "practice-station")).map(({ kind }) => kind);

/** What a page may see of a camera, in its own words. */
const camera = (window: Page): Promise<string> =>
  window.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      (stream) => {
        for (const track of stream.getTracks()) track.stop();
        return "granted";
      },
      (error: unknown) => (error as Error).name,
    ),
  );

const goes = async (player: Player, place: string): Promise<void> =>
  player.page.locator(".rail").getByRole("button", { name: place }).click();

it(
  "checks a card, a whole share and a key alone, each with its line in the records",
  { timeout: 600_000 },
  () =>
    withSealedApp(
      async (player) => {
        const { app } = player;
        await goes(player, "Upkeep");
        await player.sees("Between emergencies");

        await player.hands("Check a card", async (window) => {
          await player.takesCard(window, /^Misread/);
          await player.presses("Check it", window);
          await window.getByText("is probably wrong").waitFor();
          await player.takesCard(window);
          await player.presses("Check it", window);
          await player.presses("Give the keyboard back", window);
        });
        await player.sees(/card is good$/);
        await player.presses("Back to upkeep");

        await player.hands("Check a card", async (window) => {
          await window.getByRole("tab", { name: "Show the QR code" }).click();
          await window.getByText("Looking for a code").waitFor();
          await player.presses(/practice stick$/, window);
          await window.getByText("The card is read").waitFor();
          await player.presses("Check it", window);
          await player.presses("Give the keyboard back", window);
        });
        await player.sees(/card is good$/);
        await player.presses("Back to upkeep");

        await player.hands("Check a share", async (window) => {
          await player.takesCard(window);
          await player.presses("Next: passphrase", window);
          await window.getByLabel("Passphrase", { exact: true }).fill("not what was written down");
          await player.presses("Check it", window);
          await window.getByText("does not fit the card").waitFor();
          await player.presses("Back to the card", window);
          await player.presses("Stop, change nothing", window);
        });
        await player.sees("This share is not good");
        await player.presses("Back to upkeep");

        await player.hands("Check a key", async (window) => {
          expect(await camera(window)).toBe("NotAllowedError");
          await player.touches(window);
        });
        await player.sees(/answers as it should$/);
        await player.presses("Back to upkeep");
        // A window that was left without a check says nothing.
        await player.hands("Check a key", (window) =>
          player.presses("Stop, change nothing", window),
        );
        await player.sees("Between emergencies");
        expect(kindsIn(app.userData).slice(2)).toEqual([
          "refused",
          "share-checked",
          "share-checked",
          "refused",
          "key-checked",
        ]);
        await goes(player, "Home");
        await player.sees("Sealed, epoch 1");
      },
      { args: ["--use-fake-device-for-media-stream"] },
    ),
);

it("rotates the shares: stopped in the proof and taken up after a restart, the old set opens until then", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  try {
    await withSealedApp(
      async (player) => {
        const { page } = player;
        await goes(player, "Upkeep");
        await player.presses("Rotate the shares");
        await player.sees("What epoch 2 changes");
        await player.presses("Next: custodians");
        await player.sees("Any 2 of 3 will open it");
        await page.getByLabel("Custodian 3").fill("Nadia Roth");
        await player.presses("Next: passphrases");
        await player.sees(/custodians are needed/);
        for (let seat = 1; seat <= 2; seat++)
          await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
        await player.hands("Hand over the keyboard", (window) => player.touches(window));
        for (let place = 1; place <= 3; place++) await player.choosesPassphrase();
        await player.sees(/cards to print and prove$/, page, 60_000);
        await player.provesCard();
        await player.sees("Two cards to print and prove");
        await player.app.kill();
      },
      { userData },
    );
    expect(kindsIn(userData)).toContain("rotated");
    await withApp(
      async (player) => {
        const { page } = player;
        await player.sees("Sealed, epoch 1");
        await page.getByText("New shares to prove, or to give up").waitFor();
        // The old set still opens.
        await player.breaksTheGlass();
        await player.presses("Go back, sealed");
        await player.presses("Go back, sealed");
        await player.sees("Sealed, epoch 1");
        await goes(player, "Upkeep");
        await page.getByText("Epoch 2 waits: 1 of 3 new shares proven.").waitFor();
        await player.presses("Go on with the proof");
        for (let place = 2; place <= 3; place++) await player.provesCard(true);
        await player.sees("Sealed, and it counts");
      },
      { userData },
    );
    await withApp(
      async (player) => {
        // Nobody has ticked what the old set still opens: it is said before anything else.
        await player.sees("Epoch 2 counts");
        expect(await player.page.locator(".remains li").allTextContents()).toEqual([
          expect.stringContaining("A copy of the vault of epoch 1, 2 of its cards"),
          expect.stringContaining("are the same as in epoch 1"),
          expect.stringContaining("were carried over unseen"),
        ]);
        for (const box of await player.page.getByRole("checkbox").all()) await box.check();
        await player.presses("Done");
        await player.sees("Sealed, epoch 2");
        await player.page.getByText("Nadia Roth").first().waitFor();
        await player.breaksTheGlass();
      },
      { userData },
    );
    expect(kindsIn(userData).filter((kind) => kind === "committed")).toHaveLength(2);
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 600_000);
