import { WORDS } from "../../contract/words.ts";

/** The words of a card as they are typed: completion, checking, splitting what was pasted. */

export const CARD_WORDS = 43;

const known = new Set(WORDS);

export const isKnown = (word: string): boolean => known.has(word);

/** Whether a word of the list begins like this: while typing, nothing else is wrong yet. */
export const isBeginning = (typed: string): boolean =>
  typed === "" || WORDS.some((word) => word.startsWith(typed));

/** The only word that begins like this, or null. */
export function completion(typed: string): string | null {
  if (typed === "") return null;
  const fits = WORDS.filter((word) => word.startsWith(typed));
  return fits.length === 1 ? (fits[0] ?? null) : null;
}

/** Only letters stand in a cell, in lower case. */
export const letters = (typed: string): string => typed.toLowerCase().replace(/[^a-z]/g, "");

/** The words of a text: numbers, commas and line breaks of a card that was copied are left out. */
export const split = (text: string): string[] =>
  text
    .split(/[^A-Za-z]+/)
    .map(letters)
    .filter((word) => word !== "");

/** A card's content as it stands in its QR code and on a stick. */
const PAYLOAD = /^BG1[a-z0-9]{86}$/i;
export const payloadIn = (text: string): string | null => {
  const joined = text.replace(/\s+/g, "");
  return PAYLOAD.test(joined) ? joined : null;
};

/** Places, from 1, of words that are there and not in the list. */
export const unknownPlaces = (words: readonly string[]): number[] =>
  words.flatMap((word, index) => (word !== "" && !known.has(word) ? [index + 1] : []));

export const emptyCard = (): string[] => Array.from({ length: CARD_WORDS }, () => "");
