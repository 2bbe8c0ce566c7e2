import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Stage } from "./in-page.ts";
import { type OpenPage, Windows } from "./harness.ts";
import { cell, paste, typeWords } from "./keyboard.ts";
import { tasks } from "./sample-tasks.ts";
import { NOW } from "./samples.ts";
import { cardWords, PASSPHRASE, payload, rejected, stageOf } from "./stages.ts";

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(() => windows.end());

async function at(stage: Stage, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints, close }: OpenPage = await windows.open("ceremony", stage, NOW);
  await work(page);
  expect(complaints).toEqual([]);
  await close();
}

const typed = (page: Page): Promise<string[]> =>
  page
    .locator(".words input")
    .evaluateAll((cells) => cells.map((one) => (one as HTMLInputElement).value));
const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);
const marked = (page: Page): Promise<string[]> =>
  page.locator(".words .wrong .number").allTextContents();
const verdict = (page: Page): Promise<string> => page.locator(".verdict").innerText();
const next = (page: Page): Promise<void> => page.locator(".foot .act").click();

async function refuse(page: Page): Promise<void> {
  await paste(page, cardWords.join(" "));
  await next(page);
  await page.locator("#passphrase").fill(PASSPHRASE);
  await page.keyboard.press("Enter");
  await page.locator(".words .wrong").waitFor();
}

describe("typing the words of a card", () => {
  it("needs four letters a word, and Space goes on", () =>
    at(stageOf(tasks.share), async (page) => {
      await typeWords(page);
      expect(await typed(page)).toEqual([...cardWords]);
      expect(await focused(page)).toBe("Word 43");
    }));

  it("takes whole words as well, with Tab, Enter and Space between them", () =>
    at(stageOf(tasks.share), async (page) => {
      for (const [index, key] of ["Tab", "Enter", "Space"].entries()) {
        await page.keyboard.type(cardWords[index] ?? "");
        await page.keyboard.press(key);
      }
      expect((await typed(page)).slice(0, 4)).toEqual([...cardWords.slice(0, 3), ""]);
      expect(await focused(page)).toBe("Word 4");
    }));

  it("completes as soon as one word is left, and never against Backspace", () =>
    at(stageOf(tasks.share), async (page) => {
      await page.keyboard.type("acad");
      expect((await typed(page))[0]).toBe("academic");
      await page.keyboard.press("Backspace");
      expect((await typed(page))[0]).toBe("acad");
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Backspace");
      expect((await typed(page))[0]).toBe("ac");
    }));

  it("goes back by Backspace from an empty cell, and by arrows over the grid", () =>
    at(stageOf(tasks.share), async (page) => {
      await page.keyboard.type("acid ");
      await page.keyboard.press("Backspace");
      expect(await focused(page)).toBe("Word 1");
      await page.keyboard.press("ArrowDown");
      expect(await focused(page)).toBe("Word 6");
      await page.keyboard.press("ArrowRight");
      expect(await focused(page)).toBe("Word 7");
      await page.keyboard.press("ArrowUp");
      expect(await focused(page)).toBe("Word 2");
      await page.keyboard.press("ArrowLeft");
      expect(await focused(page)).toBe("Word 1");
    }));

  it("splits a pasted card into its cells, numbers and line breaks left out", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.map((word, index) => `${index + 1}. ${word}`).join("\n"), 9);
      expect(await typed(page)).toEqual([...cardWords]);
    }));

  it("puts a few pasted words where the cursor is", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, "acid alarm", 3);
      expect((await typed(page)).slice(0, 5)).toEqual(["", "", "acid", "alarm", ""]);
      expect(await focused(page)).toBe("Word 5");
    }));

  it("takes a pasted code as a card that is read", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, payload);
      await page.locator(".found-card").waitFor();
      await next(page);
      await page.locator("#passphrase").fill(PASSPHRASE);
      await next(page);
      await page.locator(".calm").waitFor();
      const asked = await page.evaluate(() => window.underTest.asked);
      expect(asked.find(({ name }) => name === "enterShare")?.input).toEqual({
        card: { payload },
        passphrase: PASSPHRASE,
      });
    }));

  it("marks what no word of the list begins with, while it is typed", () =>
    at(stageOf(tasks.share), async (page) => {
      await page.keyboard.type("acq");
      expect(await marked(page)).toEqual(["1"]);
      await page.keyboard.press("Backspace");
      expect(await marked(page)).toEqual([]);
    }));

  it("says which words are not in the list, once they are left", () =>
    at(stageOf(tasks.share), async (page) => {
      await page.keyboard.type("zz ");
      expect(await verdict(page)).toBe(
        "Word 1 is not in the word list. Compare with the card. Nothing was lost.",
      );
    }));

  it("does not go on with words missing, and goes to the first one", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.slice(0, 20).join(" "));
      await next(page);
      expect(await verdict(page)).toContain("23 words still missing.");
      expect(await focused(page)).toBe("Word 21");
    }));

  it("goes on by Enter on the last word", () =>
    at(stageOf(tasks.share), async (page) => {
      await typeWords(page);
      await page.keyboard.press("Enter");
      await page.locator("#passphrase").waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("passphrase");
    }));
});

describe("a share that is refused", () => {
  const wrong = stageOf(tasks.share, {
    enterShare: rejected("WORDS_SUSPECT", [12], { words: "12" }),
  });

  it("keeps everything that was typed, marks the word only and goes to it", () =>
    at(wrong, async (page) => {
      await refuse(page);
      expect(await typed(page)).toEqual([...cardWords]);
      expect(await marked(page)).toEqual(["12"]);
      expect(await focused(page)).toBe("Word 12");
      expect(await verdict(page)).toBe(
        "Word 12 is probably wrong. Compare with the card. Nothing was lost.",
      );
      await next(page);
      expect(await page.locator("#passphrase").inputValue()).toBe(PASSPHRASE);
    }));

  it("is no longer marked when the word was typed again", () =>
    at(wrong, async (page) => {
      await refuse(page);
      await cell(page, 12).fill("");
      await page.keyboard.type("acid ");
      expect(await marked(page)).toEqual([]);
      expect(await page.locator(".verdict").count()).toBe(0);
    }));

  it("stays at the passphrase when that alone is wrong", () =>
    at(
      stageOf(tasks.share, { enterShare: rejected("WRONG_PASSPHRASE", [], { who: "Sam Kjær" }) }),
      async (page) => {
        await paste(page, cardWords.join(" "));
        await next(page);
        await page.locator("#passphrase").fill("acid alarm");
        await next(page);
        await page.locator(".verdict").waitFor();
        expect(await page.locator("#passphrase").inputValue()).toBe("acid alarm");
        expect(await page.locator("#passphrase").getAttribute("aria-invalid")).toBe("true");
        expect(await verdict(page)).toContain("The passphrase does not fit the card of Sam Kjær.");
      },
    ));

  it("is said when the vault process has ended, and the words stay", () =>
    at(stageOf(tasks.share, { enterShare: "silence" }), async (page) => {
      await paste(page, cardWords.join(" "));
      await next(page);
      await page.locator("#passphrase").fill(PASSPHRASE);
      await next(page);
      await page.locator(".foot .awaits").waitFor();
      await page.evaluate(() => window.underTest.end("people"));
      await page.locator(".verdict").waitFor();
      expect(await page.locator("#passphrase").inputValue()).toBe(PASSPHRASE);
    }));
});

describe("the passphrase", () => {
  it("is hidden, and shown for as long as the button is held", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.join(" "));
      await next(page);
      const field = page.locator("#passphrase");
      await field.fill(PASSPHRASE);
      expect(await field.getAttribute("type")).toBe("password");
      await page.keyboard.press("Tab");
      await page.keyboard.down("Space");
      expect(await field.getAttribute("type")).toBe("text");
      await page.keyboard.up("Space");
      expect(await field.getAttribute("type")).toBe("password");
      expect(await page.locator("#passphrase-hint").innerText()).toBe(
        "8 words, each in the word list",
      );
    }));

  it("is checked word by word as far as a word list can", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.join(" "));
      await next(page);
      await page.locator("#passphrase").fill("acid qlqrm crystal");
      expect(await page.locator("#passphrase-hint").innerText()).toContain(
        "Word 2 is not in the word list.",
      );
    }));
});
