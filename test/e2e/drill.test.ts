import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { verify } from "../../ceremony/verify.ts";
import type { RecordBody } from "../../crypto/record.ts";
import { readCopy } from "../../station/record-store.ts";
import { dueAt } from "../../station/due.ts";
import { readStory } from "../../station/records-folder.ts";
import { type Player, withSealedApp } from "./player.ts";

const own = (userData: string): string => join(userData, "practice-station");
const drilled = (userData: string): string => join(userData, "drill-station");
const verdictOf = (dir: string): string => {
  const copy = readCopy(dir);
  const vaultId = readStory(dir)[0]?.vaultId ?? "";
  return verify(copy === null ? [] : [copy], { vaultId }).verdict;
};
const lastDrill = (userData: string): RecordBody => {
  const found = readStory(own(userData)).findLast(({ kind }) => kind === "drill");
  if (found === undefined) throw new Error("no drill is recorded");
  return found;
};

const goes = async (player: Player, place: string): Promise<void> =>
  player.page.locator(".rail").getByRole("button", { name: place }).click();

async function plans(player: Player, form: string, ...faults: readonly string[]): Promise<void> {
  await player.sees("Hold a drill");
  await player.presses(form);
  await player.sees("Choose what goes wrong");
  for (const fault of faults) await player.page.getByLabel(fault).check();
}

async function checksShare(player: Player, place: string): Promise<void> {
  await player.hands("Check a share", async (window) => {
    await window.locator("aside select").selectOption(place);
    await player.takesCard(window);
    await player.presses("Next: passphrase", window);
    await player.presses("Check it", window);
    await player.presses("Give the keyboard back", window);
  });
}

/** The glass of the practice vault: the reason, and a share of that place. */
async function entersShareOf(player: Player, place: string): Promise<void> {
  await player.hands("Hand over the keyboard", async (window) => {
    await window.locator("aside select").selectOption(place);
    await player.entersShare(window);
  });
}

async function saysWhy(player: Player): Promise<void> {
  await player.sees("Say why the glass is broken", player.page, 60_000);
  await player.page.getByLabel("Reason").fill("A drill: the sample shop is down");
  await player.presses("Next: custodians");
  await player.sees(/custodians are needed/);
}

it(
  "holds a full drill: cards and keys proven alone, faults met, and one signed record of it",
  () =>
    withSealedApp(async (player) => {
      const { app, page } = player;
      await goes(player, "Upkeep");
      await player.presses("Hold a drill");
      await plans(player, "Full drill", "A card got wet", "A security key is lost");
      await player.presses("Next: cards and keys");

      await player.sees("Two more shares and a key to prove");
      await checksShare(player, "1");
      await player.sees("One more share and a key to prove");
      // The same card once more is no second share.
      await checksShare(player, "1");
      await player.sees("One more share and a key to prove");
      await checksShare(player, "3");
      await player.sees("One security key is still to prove");
      await player.hands("Check a key", (window) => player.touches(window));
      await player.sees("A real quorum and a key are proven");
      await player.presses("Next: break the glass");

      await saysWhy(player);
      await page.getByText("One custodian’s card got wet").waitFor();
      await player.hands("Hand over the keyboard", async (window) => {
        await window.locator("aside select").selectOption("3");
        await player.takesCard(window);
        await player.presses("Next: passphrase", window);
        await player.presses("Check this share", window);
        await window.locator(".verdict").waitFor();
        await player.presses("Stop, change nothing", window);
      });
      await entersShareOf(player, "1");
      await entersShareOf(player, "2");
      await player.sees(/security keys is needed/);
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.opensTheAccess();
      await player.stops("Close now", "Close the access", "Keep it open");
      await player.presses("Next: what was seen");

      await player.sees("The drill passed");
      await page.getByText("refused as unreadable").waitFor();
      await page.getByText("“north” was not there; “south” opened the vault").waitFor();
      await page.getByRole("row", { name: /^Quorum .* first time/ }).waitFor();
      await player.presses("Next: the witness");
      await player.sees("What did the witness see?");
      await page.getByLabel("Witness", { exact: true }).fill("");
      await player.presses("Sign the record");
      await page.getByText("The witness has no name.").waitFor();
      await page.getByLabel("Witness", { exact: true }).fill("Lise Moreau");
      await page.getByLabel("Alarm’s receipt").fill("K7-42");
      await page
        .getByLabel("What went otherwise than planned")
        .fill("The bag was not sealed.\n\nOne PIN was on a note.");
      await player.presses("Sign the record");
      await player.sees(/^Record /);
      const paper = page.frameLocator("iframe");
      await paper.getByRole("heading", { name: "Real cards and keys" }).waitFor();
      await paper.getByText("A quorum of 2 and a key are proven").waitFor();
      await paper.getByText("One PIN was on a note.").waitFor();
      await paper.getByText("received: K7-42").waitFor();
      await player.presses("Done");
      await player.sees("Sealed, epoch 1");

      const story = readStory(own(app.userData));
      const { kind, who, evidence } = lastDrill(app.userData);
      expect([kind, evidence["passed"]]).toEqual(["drill", true]);
      expect(who).toMatchObject({ witness: "Lise Moreau", officer: "Rui Tan" });
      const checks = story.filter((one) => /^(?:share|key)-checked$/.test(one.kind));
      const [first, again, third, key] = checks.map(({ written }) => written.seq);
      expect(again).toBeGreaterThan(first ?? 0);
      expect(evidence["real"]).toEqual({
        vaultHash: story[0]?.vaultHash,
        threshold: 2,
        shares: [
          { who: checks[0]?.who["custodian"], record: again },
          { who: checks[2]?.who["custodian"], record: third },
        ],
        keys: [{ label: checks[3]?.who["key"], opens: true, record: key }],
        refused: [],
        proven: true,
      });
      expect(evidence["deviations"]).toEqual(["The bag was not sealed.", "One PIN was on a note."]);
      const practice = readStory(drilled(app.userData));
      expect(evidence["practice"]).toEqual({
        vaultId: practice[0]?.vaultId,
        head: practice.at(-1)?.written,
      });
      // The next one is due a quarter after this one.
      const recorded = story.findLast((one) => one.kind === "drill")?.at.time ?? "";
      const due = dueAt(own(app.userData), recorded).rows.find(({ what }) => what === "drill");
      expect(Date.parse(due?.on ?? "") - Date.parse(recorded)).toBe(91 * 86_400_000);
      // Nothing of the vault itself was opened for it.
      expect(story.some((one) => one.kind === "glass-broken")).toBe(false);
      expect([own, drilled].map((dir) => verdictOf(dir(app.userData)))).toEqual(["VALID", "VALID"]);
    }),
  600_000,
);

it(
  "ends well where IAM is down, is measured against the last one, and is recorded as left when people leave it",
  () =>
    withSealedApp(async (player) => {
      const { app, page } = player;
      await goes(player, "Upkeep");
      await player.presses("Hold a drill");
      await plans(player, "Practice drill", "IAM is down", "The network goes away");
      await player.presses("Next: break the glass");
      await page.getByText("can’t come in one drill").waitFor();
      await page.getByLabel("The network goes away").uncheck();
      await player.presses("Next: break the glass");
      await saysWhy(player);
      for (const place of ["1", "2"]) await entersShareOf(player, place);
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.sees(/^Practice AWS/);
      await player.presses("Open the access");
      await player.sees("It can’t be opened, and the drill said so", page, 120_000);
      await page.getByText("The emergency user is at rest").waitFor();
      await page.getByText("; nothing was written in any account").waitFor();
      await player.presses("Next: the witness");
      await player.presses("Sign the record");
      await player.sees(/^Record /);
      await page.frameLocator("iframe").getByText("It could not be opened").waitFor();
      const { evidence } = lastDrill(app.userData);
      expect(evidence).toMatchObject({
        passed: true,
        opened: false,
        real: null,
        cannotOpen: { code: "ACCESS_NOT_OPENED" },
        faults: [{ fault: "iam-down", struck: true }],
      });
      await player.presses("Done");

      // Once more, with the laptop dying; the practice vault is the same.
      const before = readStory(drilled(app.userData))[0]?.vaultId;
      await goes(player, "Upkeep");
      await player.presses("Hold a drill");
      await plans(player, "Practice drill", "The laptop dies");
      await player.presses("Next: break the glass");
      await saysWhy(player);
      for (const place of ["1", "2"]) await entersShareOf(player, place);
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.sees(/^Practice AWS/);
      await player.presses("Open the access");
      await player.sees("The access is shut, not yet at rest", page, 60_000);
      await player.presses("Go on with the custodians");
      await player.sees(/custodians are needed/);
      for (const place of ["1", "2"]) await entersShareOf(player, place);
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.presses("Bring it to rest");
      await player.presses("Next: what was seen");
      await player.sees("The drill passed", page, 60_000);
      await page.getByText("died after “latch-lifted”").waitFor();
      await page.getByRole("row", { name: /^Quorum .* \(1 drill\)$/ }).waitFor();
      await player.stops("Leave without the witness", "Leave it so", "Go on to the record");
      await player.sees("Sealed, epoch 1");
      expect(readStory(own(app.userData)).filter(({ kind }) => kind === "drill")).toHaveLength(2);
      expect(lastDrill(app.userData).evidence).toMatchObject({
        passed: false,
        dead: true,
        unfinished: { how: "left", at: "told", code: "DRILL_LEFT" },
      });
      expect(readStory(drilled(app.userData))[0]?.vaultId).toBe(before);
    }),
  600_000,
);

it(
  "meets every other fault in one drill, each felt: nobody calls the third, AWS is slow, deaf and in another time",
  () =>
    withSealedApp(async (player) => {
      const { app } = player;
      await goes(player, "Upkeep");
      await player.presses("Hold a drill");
      await plans(
        player,
        "Practice drill",
        "A custodian can’t be reached",
        "AWS asks to slow down",
        "Answers of AWS get lost",
        "The network goes away",
        "The laptop’s clock is wrong",
        "A stranger makes a key",
        "AWS is slow to apply changes",
      );
      await player.presses("Next: break the glass");
      await saysWhy(player);
      // Who can't be reached is not offered: the second is the only one left.
      for (let seat = 1; seat <= 2; seat++)
        await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.opensTheAccess();
      // While the network is gone: it goes on once AWS answers again.
      await player.stops("Close now", "Close the access", "Keep it open");
      await player.button("Next: what was seen").click({ timeout: 180_000 });
      await player.sees("The drill passed");
      await player.presses("Next: the witness");
      await player.presses("Sign the record");
      await player.sees(/^Record /);
      const { evidence } = lastDrill(app.userData);
      const faults = evidence["faults"] as readonly { fault: string; struck: boolean | null }[];
      expect(Object.fromEntries(faults.map(({ fault, struck }) => [fault, struck]))).toEqual({
        "missing-custodian": true,
        throttled: true,
        "response-lost": true,
        "network-gone": true,
        "clock-wrong": true,
        "foreign-key": true,
        "slow-propagation": true,
      });
      expect(evidence).toMatchObject({ passed: true, opened: true, dead: true });
      expect(verdictOf(drilled(app.userData))).toBe("VALID");
    }),
  600_000,
);

it(
  "says that a drill which people stop did not pass, and puts aside what can’t be used again",
  () =>
    withSealedApp(async (player) => {
      const { app } = player;
      // Of another kind, or half made: kept, under another name.
      mkdirSync(drilled(app.userData), { recursive: true });
      await goes(player, "Upkeep");
      await player.presses("Hold a drill");
      await plans(player, "Full drill");
      await player.presses("Next: cards and keys");
      await player.presses("Go on without");
      await player.presses("Stay here");
      await player.presses("Go on without");
      await player.page.getByText("The drill will not count as passed.").waitFor();
      await player.presses("Go on without");
      await saysWhy(player);
      await player.presses("Stop, change nothing");
      await player.sees("The drill did not pass");
      await player.page.getByText("People stopped the drill").waitFor();
      await player.presses("Next: the witness");
      await player.presses("Sign the record");
      await player.sees(/^Record /);
      const { evidence, why } = lastDrill(app.userData);
      expect(evidence).toMatchObject({ passed: false, real: { proven: false, shares: [] } });
      expect(why).toContain("a full drill was stopped before its end");
      expect(
        readdirSync(app.userData).filter((name) => name.startsWith("drill-station")),
      ).toHaveLength(2);
    }),
  600_000,
);
