import type { Mode } from "../../ceremony/subject.ts";
import { unprintable } from "./errors.ts";
import { fontFaces } from "./fonts.ts";
import { qr, QUIET } from "./qr.ts";
import {
  attributes,
  clipped,
  dashed,
  INK,
  mono,
  paragraph,
  practiceBand,
  PT,
  QUIET_INK,
  rect,
  rule,
  serif,
} from "./svg.ts";
import { escape, type Run, shorten } from "./text.ts";

/** Page sizes in millimetres. The drawing is the same, centred: its ink is within 180 × 250 mm. */
const PAPERS = {
  A4: { width: 210, height: 297 },
  Letter: { width: 215.9, height: 279.4 },
} as const;
export type Paper = keyof typeof PAPERS;

/** What stands on the public third. Names may be anything: they are escaped and never overflow. */
export interface CardFacts {
  readonly mode: Mode;
  readonly vaultName: string;
  /** 32 hex digits. */
  readonly vaultId: string;
  readonly epoch: number;
  /** RFC 3339; the date is printed. */
  readonly sealedAt: string;
  readonly custodian: string;
  /** The custodian's place, 1…n. */
  readonly place: number;
  readonly threshold: number;
  readonly custodians: number;
  /** Name of the layout with which the passphrase was typed, e.g. "US English". */
  readonly keyboard: string;
  /** Roles (never names) of the others, e.g. "finance". */
  readonly otherRoles?: readonly string[];
  /** Where a finder writes to. */
  readonly contact?: string;
  readonly bagSerial?: string;
}

export interface CardPrint extends CardFacts {
  /** `BG1` and 86 bech32 symbols, upper case. Secret. */
  readonly payload: string;
  /** The 43 words in the order in which they are typed. Secret. */
  readonly words: readonly string[];
}

export interface CardOptions {
  readonly paper?: Paper;
  /** "embedded" (default) makes the SVG whole by itself; "outside" leaves fonts to the page. */
  readonly fonts?: "embedded" | "outside";
}

const PAYLOAD = /^BG1[AC-HJ-NP-Z02-9]{86}$/;
const WORD = /^[a-z]{3,8}$/;
const WORDS = 43;
const COLUMNS = 4;

/** The ink's box on A4, and the two folds, in millimetres from the top of an A4 page. */
const LEFT = 15;
const TOP = 23.5;
const WIDTH = 180;
const HEIGHT = 250;
const SECOND_FOLD = 99;
const FIRST_FOLD = 198;
const SIDE = { x: 145, width: 50 };
const MAIN = 122;

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** "18 June 2026" of an RFC 3339 time, as it is written there (UTC). */
export function dateOf(time: string): string | null {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T|$)/.exec(time);
  const month = MONTHS[Number(match?.[2]) - 1];
  return match === null || month === undefined ? null : `${Number(match[3])} ${month} ${match[1]}`;
}

export const grouped = (text: string, size: number): string =>
  (text.match(new RegExp(`.{1,${size}}`, "g")) ?? []).join(" ");

const body = { size: 10.5, leading: 15 };
const note = { size: 9, leading: 12 };

/** Lines of the public third, top left; `blank` draws lines to write on instead of facts. */
function publicText(facts: CardFacts | null, practice: boolean): string {
  let y = TOP + (practice ? 8 : 0);
  let out = serif(LEFT, y + 3.9, 10.5, [{ text: "Pullstation share card", bold: true }]);
  y += 6;
  const add = (runs: readonly Run[], most: number, gap = 1.3): void => {
    const { svg, bottom } = paragraph({ x: LEFT, y, width: MAIN, ...body, most }, runs);
    out += svg;
    y = bottom + gap;
  };
  if (facts === null) {
    out += field("Name", LEFT, y, MAIN) + field("Vault", LEFT, y + 9, 56);
    out += field("Epoch", LEFT + 60, y + 9, 14) + field("Share", LEFT + 78, y + 9, 16);
    out += field("Any … open", LEFT + 98, y + 9, 24) + field("Vault id", LEFT, y + 18, MAIN);
    out += field("Keyboard", LEFT, y + 27, 56) + field("Sealed on", LEFT + 60, y + 27, 62);
    y += 39.5;
  } else {
    const size = [26, 20, 15].find((points) => fits(facts.custodian, points)) ?? 15;
    const name = paragraph(
      { x: LEFT, y, width: MAIN, size, leading: size * 1.16, most: size === 15 ? 2 : 1 },
      [{ text: facts.custodian, bold: true }],
    );
    out += clipped({ x: 0, y, width: LEFT + MAIN, height: 13.4 }, shift(name.svg, -y));
    y += 12.6;
    const share = `Share ${facts.place} of ${facts.custodians}. Any ${facts.threshold} open.`;
    const sealed = `Epoch ${facts.epoch}, sealed ${dateOf(facts.sealedAt) ?? ""}.`;
    add([{ text: share, bold: true }, { text: sealed }], 2);
    add([{ text: "Vault", bold: true }, { text: facts.vaultName }], 1, 0);
    out += mono(LEFT, y + 3.4, 9, grouped(facts.vaultId, 8));
    y += 4.8;
    add([{ text: "Keyboard", bold: true }, { text: facts.keyboard }], 1);
  }
  const rehearsal = practice
    ? "A practice card, for rehearsal. It opens nothing real."
    : "One part of emergency access to AWS. Alone it opens nothing.";
  add([{ text: rehearsal }], 2);
  add(
    [
      { text: "Never", bold: true },
      {
        text: "photograph or copy it, read it aloud, or keep it with your passphrase or with a copy of the vault.",
      },
      { text: "Bring it", bold: true },
      { text: "when called." },
    ],
    3,
  );
  return out;
}

const fits = (name: string, points: number): boolean =>
  paragraph({ x: 0, y: 0, width: MAIN, size: points, leading: points, most: 2 }, [
    { text: name, bold: true },
  ]).bottom <
  points * 0.4;

const shift = (svg: string, y: number): string => `<g transform="translate(0 ${y})">${svg}</g>`;

/** A line to write on, its label under it. */
const field = (label: string, x: number, y: number, width: number): string =>
  rule(x, y + 6, width) + serif(x, y + 8.8, 7.5, [{ text: label }], QUIET_INK);

/** Bag, others and finder at the right; the sticker lies across the second fold, where the loose edge ends. */
function publicBoxes(facts: CardFacts | null, practice: boolean): string {
  const top = TOP + (practice ? 8 : 0);
  const line = { fill: "none", stroke: INK, "stroke-width": 0.3 };
  let out = rect({ ...SIDE, y: top, height: 13 }, line);
  out += serif(SIDE.x + 2, top + 4, 9, [{ text: "Bag serial" }], QUIET_INK);
  if (facts?.bagSerial !== undefined)
    out += clipped(
      { x: SIDE.x, y: top, width: SIDE.width - 1, height: 13 },
      mono(2, 10, 12, shorten(facts.bagSerial, 17)),
    );
  let y = top + 14.5;
  const add = (text: string, most: number): void => {
    const made = paragraph({ ...SIDE, y, ...note, most }, [{ text }]);
    out += made.svg;
    y = made.bottom + 1;
  };
  const roles = facts?.otherRoles ?? [];
  if (roles.length > 0) add(`The other custodians: ${roles.join(", ")}.`, practice ? 3 : 4);
  add(
    facts?.contact === undefined
      ? "Found it? Leave it sealed and hand it in."
      : `Found it? Leave it sealed and write to ${facts.contact}.`,
    3,
  );
  const height = 20;
  const sticker = { ...SIDE, y: SECOND_FOLD - height, height };
  out += rect(sticker, { ...line, "stroke-dasharray": "1.6 1.2" });
  return (
    out +
    paragraph({ x: SIDE.x + 2, y: sticker.y + 1, width: SIDE.width - 4, ...note, most: 3 }, [
      { text: "Tamper sticker, over this fold and onto the back, across the loose edge" },
    ]).svg
  );
}

const QR_MODULE = 1.3;
const WORDS_X = 70;

function secretThird(card: CardPrint | null, practice: boolean): string {
  const top = practice ? 112.5 : 110;
  let out = "";
  if (card === null) {
    const side = 33 * QR_MODULE;
    out += rect(
      { x: LEFT, y: top, width: side, height: side },
      { fill: "none", stroke: QUIET_INK, "stroke-width": 0.25, "stroke-dasharray": "1.6 1.2" },
    );
    out += paragraph({ x: LEFT + 3, y: top + 3, width: side - 6, ...note, most: 4 }, [
      { text: "No code: this card was written by hand. Type the words." },
    ]).svg;
  } else {
    const code = qr(card.payload, 4);
    out += `<g${attributes({ transform: `translate(${LEFT} ${top}) scale(${QR_MODULE})` })}>`;
    const side = code.size + 2 * QUIET;
    out += `<path fill="#fff" d="M${-QUIET} ${-QUIET}h${side}v${side}h-${side}z"/>`;
    out += `<path fill="${INK}" shape-rendering="crispEdges" d="${code.path}"/></g>`;
  }
  let y = top + 33 * QR_MODULE + QUIET * QR_MODULE;
  const told = paragraph({ x: LEFT, y, width: 49, ...note, most: 3 }, [
    {
      text:
        card === null
          ? "Write clearly, in pencil or archival ink. Each word once, in its numbered place."
          : "Show the code to the station’s camera, or type the 43 words. Nowhere else.",
    },
  ]);
  out += told.svg;
  y = told.bottom + 2;
  if (card !== null) {
    out += serif(LEFT, y + 3, 8, [{ text: "The same share as text" }], QUIET_INK);
    const groups = grouped(card.payload.toLowerCase(), 4).split(" ");
    for (let row = 0; row * 6 < groups.length; row++)
      out += mono(LEFT, y + 7.4 + row * 3.9, 8, groups.slice(row * 6, row * 6 + 6).join(" "));
  }
  const step = (LEFT + WIDTH - WORDS_X) / COLUMNS;
  const lead = 20 * PT;
  for (let index = 0; index < WORDS; index++) {
    const x = WORDS_X + step * (index % COLUMNS);
    const base = top + 3.6 + lead * Math.floor(index / COLUMNS);
    out += mono(x, base, 9, String(index + 1), QUIET_INK);
    if (card === null) out += rule(x + 6, base + 0.6, step - 9);
    else out += mono(x + 6, base, 12, card.words[index] ?? "");
  }
  return out;
}

const CALLED = [
  "Bring this card unopened, in its bag. Open it only beside the witness.",
  "The station must say ISOLATED. Show the code, or type the words yourself. Read nothing aloud.",
  "Then type your passphrase. A mistake is named and costs nothing.",
  "Take the card back. After a use new cards are made, and this one is destroyed.",
];

function coverThird(facts: CardFacts | null, practice: boolean): string {
  let y = FIRST_FOLD + 6;
  let out = serif(LEFT, y + 3.9, 10.5, [{ text: "When you are called", bold: true }]);
  y += 6;
  for (const [index, text] of CALLED.entries()) {
    out += serif(LEFT, y + 3.9, 10.5, [{ text: String(index + 1), bold: true }]);
    const made = paragraph({ x: LEFT + 6, y, width: WIDTH - 6, ...body, most: 2 }, [{ text }]);
    out += made.svg;
    y = made.bottom + 0.6;
  }
  y += 2;
  out += paragraph({ x: LEFT, y, width: WIDTH, ...note, most: 2, fill: QUIET_INK }, [
    {
      text:
        facts === null
          ? "Written by hand from the screen of the sealing station. Re-enter it there before it counts."
          : "Printed once, on the sealing station, with no network. Misprints are counted and shredded. This third holds no secret: it folds up over the words.",
    },
  ]).svg;
  const base = practice ? 250 : 256;
  for (const [index, label] of ["Received by", "Date", "Witness"].entries())
    out += field(label, LEFT + index * 62, base, 56);
  return out;
}

const foldNote = (y: number, text: string): string =>
  dashed(LEFT, y, WIDTH) + serif(LEFT, y + 3.6, 8, [{ text }], QUIET_INK);

function draw(facts: CardFacts | null, card: CardPrint | null, mode: Mode, options: CardOptions) {
  const page = PAPERS[options.paper ?? "A4"];
  const practice = mode === "PRACTICE";
  const x = (PAPERS.A4.width - page.width) / 2;
  const y = (PAPERS.A4.height - page.height) / 2;
  const bands = practice
    ? practiceBand({ x: LEFT, y: TOP, width: WIDTH, height: 6 }, 4) +
      practiceBand({ x: WORDS_X, y: 102.5, width: LEFT + WIDTH - WORDS_X, height: 6 }, 3) +
      practiceBand({ x: LEFT, y: TOP + HEIGHT - 10, width: WIDTH, height: 10 }, 3)
    : "";
  const title =
    facts === null
      ? "Blank share card"
      : `Share card ${facts.place} of ${facts.custodians}, ${facts.custodian}`;
  const style = options.fonts === "outside" ? "" : `<style>${fontFaces()}</style>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg"${attributes({
      width: `${page.width}mm`,
      height: `${page.height}mm`,
      viewBox: `${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100} ${page.width} ${page.height}`,
    })} role="img" fill="none"><title>${practice ? "PRACTICE · " : ""}${escape(shorten(title, 120))}</title>${style}` +
    rect({ x, y, ...page }, { fill: "#fff" }) +
    bands +
    publicText(facts, practice) +
    publicBoxes(facts, practice) +
    foldNote(SECOND_FOLD, "Second fold, backwards, behind the top") +
    secretThird(card, practice) +
    foldNote(FIRST_FOLD, "First fold, up over the words") +
    coverThird(facts, practice) +
    "</svg>\n"
  );
}

function check(card: CardPrint): void {
  if (!PAYLOAD.test(card.payload)) unprintable("CARD_UNPRINTABLE", "payload");
  if (card.words.length !== WORDS || !card.words.every((word) => WORD.test(word)))
    unprintable("CARD_UNPRINTABLE", "words");
  if (!/^[0-9a-f]{32}$/.test(card.vaultId)) unprintable("CARD_UNPRINTABLE", "vaultId");
  if (dateOf(card.sealedAt) === null) unprintable("CARD_UNPRINTABLE", "sealedAt");
  const { place, threshold, custodians, epoch } = card;
  if (![place, threshold, custodians, epoch].every(Number.isInteger))
    unprintable("CARD_UNPRINTABLE", "numbers");
  if (place < 1 || place > custodians || threshold > custodians)
    unprintable("CARD_UNPRINTABLE", "numbers");
}

/**
 * One share card as a standalone SVG in millimetres. The bottom third folds up over the words, both
 * fold back behind the public third, and the sticker holds the loose edge at the second fold.
 * `CARD_UNPRINTABLE` names the field that is not of its form, never its value.
 */
export function cardSvg(card: CardPrint, options: CardOptions = {}): string {
  check(card);
  return draw(card, card, card.mode, options);
}

/** A numbered card to fill in by hand, where no printer may be trusted. */
export const blankCardSvg = (options: CardOptions & { readonly mode?: Mode } = {}): string =>
  draw(null, null, options.mode ?? "REAL", options);
