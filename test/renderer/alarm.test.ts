import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Look, Windows } from "./harness.ts";
import { NOW, UNTIL, views } from "./samples.ts";

// An access that ends says so before it does: it sounds and flashes, and can be muted.

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(() => windows.end());

declare global {
  interface Window {
    /** Lengths of the tones that were started, in seconds. */
    tones: number[];
  }
}

async function at(
  name: "glass-access" | "glass-closing" | "away",
  work: (page: Page) => Promise<void>,
  look: Look = {},
): Promise<void> {
  const { access, awsOffsetMs } = views["glass-access"];
  const { page, complaints, close } = await windows.open(
    "app",
    { view: { ...views[name], access, awsOffsetMs } },
    NOW,
    look,
  );
  await page.evaluate(() => {
    window.tones = [];
    const stop = OscillatorNode.prototype.stop;
    const started = new WeakMap<OscillatorNode, number>();
    OscillatorNode.prototype.start = function (when = 0) {
      started.set(this, when);
    };
    OscillatorNode.prototype.stop = function (when = 0) {
      window.tones.push(Math.round((when - (started.get(this) ?? 0)) * 100) / 100);
      void stop;
    };
  });
  await work(page);
  expect(complaints).toEqual([]);
  await close();
}

/** Until the page's clock shows so many seconds before the deadline at AWS. */
async function secondsLeft(page: Page, seconds: number): Promise<void> {
  const { awsOffsetMs } = views["glass-access"];
  await page.clock.setFixedTime(UNTIL - (awsOffsetMs ?? 0) - seconds * 1000);
  const shown = page.locator(".band time");
  const before = new Date(UNTIL - seconds * 1000).toISOString().slice(11, 19);
  await shown.filter({ hasText: before }).waitFor();
}

const tones = (page: Page): Promise<number[]> => page.evaluate(() => window.tones);
const note = (page: Page) => page.locator(".foot p");

it("sounds ten and two minutes before the end, and at the end, each once", () =>
  at("glass-access", async (page) => {
    await secondsLeft(page, 602);
    expect(await tones(page)).toEqual([]);
    await secondsLeft(page, 600);
    await note(page).filter({ hasText: "Ten minutes are left." }).waitFor();
    expect(await tones(page)).toEqual([0.25]);
    await page.locator(".countdown.flashes").waitFor();
    await secondsLeft(page, 599);
    await secondsLeft(page, 121);
    expect(await tones(page)).toHaveLength(1);
    await secondsLeft(page, 119);
    await note(page).filter({ hasText: "Two minutes are left." }).waitFor();
    expect(await tones(page)).toHaveLength(3);
    await secondsLeft(page, 0);
    await note(page).filter({ hasText: "The time is over." }).waitFor();
    expect((await tones(page)).slice(3)).toEqual([0.25, 0.25, 1.2]);
    await page.locator(".countdown.flashes").waitFor({ state: "detached", timeout: 20_000 });
  }));

it("sounds while somebody reads the keys, and not while it is being closed", async () => {
  await at("away", async (page) => {
    await secondsLeft(page, 601);
    await secondsLeft(page, 600);
    expect(await tones(page)).toHaveLength(1);
  });
  await at("glass-closing", async (page) => {
    await secondsLeft(page, 121);
    await secondsLeft(page, 119);
    expect(await tones(page)).toEqual([]);
  });
});

it("is muted by a switch that stays in sight, and flashes then all the same", () =>
  at(
    "glass-access",
    async (page) => {
      await page.getByRole("button", { name: "Mute the alarm" }).click();
      await note(page).filter({ hasText: "Muted, the alarm flashes only." }).waitFor();
      await secondsLeft(page, 601);
      await secondsLeft(page, 600);
      await note(page).filter({ hasText: "Ten minutes are left." }).waitFor();
      expect(await tones(page)).toEqual([]);
      const drawn = page.locator(".countdown.flashes");
      // Nothing moves for those who asked for that.
      expect(await drawn.evaluate((one) => getComputedStyle(one).animationName)).toBe("none");
      await page.getByRole("button", { name: "Let the alarm sound" }).click();
      await secondsLeft(page, 121);
      await secondsLeft(page, 120);
      expect(await tones(page)).toHaveLength(2);
    },
    { reducedMotion: true },
  ));
