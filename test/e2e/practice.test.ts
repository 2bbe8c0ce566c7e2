import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { verify } from "../../ceremony/verify.ts";
import { readCopy } from "../../station/record-store.ts";
import { standing } from "../cli/drill-runs.ts";
import { requireProgram } from "../requires.ts";
import { withApp, withSealedApp } from "./player.ts";

const hasPdfTools = requireProgram("pdftotext") && requireProgram("pdfinfo");
const run = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: "utf8" });

const station = (userData: string): string => join(userData, "practice-station");

function records(dir: string): string[] {
  return readdirSync(join(dir, "records"))
    .filter((name) => name.endsWith(".json"))
    .toSorted()
    .map(
      (name) =>
        (JSON.parse(readFileSync(join(dir, "records", name), "utf8")) as { kind: string }).kind,
    );
}

it("goes from the first start to an approved, printed record, and every record verifies", () =>
  withApp(async (player) => {
    const { app, page } = player;
    await player.seals();
    await player.saysWhy();
    await player.hands("Hand over the keyboard", async (window) => {
      await player.takesCard(window, /^Misread/);
      await player.presses("Next: passphrase", window);
      await player.presses("Check this share", window);
      const verdict = window.locator(".verdict");
      await verdict.filter({ hasText: "Word 17 is probably wrong" }).waitFor();
      expect(await window.getByLabel("Word 1", { exact: true }).inputValue()).not.toBe("");
      await player.entersShare(window);
    });
    await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
    await player.hands("Hand over the keyboard", (window) => player.touches(window));
    await player.opensTheAccess();
    const dir = station(app.userData);
    expect(standing(dir)).toEqual({ latched: false, active: 1 });
    await player.hands("Show the access keys", async (window) => {
      const hidden = await window.locator("main").innerText();
      expect(hidden).not.toMatch(/[A-Za-z0-9/+]{30}/);
      // The runbook's secret pages open with the glass, at the responder's window only.
      await window.getByRole("tab", { name: "Secret pages" }).click();
      await window.getByText("aws-root@example.com").waitFor();
      await player.presses("Done, hide them", window);
    });
    await player.presses("Tick step 1");
    await player.button("Tick step 2").waitFor();
    expect(records(dir)).toContain("runbook-step");
    await player.closes();
    expect(standing(dir)).toEqual({ latched: true, active: 0 });
    await player.hands("Approve by touch", (window) => player.touches(window));
    await page.getByText("Approved by touch").waitFor();
    await player.presses(/^Print 2 copies/);
    await expect.poll(async () => (await app.hostRecord()).printJobs.length).toBe(1);
    for (const [paper, size] of [
      ["A4", "595"],
      ["Letter", "612"],
    ] as const) {
      const file = join(app.userData, `${paper}.pdf`);
      await app.answerDialog("showSaveDialog", { canceled: false, filePath: file });
      await page.getByLabel("Paper").selectOption(paper);
      await player.presses("Save as PDF");
      await page.getByText(`Saved as ${file}`).waitFor();
      if (!hasPdfTools) continue;
      expect(run("pdfinfo", file)).toMatch(new RegExp(`Page size: +${size}`));
      const words = run("pdftotext", file, "-");
      expect(words).toContain("The access is dead");
      expect(words).toContain("PRACTICE");
    }
    const told =
      "sealed committed refused glass-broken aws-calls access-open runbook-step aws-calls closed approval";
    expect(records(dir)).toEqual(told.split(" "));
    const copy = readCopy(dir);
    expect(verify(copy === null ? [] : [copy], {})).toMatchObject({ verdict: "UNANCHORED" });
    const { networkAttempts, failures } = await app.hostRecord();
    expect({ networkAttempts, failures }).toEqual({ networkAttempts: [], failures: [] });
  }));

it(
  "lets AWS end the access at its deadline, shows that it did, and closes",
  () =>
    withSealedApp(async (player) => {
      await player.breaksTheGlass(20);
      await player.opensTheAccess();
      await player.button("Go to the record").waitFor({ timeout: 180_000 });
      expect(records(station(player.app.userData))).toContain("access-expired");
      expect(standing(station(player.app.userData))).toEqual({ latched: true, active: 0 });
    }),
  600_000,
);

it("is shut first after it was killed with the access open, and driven to rest by people", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  try {
    await withSealedApp(
      async (player) => {
        await player.breaksTheGlass();
        await player.opensTheAccess();
        await player.app.kill();
      },
      { userData },
    );
    const dir = station(userData);
    expect(standing(dir)).toEqual({ latched: false, active: 1 });
    await withApp(
      async (player) => {
        await player.button("Go on with the custodians").waitFor({ timeout: 30_000 });
        expect(standing(dir).latched).toBe(true);
        await player.presses("Go on with the custodians");
        for (let seat = 1; seat <= 2; seat++)
          await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
        await player.hands("Hand over the keyboard", (window) => player.touches(window));
        await player.presses("Bring it to rest");
        await player.sees("The access is dead", player.page, 60_000);
        await player.presses("Go to the record");
        await player.page.locator("iframe").waitFor({ timeout: 60_000 });
        expect(standing(dir)).toEqual({ latched: true, active: 0 });
        expect(records(dir)).toEqual(expect.arrayContaining(["resumed", "closed"]));
      },
      { userData },
    );
    expect(existsSync(join(dir, "open"))).toBe(true);
    expect(readdirSync(join(dir, "open"))).toEqual([]);
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 600_000);

it(
  "changes nothing when people stop, at any step before the access",
  () =>
    withSealedApp(async (player) => {
      const dir = station(player.app.userData);
      const before = standing(dir);
      await player.presses("Break the glass");
      await player.presses("Stop, change nothing");
      await player.sees("Sealed, epoch 1");
      await player.saysWhy();
      await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
      await player.stops("Stop, change nothing", "Stop, empty the seats", "Stay here");
      await player.sees("Sealed, epoch 1");
      await player.breaksTheGlass();
      await player.stops("Go back, sealed", "Go back, sealed", "Stay here");
      await player.sees("Sealed, epoch 1");
      expect(standing(dir)).toEqual(before);
      expect(existsSync(join(dir, "journal"))).toBe(false);
    }),
  600_000,
);

it(
  "begins the sealing anew after people stopped in its middle",
  () =>
    withApp(async (player) => {
      await player.presses("Start practice");
      await player.sees(/will be sealed/);
      await player.presses("Next: custodians");
      await player.presses("Next: passphrases");
      for (let place = 1; place <= 3; place++) await player.choosesPassphrase();
      for (let key = 1; key <= 2; key++) await player.enrolsKey();
      await player.provesCard();
      await player.stops("Stop the sealing", "Stop the sealing", "Go on sealing");
      // A card is in somebody's hand.
      await player.sees("A sealing was cut off");
      await player.page.getByRole("checkbox", { name: /^Its cards open nothing/ }).check();
      await player.presses("Done");
      await player.sees("Nothing is sealed here yet");
      expect(existsSync(join(station(player.app.userData), "vault.pullstation"))).toBe(false);
      await player.seals();
    }),
  600_000,
);

it(
  "tells a wrong PIN with the tries that are left, takes a card from a stick, and prints cancelled without harm",
  () =>
    withSealedApp(async (player) => {
      const { app, page } = player;
      await player.saysWhy();
      await player.hands("Hand over the keyboard", async (window) => {
        await player.presses(/practice stick$/, window);
        await window.getByText("The card is read").waitFor();
        await player.presses("Next: passphrase", window);
        await window.getByLabel("Passphrase", { exact: true }).fill("not what was written down");
        await player.presses("Check this share", window);
        await window.locator(".verdict").filter({ hasText: "does not fit the card" }).waitFor();
        await player.presses("Back to the card", window);
        await player.presses("Stop, change nothing", window);
      });
      await page.getByText("does not fit the card").waitFor();
      for (let seat = 1; seat <= 2; seat++)
        await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
      await player.hands("Hand over the keyboard", async (window) => {
        await player.knowsPin(window);
        await window.locator("input[type=password]").fill("9999");
        await player.presses("Ask the key", window);
        // Two keys are plugged in: the touch says which is meant, before its PIN is tried.
        await player.presses("Touch the practice key", window);
        await window.getByText("tries left: 7").waitFor();
        await window.locator("input[type=password]").fill("2468");
        await player.presses("Ask the key", window);
        // The finger still rests on the key that was meant.
        await player.presses("Give the keyboard back", window);
      });
      await player.opensTheAccess();
      // The share and the PIN, once each.
      const told = records(station(app.userData));
      expect(told.filter((kind) => kind === "refused")).toHaveLength(2);
      await player.closes();
      await app.cancelNextPrint("cancelled");
      await player.presses(/^Print 2 copies/);
      await page.getByText("Nothing was printed.").waitFor();
      await player.presses(/^Print 2 copies/);
      await expect.poll(async () => (await app.hostRecord()).printJobs.length).toBe(2);
      await player.presses("Done");
      await player.sees("Sealed, epoch 1");
    }),
  600_000,
);
