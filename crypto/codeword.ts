/**
 * A share card's codeword: 45 bytes as 72 bech32 symbols, one fixed `q`, then the 13 symbols of the
 * BIP-93 (codex32) short checksum. The human-readable part is `bg`, expanded as in BIP-173; the
 * residue starts at 1. 86 symbols have two skins: 43 words of ten bits, and the payload `BG1…`.
 *
 * The code's distance is 9 (BIP-93: any 8 wrong symbols are detected), so at most four wrong
 * symbols, which is two wrong words, have exactly one explanation. It is shown, never applied.
 */
import { fail } from "./errors.ts";

export const CARD_BYTES = 45;
export const CARD_WORDS = 43;
const DATA_SYMBOLS = 72;
const CHECKSUM_SYMBOLS = 13;
const SYMBOLS = DATA_SYMBOLS + 1 + CHECKSUM_SYMBOLS;
const HRP = "bg";

const CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [
  0x19dc500ce73fde210n,
  0x1bfae00def77fe529n,
  0x1fbd920fffe7bee52n,
  0x1739640bdeee3fdadn,
  0x07729a039cfc75f5an,
] as const;

/** BIP-93: the residue of every valid string, "SECRETSHARE32". */
export const MS32_CONST = 0x10ce0795c2fd1e62an;

/** The 65-bit residue after `symbols` (BIP-93, ms32_polymod, with the start as an argument). */
export function residueAfter(start: bigint, symbols: Iterable<number>): bigint {
  let residue = start;
  for (const symbol of symbols) {
    const top = Number(residue >> 60n);
    residue = ((residue & 0x0fffffffffffffffn) << 5n) ^ BigInt(symbol);
    for (const [bit, term] of GENERATOR.entries()) if ((top >> bit) & 1) residue ^= term;
  }
  return residue;
}

/** The residue before the first symbol: 1, then the human-readable part expanded as in BIP-173. */
export function residueOfPrefix(hrp: string): bigint {
  const codes = Array.from(hrp, (char) => char.charCodeAt(0));
  return residueAfter(1n, [
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
  ]);
}

/** The 13 symbols that make `symbols` valid after `prefix`. */
export function checksumOf(prefix: bigint, symbols: readonly number[]): number[] {
  const room = Array.from({ length: CHECKSUM_SYMBOLS }, () => 0);
  const residue = residueAfter(prefix, [...symbols, ...room]) ^ MS32_CONST;
  return room.map((_, index) => Number((residue >> BigInt(5 * (12 - index))) & 31n));
}

/** bech32 characters (lower case) to symbols, or null when one is none. */
export function symbolsOf(text: string): number[] | null {
  const symbols = Array.from(text, (char) => CHARSET.indexOf(char));
  return symbols.includes(-1) ? null : symbols;
}

/** Regroups bits, most significant first; the callers' sizes divide evenly, so nothing is padded. */
function regroup(values: Iterable<number>, from: number, to: number): number[] {
  const out: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = (held << from) | value;
    bits += from;
    while (bits >= to) {
      bits -= to;
      out.push(held >>> bits);
      held &= (1 << bits) - 1;
    }
  }
  return out;
}

const START = residueOfPrefix(HRP);

function encode(card: Uint8Array): number[] {
  if (card.length !== CARD_BYTES) fail("BAD_ENCODING", { what: "card" });
  const data = [...regroup(card, 8, 5), 0];
  return [...data, ...checksumOf(START, data)];
}

export type Read = { readonly kind: "read"; readonly bytes: Uint8Array };

function read(symbols: readonly number[]): Read | { readonly kind: "unreadable" } {
  if (symbols[DATA_SYMBOLS] !== 0) return { kind: "unreadable" };
  return { kind: "read", bytes: Uint8Array.from(regroup(symbols.slice(0, DATA_SYMBOLS), 5, 8)) };
}

/** `BG1` and 86 bech32 symbols, upper case: fits a QR code's alphanumeric mode. */
export function encodePayload(card: Uint8Array): string {
  const text = encode(card).map((symbol) => CHARSET[symbol]);
  return `${HRP}1${text.join("")}`.toUpperCase();
}

/** 43 words for a card of 45 bytes; `words` is the list of 1,024 (contract/words.ts). */
export function encodeWords(card: Uint8Array, words: readonly string[]): string[] {
  if (words.length !== 1024) fail("BAD_ENCODING", { what: "word list" });
  return regroup(encode(card), 5, 10).map((number) => words[number] ?? "");
}

/**
 * What machines read. Errors are detected, never located. White space around it and all lower case
 * are tolerated; mixed case isn't (BIP-173).
 */
export function decodePayload(text: string): Read | { readonly kind: "unreadable" } {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  if (trimmed !== lower && trimmed !== trimmed.toUpperCase()) return { kind: "unreadable" };
  if (!lower.startsWith(`${HRP}1`)) return { kind: "unreadable" };
  const symbols = symbolsOf(lower.slice(HRP.length + 1));
  if (symbols?.length !== SYMBOLS || residueAfter(START, symbols) !== MS32_CONST)
    return { kind: "unreadable" };
  return read(symbols);
}

export type WordsRead =
  | Read
  /** The one explanation with at most two wrong words: their places, from 1. */
  | { readonly kind: "suspect"; readonly places: readonly number[] }
  | { readonly kind: "unreadable" }
  /** Words that aren't in the list: their places, from 1. */
  | { readonly kind: "unknown-words"; readonly places: readonly number[] }
  | { readonly kind: "wrong-count"; readonly count: number };

/** What people type, one word an element; letter case and white space around a word don't matter. */
export function decodeWords(input: readonly string[], words: readonly string[]): WordsRead {
  if (words.length !== 1024) fail("BAD_ENCODING", { what: "word list" });
  if (input.length !== CARD_WORDS) return { kind: "wrong-count", count: input.length };
  const numbers = input.map((word) => words.indexOf(word.trim().toLowerCase()));
  if (numbers.includes(-1)) {
    const places = numbers.flatMap((number, index) => (number === -1 ? [index + 1] : []));
    return { kind: "unknown-words", places };
  }
  const symbols = regroup(numbers, 10, 5);
  const syndrome = residueAfter(START, symbols) ^ MS32_CONST;
  return syndrome === 0n ? read(symbols) : locate(syndrome, symbols);
}

/** One wrong word: which place (from 0) and by which ten bits it differs, packed. */
type Wrong = number;
const placeOf = (wrong: Wrong): number => wrong >>> 10;

/**
 * The residue of every single wrong word, in three limbs (25, 20 and 20 bits: XOR is on 32 bits),
 * and an open-addressed index back from a residue. Residues are linear: two wrong words XOR.
 */
interface Table {
  readonly high: Int32Array;
  readonly middle: Int32Array;
  readonly low: Int32Array;
  /** Slots of `wrong`; 0 is free (no difference is no error). A third full. */
  readonly slots: Int32Array;
}

const SLOT_BITS = 17;
const slotOf = (high: number, middle: number, low: number): number =>
  Math.imul(Math.imul(Math.imul(high, 0x9e3779b1) ^ middle, 0x85ebca6b) ^ low, 0xc2b2ae35) >>>
  (32 - SLOT_BITS);

/** The one wrong word that leaves this residue, or 0. */
function single(table: Table, high: number, middle: number, low: number): Wrong {
  const { slots } = table;
  for (let slot = slotOf(high, middle, low); ; slot = (slot + 1) % slots.length) {
    const wrong = slots[slot] ?? 0;
    if (wrong === 0) return 0;
    if (table.high[wrong] === high && table.middle[wrong] === middle && table.low[wrong] === low)
      return wrong;
  }
}

let built: Table | undefined;

function build(): Table {
  const size = CARD_WORDS << 10;
  const [high, middle, low] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  const slots = new Int32Array(1 << SLOT_BITS);
  for (let place = 0; place < CARD_WORDS; place++) {
    for (let difference = 1; difference < 1024; difference++) {
      const wrong = (place << 10) | difference;
      const rest = difference & (difference - 1);
      if (rest === 0) {
        const symbols = Array.from({ length: SYMBOLS - 2 * place }, () => 0);
        symbols[0] = difference >> 5;
        symbols[1] = difference & 31;
        [high[wrong], middle[wrong], low[wrong]] = limbs(residueAfter(0n, symbols));
      } else {
        const [one, other] = [(place << 10) | rest, (place << 10) | (difference ^ rest)];
        high[wrong] = (high[one] ?? 0) ^ (high[other] ?? 0);
        middle[wrong] = (middle[one] ?? 0) ^ (middle[other] ?? 0);
        low[wrong] = (low[one] ?? 0) ^ (low[other] ?? 0);
      }
      let slot = slotOf(high[wrong] ?? 0, middle[wrong] ?? 0, low[wrong] ?? 0);
      while (slots[slot] !== 0) slot = (slot + 1) % slots.length;
      slots[slot] = wrong;
    }
  }
  return { high, middle, low, slots };
}

const limbs = (residue: bigint): [number, number, number] => [
  Number(residue >> 40n),
  Number((residue >> 20n) & 0xfffffn),
  Number(residue & 0xfffffn),
];

function locate(syndrome: bigint, symbols: readonly number[]): WordsRead {
  const table = (built ??= build());
  const [high, middle, low] = limbs(syndrome);
  const one = single(table, high, middle, low);
  if (one !== 0) return explained([one], symbols);
  for (const first of table.slots) {
    if (first === 0) continue;
    const second = single(
      table,
      high ^ (table.high[first] ?? 0),
      middle ^ (table.middle[first] ?? 0),
      low ^ (table.low[first] ?? 0),
    );
    if (second !== 0) return explained([first, second], symbols);
  }
  return { kind: "unreadable" };
}

/** An explanation counts only if the card that it explains has the fixed `q`. */
function explained(wrongs: readonly Wrong[], symbols: readonly number[]): WordsRead {
  const fixed = wrongs
    .filter((wrong) => placeOf(wrong) === DATA_SYMBOLS / 2)
    .reduce((symbol, wrong) => symbol ^ ((wrong >> 5) & 31), symbols[DATA_SYMBOLS] ?? 0);
  if (fixed !== 0) return { kind: "unreadable" };
  const places = wrongs.map((wrong) => placeOf(wrong) + 1).toSorted((a, b) => a - b);
  return { kind: "suspect", places };
}
