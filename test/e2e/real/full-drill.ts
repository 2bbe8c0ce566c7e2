import { execFileSync } from "node:child_process";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { readStory } from "../../../station/records-folder.ts";
import type { Player } from "../player.ts";
import { type Custodian, entersShare, type Usb } from "./custodian.ts";
import { cable } from "./room.ts";

/** The station is sealed, and its people and their keys are here. */
interface Present {
  readonly people: readonly [Custodian, Custodian];
  readonly usb: Usb;
  readonly key: string;
  readonly pin: string;
}

/** From home to the record, and what it says. */
export async function holdsFullDrill(
  player: Player,
  station: string,
  { people: [amara, sam], usb, key, pin }: Present,
): Promise<void> {
  cable.in();
  const before = readStory(station).length;
  const { page } = player;
  await page.locator(".rail").getByRole("button", { name: "Upkeep" }).click();
  await player.presses("Hold a drill");
  await player.presses("Full drill");
  await page.getByLabel("AWS asks to slow down").check();
  await player.presses("Next: cards and keys");
  await player.presses("Check a share");
  await player.sees("Pull out the cable");
  await player.presses("Stop, change nothing");
  await player.sees("Two more shares and a key to prove");
  await player.presses("Check a share");
  await player.sees("Pull out the cable");
  cable.out();
  await player.presses(/^Go on/);
  const checks = async (window: Page, who: Custodian): Promise<void> => {
    await entersShare(player, window, who);
    await player.presses("Check it", window);
    await player.presses("Give the keyboard back", window);
  };
  await checks(await player.atTheKeyboard(), amara);
  await player.sees("One more share and a key to prove");
  await player.hands("Check a share", (window) => checks(window, sam));
  await player.sees("One security key is still to prove");
  await player.hands("Check a key", async (window) => {
    await window.locator("input[type=password]").fill(pin);
    await player.presses("Ask the key", window);
    await player.sees("Touch the key that is blinking", window);
    usb.touch(key);
    await player.presses("Give the keyboard back", window);
  });
  usb.lifts(key);
  await player.sees("A real quorum and a key are proven");
  await player.presses("Next: break the glass");

  await player.sees("Say why the glass is broken", page, 60_000);
  await page.getByText("PRACTICE", { exact: true }).waitFor();
  await page.getByLabel("Reason").fill("The quarterly drill");
  await page.getByLabel(/^Officer/).fill("Rui Tan");
  await page.getByLabel(/^Responder/).fill("Ivo Brandt");
  await player.presses("Next: custodians");
  for (let seat = 1; seat <= 2; seat++)
    await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
  await player.hands("Hand over the keyboard", (window) => player.touches(window));
  await player.sees(/^Practice AWS/);
  await player.opensTheAccess();
  await page.getByText("AWS asks to slow down, again and again.").waitFor();
  await player.stops("Close now", "Close the access", "Keep it open");
  await player.presses("Next: what was seen");
  await player.sees("The drill passed");
  await page.getByText("ISOLATED", { exact: true }).waitFor();
  await player.presses("Next: the witness");
  await page.getByLabel("Witness", { exact: true }).fill("Lise Moreau");
  await player.presses("Sign the record");
  await player.sees(/^Record /);
  await player.presses("Done");
  await player.sees("Sealed, epoch 1");
  const own = readStory(station).slice(before);
  expect(own.map(({ kind, mode }) => `${kind} ${mode}`)).toEqual([
    "share-checked REAL",
    "share-checked REAL",
    "key-checked REAL",
    "drill REAL",
  ]);
  expect(own[3]?.evidence).toMatchObject({
    passed: true,
    faults: [{ fault: "throttled", struck: true }],
    real: {
      threshold: 2,
      shares: [
        { who: amara.name, record: own[0]?.written.seq },
        { who: sam.name, record: own[1]?.written.seq },
      ],
      keys: [{ label: key, opens: true, record: own[2]?.written.seq }],
      proven: true,
    },
  });
  expect(own[3]?.who).toEqual({
    officer: "Rui Tan",
    responder: "Ivo Brandt",
    witness: "Lise Moreau",
  });
  const told = execFileSync("node", [
    "cli/pullstation.mjs",
    "verify",
    station,
    "--vault-id",
    own[3]?.vaultId ?? "",
  ]).toString();
  expect(told).toContain("VALID");
}
