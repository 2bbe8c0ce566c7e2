import { execFileSync } from "node:child_process";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Player } from "../player.ts";
import type { bundlesWithUsb } from "../usb/port.ts";

export type Usb = ReturnType<typeof bundlesWithUsb>["usb"];

/** A custodian in earnest: has what was written down and printed, and types it. */
export interface Custodian {
  readonly name: string;
  passphrase: string;
  words: readonly string[];
  /** The paper itself. */
  card: Uint8Array;
}

/** Reads the passphrase off the window, as a person with a pen does. */
export async function writesDown(player: Player, who: Custodian): Promise<void> {
  await player.hands(`Hand over to ${who.name}`, async (window) => {
    await player.presses("Show my passphrase", window);
    const list = window.getByRole("list", { name: "Your passphrase" });
    await list.waitFor();
    const words = await list.getByRole("listitem").allTextContents();
    who.passphrase = words.map((word) => word.replace(/^\d+/, "").trim()).join(" ");
    await player.presses("I have written it down", window);
  });
}

interface Printed {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly middle: number;
}

function printedOn(pdf: Uint8Array): readonly Printed[] {
  const page = execFileSync("pdftotext", ["-bbox", "-", "-"], { input: pdf }).toString();
  const WORD = /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)</g;
  return [...page.matchAll(WORD)].map(([, left, top, right, bottom, text = ""]) => ({
    text,
    left: Number(left),
    right: Number(right),
    middle: (Number(top) + Number(bottom)) / 2,
  }));
}

/** How far right of its number a word stands, and how level with it, in points. */
const NEAR = 24;
const LEVEL = 3;

/** The 43 words on the paper that came out of the printer, each right of its number. */
export function wordsOn(pdf: Uint8Array): readonly string[] {
  const all = printedOn(pdf);
  return Array.from({ length: 43 }, (_, index) => {
    const found = all
      .filter(({ text }) => text === `${index + 1}`)
      .flatMap((number) =>
        all.filter(
          ({ text, left, middle }) =>
            /^[a-z]{3,}$/.test(text) &&
            left > number.left &&
            left - number.right < NEAR &&
            Math.abs(middle - number.middle) < LEVEL,
        ),
      );
    return found[0]?.text ?? "";
  });
}

/** The sheet (points) and how far apart the numbers of a row stand: as drawn only where nothing was scaled. */
export function measured(pdf: Uint8Array): { readonly sheet: string; readonly pitch: number } {
  const info = execFileSync("pdfinfo", ["-"], { input: pdf }).toString();
  const sheet = /Page size: +([\d.]+ x [\d.]+)/.exec(info)?.[1] ?? "";
  const all = printedOn(pdf);
  const [first, last] = ["41", "43"].map((number) => all.findLast(({ text }) => text === number));
  return { sheet, pitch: ((last?.left ?? 0) - (first?.left ?? 0)) / 2 };
}

export async function types(window: Page, words: readonly string[]): Promise<void> {
  for (const [index, word] of words.entries())
    await window.getByLabel(`Word ${index + 1}`, { exact: true }).fill(word);
}

/** Words and passphrase, in the window that is open. */
export async function entersShare(player: Player, window: Page, who: Custodian): Promise<void> {
  await types(window, who.words);
  await player.presses("Next: passphrase", window);
  await window.getByLabel("Passphrase", { exact: true }).fill(who.passphrase);
}

/** Each at the keyboard in turn: their shares are good. */
export async function agree(player: Player, people: readonly Custodian[]): Promise<void> {
  for (const who of people)
    await player.hands("Hand over the keyboard", async (window) => {
      await entersShare(player, window, who);
      await player.presses("Check this share", window);
      await player.presses("Give the keyboard back", window);
    });
}

/** The button stands there and can't be pressed yet. */
export const isAwaited = (player: Player, name: string): Promise<boolean> =>
  player.page
    .getByRole("button", { name })
    .evaluate((button) => button.getAttribute("aria-disabled") === "true");

/** The incident, as its screen asks for it. */
export async function says({ page }: Player, incident: string): Promise<void> {
  await page.getByLabel("Reason").fill("Sign-in is down for everyone");
  await page.getByLabel("Incident id").fill(incident);
  await page.getByLabel(/^Officer/).fill("Rui Tan");
  await page.getByLabel(/^Responder/).fill("Ivo Brandt");
}

const FILM = { width: 640, height: 480 };

/** The card before a camera: its code's part of the paper, as a film of one picture (YUV4MPEG2). */
export function filmOf(pdf: Uint8Array): Buffer {
  const { width, height } = FILM;
  const part = ["-x", "0", "-y", "540", "-W", `${width}`, "-H", `${height}`];
  const picture = execFileSync("pdftoppm", ["-gray", "-r", "150", ...part, "-"], { input: pdf });
  const luma = picture.subarray(picture.length - width * height);
  const frame = Buffer.concat([
    Buffer.from("FRAME\n"),
    luma,
    Buffer.alloc((width * height) / 2, 128),
  ]);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`),
    frame,
    frame,
  ]);
}

/** Puts a finger on whichever key the screen names, until the title is another. */
export async function touchesAsNamed({ page }: Player, usb: Usb, until: RegExp): Promise<void> {
  const labels = ["red-1", "blue-2", "safe-3"];
  const next = page.getByRole("heading", { level: 1, name: until });
  const late = Date.now() + 60_000;
  while (!(await next.isVisible())) {
    expect(Date.now()).toBeLessThan(late);
    const named = await page
      .locator(".lines li", { hasText: "Touch it now" })
      .locator("b")
      .allTextContents();
    for (const label of labels) if (named.includes(label)) usb.touch(label);
    for (const label of labels) if (!named.includes(label)) usb.lifts(label);
    await page.waitForTimeout(50);
  }
}

export async function enrolsKey(
  player: Player,
  usb: Usb,
  pin: string,
  label: string,
  go: RegExp | string,
): Promise<void> {
  usb.plug(label);
  await player.hands(go, async (window) => {
    await window.getByLabel(/^Label/).fill(label);
    await window.locator("input[type=password]").fill(pin);
    await player.presses("Enrol this key", window);
    await player.sees("Touch the key that is blinking", window);
    usb.touch(label);
    await player.presses(/^Done/, window);
  });
  usb.lifts(label);
}

export async function touchesKey(
  player: Player,
  usb: Usb,
  pin: string,
  label: string,
): Promise<void> {
  await player.hands("Hand over the keyboard", async (window) => {
    await window.locator("input[type=password]").fill(pin);
    await player.presses("Ask the key", window);
    await player.sees("Touch the key that is blinking", window);
    usb.touch(label);
    await player.presses("Give the keyboard back", window);
  });
  usb.lifts(label);
}
