import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WORDS } from "../../contract/words.ts";
import { decodePayload, decodeWords, encodePayload, encodeWords } from "../../crypto/codeword.ts";
import { blankCardSvg, type CardPrint, cardSvg } from "../../station/paper/card.ts";
import { cardSheetHtml } from "../../station/paper/card-sheet.ts";
import { outsideReferences, readCode, xmlTexts } from "./paper-reading.ts";

const bytes = Uint8Array.from({ length: 45 }, (_, index) => (index === 0 ? 1 : (index * 73) % 256));
const card: CardPrint = {
  mode: "REAL",
  vaultName: "Acme Prod",
  vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58",
  epoch: 4,
  sealedAt: "2026-03-03T10:00:00Z",
  custodian: "Amara Obi",
  place: 2,
  threshold: 3,
  custodians: 5,
  keyboard: "US English",
  otherRoles: ["platform lead", "finance"],
  contact: "vault@acme.example",
  bagSerial: "TB 004417",
  payload: encodePayload(bytes),
  words: encodeWords(bytes, WORDS),
};
const outside = { fonts: "outside" } as const;

/** Words as a person reads them: each number and what stands beside it. */
function numbered(svg: string): string[] {
  const texts = xmlTexts(svg);
  return Array.from(
    { length: 43 },
    (_, index) => texts[texts.indexOf(String(index + 1), texts.indexOf("1")) + 1] ?? "",
  );
}

describe("a share card", () => {
  it("carries the share twice: as a code of version 4 and as 43 numbered words", async () => {
    const svg = cardSvg(card, outside);
    expect(await readCode(svg)).toEqual({ text: card.payload, version: "4" });
    expect(decodePayload((await readCode(svg)).text)).toEqual({ kind: "read", bytes });
    const words = numbered(svg);
    expect(words).toEqual(card.words);
    expect(decodeWords(words, WORDS)).toMatchObject({ kind: "read" });
  });

  it("says in its public third whose it is, of what vault, and what never to do", () => {
    const said = xmlTexts(cardSvg(card, outside)).join("\n");
    for (const fact of [
      "Amara Obi",
      "Share 2 of 5. Any 3 open.",
      "Epoch 4, sealed 3 March 2026.",
      "Acme Prod",
      "7f3a91c2 0b64d8e5 4a19c7f0 23bd6e58",
      "US English",
      "Never",
      "TB 004417",
      "vault@acme.example",
    ])
      expect(said).toContain(fact);
  });

  it("keeps every secret between the folds, where the cover lies on both paper sizes", () => {
    const svg = cardSvg(card, outside);
    const places = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)"[^>]*>([^<]*)/g)];
    const secret = new Set([...card.words, ...(card.payload.toLowerCase().match(/.{1,4}/g) ?? [])]);
    const heights = places
      .filter(([, , text]) => (text ?? "").split(" ").every((part) => secret.has(part)))
      .map(([, y]) => Number(y));
    expect(heights.length).toBeGreaterThan(43);
    // On Letter, centred, the cover's edge lies at 107.8 mm of the drawing.
    expect(Math.min(...heights)).toBeGreaterThan(107.8 + 3);
    expect(Math.max(...heights)).toBeLessThan(198);
  });

  it("has a code of at least 40 mm", () => {
    const scale = Number(/scale\(([\d.]+)\)/.exec(cardSvg(card, outside))?.[1]);
    expect(33 * scale).toBeGreaterThanOrEqual(40);
  });

  it("says PRACTICE again and again when it is one, and never otherwise", () => {
    expect(cardSvg(card)).not.toContain("PRACTICE");
    const svg = cardSvg({ ...card, mode: "PRACTICE" }, outside);
    expect(xmlTexts(svg).filter((text) => text === "PRACTICE").length).toBeGreaterThanOrEqual(6);
    expect(xmlTexts(svg).join("\n")).toContain("opens nothing real");
  });

  it("is whole by itself, and the same for the same input", () => {
    const svg = cardSvg(card);
    expect(svg).toContain("data:font/woff2;base64,");
    expect(outsideReferences(svg)).toEqual([]);
    expect(cardSvg(card)).toBe(svg);
    expect(svg).toContain('width="210mm" height="297mm"');
    expect(cardSvg(card, { ...outside, paper: "Letter" })).toContain('height="279.4mm"');
  });

  it("escapes hostile names, shows hidden characters, and cuts what is too long", () => {
    const names = [
      "<script>alert(1)</script>&\"'",
      "Amara\u202eibO \u2066x\u0000\u001b[31m",
      "W".repeat(5000),
      "山田太郎 ".repeat(300),
      "a" + "\u0301".repeat(500),
      "]]> --> &amp; \ud800",
    ];
    for (const name of names) {
      const hostile = { custodian: name, vaultName: name, keyboard: name, contact: name };
      const svg = cardSvg(
        { ...card, ...hostile, otherRoles: [name, name], bagSerial: name },
        outside,
      );
      const texts = xmlTexts(svg);
      expect(texts.join("")).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      expect(svg).not.toContain("<script");
      expect(numbered(svg)).toEqual(card.words);
      expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(130);
    }
  });

  it("stays well-formed for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (name) => {
        const svg = cardSvg({ ...card, custodian: name, vaultName: name, contact: name }, outside);
        expect(numbered(svg)).toEqual(card.words);
      }),
      { numRuns: 60 },
    );
  });

  it("refuses what is not a share, and does not repeat it", () => {
    const wrong: [string, Partial<CardPrint>][] = [
      ["payload", { payload: card.payload.slice(0, -1) }],
      ["payload", { payload: card.payload.toLowerCase() }],
      ["words", { words: card.words.slice(1) }],
      ["words", { words: [...card.words.slice(1), "<b>"] }],
      ["vaultId", { vaultId: "7F3A" }],
      ["sealedAt", { sealedAt: "soon" }],
      ["numbers", { place: 6 }],
    ];
    for (const [field, change] of wrong)
      expect(() => cardSvg({ ...card, ...change })).toThrow(
        expect.objectContaining({ code: "CARD_UNPRINTABLE", about: { field } }),
      );
  });
});

describe("a blank card", () => {
  it("numbers 43 places and holds no share", () => {
    const svg = blankCardSvg(outside);
    const texts = xmlTexts(svg);
    for (let place = 1; place <= 43; place++) expect(texts).toContain(String(place));
    expect(texts).not.toContain("44");
    expect(svg).not.toMatch(/BG1/i);
    expect(svg).not.toContain("PRACTICE");
    expect(blankCardSvg({ ...outside, mode: "PRACTICE" })).toContain("PRACTICE");
  });
});

describe("the sheet of cards", () => {
  it("holds each card once with the fonts once, and can fetch and run nothing", () => {
    const html = cardSheetHtml([card, { ...card, place: 3, custodian: "Sam Kjær" }]);
    expect(html.match(/<svg xmlns/g)).toHaveLength(2);
    expect(html.match(/@font-face/g)).toHaveLength(2);
    expect(html).toContain("default-src 'none'");
    expect(outsideReferences(html.replaceAll('xmlns="http://www.w3.org/2000/svg"', ""))).toEqual(
      [],
    );
  });
});
