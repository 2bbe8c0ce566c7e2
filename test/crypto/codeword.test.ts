import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pgpWords } from "../../contract/pgp-words.ts";
import { WORDS } from "../../contract/words.ts";
import { fromHex, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  CARD_BYTES,
  CARD_WORDS,
  checksumOf,
  decodePayload,
  decodeWords,
  encodePayload,
  encodeWords,
  MS32_CONST,
  residueAfter,
  residueOfPrefix,
  symbolsOf,
} from "../../crypto/codeword.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/bip93/vectors.json", import.meta.url), "utf8"),
) as { valid: string[]; invalid: string[] };

const card = fc.uint8Array({ minLength: CARD_BYTES, maxLength: CARD_BYTES });
/** Distinct places and what each word's number becomes by XOR. */
const mistakes = (count: number) =>
  fc.uniqueArray(
    fc.record({
      place: fc.integer({ min: 0, max: CARD_WORDS - 1 }),
      difference: fc.integer({ min: 1, max: 1023 }),
    }),
    { minLength: count, maxLength: count, selector: ({ place }) => place },
  );
const misread = (
  words: readonly string[],
  wrong: readonly { place: number; difference: number }[],
): string[] =>
  words.map((word, index) => {
    const mistake = wrong.find(({ place }) => place === index);
    return WORDS[WORDS.indexOf(word) ^ (mistake?.difference ?? 0)] ?? "";
  });

describe("the BIP-93 short checksum", () => {
  const prefix = residueOfPrefix("ms");

  it("begins where BIP-93's code begins", () => {
    expect(prefix).toBe(0x23181b3n);
  });

  it.each(vectors.valid)("accepts %s", (text) => {
    const symbols = symbolsOf(text.toLowerCase().slice(3)) ?? [];
    expect(residueAfter(prefix, symbols)).toBe(MS32_CONST);
    expect(checksumOf(prefix, symbols.slice(0, -13))).toEqual(symbols.slice(-13));
  });

  it.each(vectors.invalid)("refuses %s", (text) => {
    expect(residueAfter(prefix, symbolsOf(text.slice(3)) ?? [])).not.toBe(MS32_CONST);
  });
});

describe("word lists", () => {
  it("is SLIP-39's: sorted, and no two words share their first four letters", () => {
    expect(hex(sha256(utf8(`${WORDS.join("\n")}\n`)))).toBe(
      "c128f13d5ee6910c0bc7c619d5e8f654f79e32f332a346fd57e0185662836a37",
    );
    expect(WORDS.toSorted()).toEqual(WORDS);
    expect(new Set(WORDS.map((word) => word.slice(0, 4))).size).toBe(1024);
  });

  it("reads hashes aloud as PGP does", () => {
    const fingerprint = fromHex("e58294f2e9a227486e8b061b31cc528fd7fa3f19");
    expect(pgpWords(fingerprint).join(" ")).toBe(
      "topmost Istanbul Pluto vagabond treadmill Pacific brackish dictator goldfish Medusa " +
        "afflict bravado chatter revolver Dupont midsummer stopwatch whimsical cowbell bottomless",
    );
  });
});

describe("a card's words", () => {
  it("read back, whatever their case and white space", () => {
    fc.assert(
      fc.property(card, (bytes) => {
        const words = encodeWords(bytes, WORDS);
        expect(words).toHaveLength(43);
        const typed = words.map((word, index) => (index % 2 ? ` ${word.toUpperCase()} ` : word));
        expect(decodeWords(typed, WORDS)).toEqual({ kind: "read", bytes });
      }),
    );
  });

  it("with one wrong word name its place, at every place", () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 1023 }), (bytes, difference) => {
        const words = encodeWords(bytes, WORDS);
        for (let place = 0; place < CARD_WORDS; place++) {
          const verdict = decodeWords(misread(words, [{ place, difference }]), WORDS);
          expect(verdict).toEqual({ kind: "suspect", places: [place + 1] });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("with two wrong words name exactly those places", () => {
    fc.assert(
      fc.property(card, mistakes(2), (bytes, wrong) => {
        const places = wrong.map(({ place }) => place + 1).toSorted((a, b) => a - b);
        const verdict = decodeWords(misread(encodeWords(bytes, WORDS), wrong), WORDS);
        expect(verdict).toEqual({ kind: "suspect", places });
      }),
      { numRuns: 300 },
    );
  });

  it("with three wrong words or two swapped pairs are unreadable, never read", () => {
    fc.assert(
      fc.property(card, mistakes(3), (bytes, wrong) => {
        const verdict = decodeWords(misread(encodeWords(bytes, WORDS), wrong), WORDS);
        expect(verdict).toEqual({ kind: "unreadable" });
      }),
      { numRuns: 100 },
    );
  });

  it("say which are in no list, and how many there are", () => {
    const words = encodeWords(new Uint8Array(CARD_BYTES), WORDS);
    const bent = words.with(0, "acadmic").with(42, "");
    expect(decodeWords(bent, WORDS)).toEqual({ kind: "unknown-words", places: [1, 43] });
    expect(decodeWords(words.slice(1), WORDS)).toEqual({ kind: "wrong-count", count: 42 });
  });

  it("whose checksum fits but whose fixed symbol doesn't are refused", () => {
    const data = [...Array.from({ length: 72 }, () => 0), 1];
    const symbols = [...data, ...checksumOf(residueOfPrefix("bg"), data)];
    const words = Array.from(
      { length: CARD_WORDS },
      (_, index) => WORDS[((symbols[2 * index] ?? 0) << 5) | (symbols[2 * index + 1] ?? 0)] ?? "",
    );
    expect(decodeWords(words, WORDS)).toEqual({ kind: "unreadable" });
    // One more mistake: it is explained, but only by a card that isn't one.
    expect(decodeWords(misread(words, [{ place: 3, difference: 5 }]), WORDS).kind).toBe(
      "unreadable",
    );
  });
});

describe("a card's payload", () => {
  it("reads back in either case, with white space around it, not in mixed case", () => {
    fc.assert(
      fc.property(card, (bytes) => {
        const payload = encodePayload(bytes);
        expect(payload).toMatch(/^BG1[02-9AC-HJ-NP-Z]{86}$/);
        expect(decodePayload(` ${payload}\r\n`)).toEqual({ kind: "read", bytes });
        expect(decodePayload(payload.toLowerCase())).toEqual({ kind: "read", bytes });
        expect(decodePayload(`b${payload.slice(1)}`).kind).toBe("unreadable");
      }),
    );
  });

  it("with any changed, lost or added character is unreadable", () => {
    const payload = encodePayload(fixed);
    for (let at = 0; at < payload.length; at++) {
      const other = payload[at] === "Q" ? "P" : "Q";
      expect(decodePayload(payload.slice(0, at) + other + payload.slice(at + 1)).kind).toBe(
        "unreadable",
      );
      expect(decodePayload(payload.slice(0, at) + payload.slice(at + 1)).kind).toBe("unreadable");
    }
    expect(decodePayload(`${payload}Q`).kind).toBe("unreadable");
    expect(decodePayload("").kind).toBe("unreadable");
  });

  it("is of 45 bytes, no more and no fewer", () => {
    expect(() => encodePayload(new Uint8Array(44))).toThrow("BAD_ENCODING");
    expect(() => encodeWords(new Uint8Array(46), WORDS)).toThrow("BAD_ENCODING");
  });
});

const fixed = Uint8Array.from({ length: CARD_BYTES }, (_, index) => (index * 37 + 11) & 0xff);
