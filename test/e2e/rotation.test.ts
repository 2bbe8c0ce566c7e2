import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { standingOf } from "../../electron/standing.ts";
import { readStory } from "../../station/records-folder.ts";
import { type Player, withApp, withSealedApp } from "./player.ts";

// What a rotation changes, and what it can't undo, by the app's screens.

const OLD = "111122223333";
const NEW = "444455556666";

const csv = (id: string): string => `Access key ID,Secret access key\n${id},${"s".repeat(40)}\n`;

/** The stick that a rotation finds in practice: a folder where the rehearsal's sticks are. */
class Import {
  readonly #folder: string;
  readonly #kit: string;

  constructor(station: string) {
    this.#folder = join(station, "practice", "sticks", "IMPORT");
    this.#kit = join(station, "practice", "kit");
    mkdirSync(this.#folder, { recursive: true });
  }

  put(file: string, content: string): void {
    writeFileSync(join(this.#folder, file), content);
  }

  takesPolicy(): void {
    this.put("policy.json", readFileSync(join(this.#kit, "policy.json"), "utf8"));
  }

  clear(): void {
    for (const file of readdirSync(this.#folder)) rmSync(join(this.#folder, file));
  }
}

const toUpkeep = (player: Player): Promise<void> =>
  player.page.locator(".rail").getByRole("button", { name: "Upkeep" }).click();

/** The quorum and the touch of the old set. */
async function oldSetOpens(player: Player): Promise<void> {
  await player.sees(/custodians are needed/);
  for (let seat = 1; seat <= 2; seat++)
    await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
  await player.hands("Hand over the keyboard", (window) => player.touches(window));
}

/** What the list says, line by line; each is ticked. */
async function ticks(player: Player): Promise<readonly string[]> {
  const lines = await player.page.locator(".remains li").allTextContents();
  for (const box of await player.page.getByRole("checkbox").all()) await box.check();
  return lines;
}

it("takes in a stick, drops an account, is given up or proven, and tells what it can’t undo until that is ticked", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  const station = join(userData, "practice-station");
  const kinds = (): string[] => readStory(station).map(({ kind }) => kind);
  try {
    await withSealedApp(
      async (player) => {
        const { page } = player;
        const stick = new Import(station);
        stick.put("accessKeys.csv", "not what the console writes\n");
        await toUpkeep(player);
        await player.presses("Rotate the shares");
        await player.sees("What epoch 2 changes");
        // A wrong file is said before anybody types a share, and changes nothing.
        await page.getByText("Take in what is on IMPORT").waitFor();
        await page.getByRole("checkbox", { name: "south" }).uncheck();
        await player.presses("Next: custodians");
        await page.locator(".verdict").filter({ hasText: "has no columns" }).waitFor();
        expect(await page.getByRole("checkbox", { name: "south" }).isChecked()).toBe(false);
        expect(kinds()).toEqual(["sealed", "committed"]);
        stick.clear();
        stick.put(`${OLD}-activator.csv`, csv("AKIAPRACTICENEWAAAA2"));
        stick.put(`${OLD}-emergency.csv`, csv("AKIAPRACTICENEWEEEE2"));
        await page.getByText(`${OLD}-activator.csv`).waitFor();
        await player.presses("Next: custodians");
        await player.sees("Any 2 of 3 will open it");
        await player.presses("One custodian fewer");
        await player.sees("Any 2 of 2 will open it");
        await player.presses("Next: passphrases");
        await oldSetOpens(player);
        for (let place = 1; place <= 2; place++) await player.choosesPassphrase();
        await player.sees(/cards to print and prove$/, page, 120_000);
        await player.provesCard();
        await player.stops("Stop the sealing", "Stop the sealing", "Go on sealing");

        await player.sees("Between emergencies");
        await page.getByText("Epoch 2 waits: 1 of 2 new shares proven").waitFor();
        await player.stops("Give it up", "Give it up", "Keep it waiting");
        await player.sees("Epoch 2 is given up");
        expect(await ticks(player)).toEqual([
          expect.stringContaining("The rotation to epoch 2 was cancelled"),
        ]);
        await player.presses("Done, to upkeep");
        expect(standingOf(station)).toMatchObject({ epoch: 1, threshold: 2 });
        expect(kinds().at(-1)).toBe("cancelled");

        // The old set opens: it makes another epoch, of another account.
        stick.clear();
        stick.put(`${NEW}-activator.csv`, csv("AKIAPRACTICENEWAAAA3"));
        stick.put(`${NEW}-emergency.csv`, csv("AKIAPRACTICENEWEEEE3"));
        stick.takesPolicy();
        await player.presses("Rotate the shares");
        await player.sees("What epoch 2 changes");
        await page.getByText(`${NEW}-activator.csv`).waitFor();
        await page.getByRole("checkbox", { name: "south" }).uncheck();
        await page.getByLabel("Accounts that go").fill("1111-2222");
        await player.presses("Next: custodians");
        await page.getByText("An account’s id has 12 digits.").waitFor();
        await page.getByLabel("Accounts that go").fill("9999-9999-9999");
        await player.presses("Next: custodians");
        await player.presses("One custodian fewer");
        await player.presses("Next: passphrases");
        await oldSetOpens(player);
        // What the vault holds is known only now; quorum and touch stand.
        await player.sees("What epoch 2 changes");
        await page.locator(".verdict").filter({ hasText: "Choose among: 111122223333" }).waitFor();
        expect(await page.getByRole("checkbox", { name: "south" }).isChecked()).toBe(false);
        await page.getByLabel("Accounts that go").fill(OLD);
        await player.presses("Next: custodians");
        for (let place = 1; place <= 2; place++) await player.choosesPassphrase();
        await player.sees(/cards to print and prove$/, page, 120_000);
        for (let place = 1; place <= 2; place++) await player.provesCard();
        await player.sees("Sealed, and it counts");
        await player.app.kill();
      },
      { userData },
    );
    expect(standingOf(station)).toMatchObject({ epoch: 2, threshold: 2, keys: ["north"] });
    expect(standingOf(station).custodians).toHaveLength(2);

    await withApp(
      async (player) => {
        const { page } = player;
        await player.sees("Epoch 2 counts");
        const said = [
          "A copy of the vault of epoch 1, 2 of its cards and a security key of then",
          `${OLD} can't be opened with this vault any more`,
          "The security keys south open the new epoch no more",
          "The security keys north were carried over unseen",
        ].map((line) => expect.stringContaining(line));
        expect(await page.locator(".remains li").allTextContents()).toEqual(said);
        // An emergency doesn't wait for it; it stays due.
        await player.presses("Not now");
        await player.sees("Sealed, epoch 2");
        await player.presses("What the last sealing left behind");
        await player.sees("Epoch 2 counts");
        expect(await ticks(player)).toEqual(said);
        await player.presses("Done");
        await player.sees("Between emergencies");
        // The accounts are known now, by the rotation's record.
        await player.presses("Rotate the shares");
        await page.getByRole("checkbox", { name: NEW, exact: true }).uncheck();
        await page.getByText("goes: the new cards don’t open it").waitFor();
      },
      { userData },
    );
    await withApp((player) => player.sees("Sealed, epoch 2"), { userData });
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 1_200_000);
