import type { Page } from "playwright-core";
import { cardWords, PASSPHRASE } from "./stages.ts";

/** What a person does at a window. */

/** Presses the one action. */
export const act = (page: Page): Promise<void> => page.locator(".foot .act").click();

/** The cell of that place, from 1. */
export const cell = (page: Page, place: number) => page.locator(".words input").nth(place - 1);

/** Types the words as a person does: four letters and Space. */
export async function typeWords(page: Page, words: readonly string[] = cardWords): Promise<void> {
  await cell(page, 1).focus();
  for (const word of words) await page.keyboard.type(`${word.slice(0, 4)} `);
}

export async function fill(page: Page, words: readonly string[] = cardWords): Promise<void> {
  await paste(page, words.join(" "));
}

export async function paste(page: Page, text: string, place = 1): Promise<void> {
  await cell(page, place).focus();
  await page.evaluate((given) => window.underTest.paste(given), text);
}

export async function toPassphrase(
  page: Page,
  words: readonly string[] = cardWords,
): Promise<void> {
  await fill(page, words);
  await act(page);
  await page.locator("#passphrase").waitFor();
}

export async function check(page: Page): Promise<void> {
  await page.locator("#passphrase").fill(PASSPHRASE);
  await act(page);
}
