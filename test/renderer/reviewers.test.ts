import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ScreenOf } from "../../contract/app.ts";
import { Windows } from "./harness.ts";
import { NOW, views } from "./samples.ts";

// Who signs a review sees which key opened what is reviewed.

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(() => windows.end());

async function at(
  name: "review-findings" | "review-sign",
  change: Partial<ScreenOf<"review">>,
  work: (page: Page) => Promise<void>,
): Promise<void> {
  const view = views[name];
  const screen = { ...view.screen, ...change } as typeof view.screen;
  const { page, complaints, close } = await windows.open("app", { view: { ...view, screen } }, NOW);
  await work(page);
  expect(complaints).toEqual([]);
  await close();
}

const MUST = "One at least signs with a key that did not break the glass in this use.";
const MAY = "If only keys sign that broke the glass in this use, the record says so.";
const SAME = "Only keys that broke the glass in this use sign it; the record says so.";

it.each([
  [true, MUST, MAY],
  [false, MAY, MUST],
])("the key that broke the glass is named, and what follows: another %s", (another, says, not) =>
  at(
    "review-findings",
    { keys: ["Blue tag", "Red tag"], broken: ["Red tag"], another },
    async (page) => {
      await page.getByRole("button", { name: "Next: who signs" }).click();
      const notes = await page.locator("form [id$=-note]").allInnerTexts();
      expect(notes.map((note) => note.startsWith("This key broke the glass"))).toEqual([
        false,
        true,
        false,
      ]);
      const margin = await page.locator(".margin").innerText();
      expect(margin).toContain(says);
      expect(margin).not.toContain(not);
    },
  ),
);

it("a review that no other key signs says so before anyone touches", async () => {
  const reviewers = [{ name: "Ivo Brandt", key: "Red tag", signedAt: null }];
  await at("review-sign", { reviewers, broken: ["Red tag"] }, async (page) => {
    expect(await page.locator("main").innerText()).toContain(SAME);
  });
  await at("review-sign", { broken: ["Red tag"] }, async (page) => {
    expect(await page.locator("main").innerText()).not.toContain(SAME);
  });
});
