import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Windows } from "./harness.ts";
import { tasks } from "./sample-tasks.ts";
import { NOW, views } from "./samples.ts";
import { stageOf } from "./stages.ts";

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(() => windows.end());

const pagesOf = (pdf: Buffer): number =>
  pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;

describe("what a window prints", () => {
  it("is the card and nothing else, on one page", async () => {
    const { page, close } = await windows.open("ceremony", stageOf(tasks.card), NOW);
    await page.locator(".card-sheet img").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const part of [".band", ".rail", ".margin", ".foot", "h1"])
      expect(await page.locator(part).first().isVisible(), part).toBe(false);
    expect(pagesOf(await page.pdf({ preferCSSPageSize: true }))).toBe(1);
    expect(pagesOf(await page.pdf({ format: "Letter" }))).toBe(1);
    await close();
  });

  it("is the set-up list, on one page", async () => {
    const { page, close } = await windows.open("app", { view: views.setup }, NOW);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".twelve").isVisible()).toBe(true);
    expect(await page.locator(".foot").isVisible()).toBe(false);
    expect(pagesOf(await page.pdf({ preferCSSPageSize: true }))).toBe(1);
    await close();
  });

  it("says PRACTICE when it is one", async () => {
    const view = { ...views.runbook, mode: "PRACTICE" as const };
    const { page, close } = await windows.open("app", { view }, NOW);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".band strong").isVisible()).toBe(true);
    await close();
  });
});
