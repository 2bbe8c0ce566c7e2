/** Text for paper: what strangers named may hold anything, and must neither break nor bend a page. */

// Control and bidi characters, byte-order marks, tags, noncharacters and lone surrogates: they
// could hide or reorder what a signature stands under, or are not XML at all.
const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Co}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;
const MARKS = /(\p{M}{4})\p{M}+/gu;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Shows hidden characters as U+FFFD, ends towers of combining marks, joins white space. */
export const plain = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/[\t\r\n]+/g, " ")
    .replace(HIDDEN, "\ufffd")
    .replace(MARKS, "$1")
    .replace(/\s+/gu, " ")
    .trim();

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For element content and quoted attributes, in HTML and XML alike. */
export const escape = (text: string): string =>
  plain(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");

/** Cuts after at most `max` characters as people count them. */
export function shorten(text: string, max: number): string {
  const parts = Array.from(graphemes.segment(plain(text)), ({ segment }) => segment);
  return parts.length <= max
    ? parts.join("")
    : `${parts
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`;
}

// Advance widths of U+0020 to U+007E in thousandths of an em, Source Serif 4 at 400 and 600.
const REGULAR =
  "237 289 381 525 518 932 728 182 362 362 458 534 302 320 302 341 529 529 529 529 529 529 529 529 529 529 302 302 534 534 534 414 834 712 653 662 739 638 612 723 814 376 381 710 618 935 768 738 621 738 690 544 632 758 709 1005 672 667 586 335 341 335 534 514 400 541 619 520 614 533 369 557 641 329 303 594 329 955 643 579 622 601 456 465 359 628 579 836 569 586 490 359 290 359 534"
    .split(" ")
    .map(Number);
const BOLD =
  "229 314 423 544 538 949 739 207 384 384 459 548 307 335 307 364 547 547 547 547 547 547 547 547 547 547 307 307 548 548 548 430 867 712 669 663 745 635 610 725 809 387 394 726 616 930 758 742 637 742 708 560 650 758 706 1020 678 667 592 356 364 356 548 528 400 555 631 527 624 540 375 573 650 336 314 616 337 962 652 590 633 613 475 475 369 640 582 850 585 592 497 365 302 365 548"
    .split(" ")
    .map(Number);

/** Advance of every character of Atkinson Hyperlegible Mono, in em. */
export const MONO_EM = 0.632;

/** Width in em: exact for ASCII, never too small in practice for other scripts. */
export function widthOf(text: string, bold: boolean): number {
  const table = bold ? BOLD : REGULAR;
  let sum = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const known = table[code - 0x20];
    if (known !== undefined) sum += known;
    else if (/\p{M}|\u200c|\u200d/u.test(char)) continue;
    else if (code < 0x250) sum += /\p{Lu}/u.test(char) ? 800 : 660;
    else if (code < 0x1100) sum += 800;
    else sum += code < 0x2e80 ? 900 : 1050;
  }
  return sum / 1000;
}

export interface Run {
  readonly text: string;
  readonly bold?: boolean;
}
export type Line = readonly Run[];

/** Cuts a word that is wider than a line into pieces that are not. */
function pieces(word: Run, em: number): Run[] {
  const bold = word.bold === true;
  if (widthOf(word.text, bold) <= em) return [word];
  const out: string[] = [];
  let held = "";
  for (const { segment } of graphemes.segment(word.text)) {
    if (held !== "" && widthOf(held + segment, bold) > em) {
      out.push(held);
      held = "";
    }
    held += segment;
  }
  out.push(held);
  return out.map((text) => ({ text, bold }));
}

/** Ends a line with an ellipsis that still fits. */
function elided(line: readonly Run[], em: number): Run[] {
  const out = [...line];
  for (;;) {
    const last = out.pop();
    if (last === undefined) return [{ text: "…" }];
    const before = out.reduce((sum, { text, bold }) => sum + widthOf(text, bold === true), 0);
    const parts = Array.from(graphemes.segment(last.text), ({ segment }) => segment);
    while (parts.length > 0) {
      const text = `${parts.join("").trimEnd()}…`;
      if (before + widthOf(text, last.bold === true) <= em) return [...out, { ...last, text }];
      parts.pop();
    }
  }
}

/**
 * Breaks runs into at most `most` lines of `em` width; what does not fit ends in an ellipsis.
 * Neighbouring words of one weight come back as one run.
 */
export function wrap(runs: readonly Run[], em: number, most: number): Line[] {
  const words = runs.flatMap(({ text, bold }) =>
    plain(text)
      .split(" ")
      .filter((word) => word !== "")
      .flatMap((word) => pieces({ text: word, bold: bold === true }, em)),
  );
  const lines: Run[][] = [];
  let line: Run[] = [];
  let used = 0;
  for (const word of words) {
    const bold = word.bold === true;
    const width = widthOf(word.text, bold);
    const gap = line.length === 0 ? 0 : widthOf(" ", bold);
    if (line.length > 0 && used + gap + width > em) {
      lines.push(line);
      line = [];
      used = 0;
    }
    const last = line.at(-1);
    if (last === undefined) line.push({ text: word.text, bold });
    else if ((last.bold === true) === bold)
      line[line.length - 1] = { text: `${last.text} ${word.text}`, bold };
    else line.push({ text: ` ${word.text}`, bold });
    used += (used === 0 ? 0 : gap) + width;
  }
  if (line.length > 0) lines.push(line);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = elided(kept[most - 1] ?? [], em);
  return kept;
}
