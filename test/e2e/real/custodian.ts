import { execFileSync } from "node:child_process";
import type { Page } from "playwright-core";
import type { Player } from "../player.ts";

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
