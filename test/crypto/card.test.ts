import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Card, decodeCard, encodeCard } from "../../crypto/card.ts";

const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
const cards: fc.Arbitrary<Card> = fc.record({
  vault: bytesOf(4),
  set: bytesOf(4),
  epoch: fc.integer({ min: 1, max: 65_535 }),
  threshold: fc.integer({ min: 2, max: 255 }),
  x: fc.integer({ min: 1, max: 255 }),
  masked: bytesOf(32),
});

const refused = (bytes: Uint8Array, code: string): void =>
  expect(() => decodeCard(bytes)).toThrow(expect.objectContaining({ code }));

describe("a card", () => {
  test("is 45 bytes and reads back as it was written", () => {
    fc.assert(
      fc.property(cards, (card) => {
        const bytes = encodeCard(card);
        expect(bytes.length).toBe(45);
        expect(decodeCard(bytes)).toEqual(card);
      }),
    );
  });

  test("has its fields where the format says", () => {
    const bytes = encodeCard({
      vault: Uint8Array.of(1, 2, 3, 4),
      set: Uint8Array.of(5, 6, 7, 8),
      epoch: 0x0a0b,
      threshold: 3,
      x: 200,
      masked: new Uint8Array(32).fill(9),
    });
    expect([...bytes.subarray(0, 14)]).toEqual([1, 1, 2, 3, 4, 5, 6, 7, 8, 0x0a, 0x0b, 3, 200, 9]);
  });

  test("refuses another version, x = 0, epoch 0, k below 2, and other lengths", () => {
    const good = encodeCard({
      vault: new Uint8Array(4),
      set: new Uint8Array(4),
      epoch: 1,
      threshold: 2,
      x: 1,
      masked: new Uint8Array(32),
    });
    const withByte = (at: number, value: number): Uint8Array => {
      const copy = good.slice();
      copy[at] = value;
      return copy;
    };
    refused(withByte(0, 0), "CARD_VERSION_UNKNOWN");
    refused(withByte(0, 2), "CARD_VERSION_UNKNOWN");
    refused(withByte(10, 0), "CARD_UNREADABLE");
    refused(withByte(11, 1), "CARD_UNREADABLE");
    refused(withByte(12, 0), "CARD_UNREADABLE");
    refused(good.subarray(1), "CARD_UNREADABLE");
    refused(Uint8Array.of(...good, 0), "CARD_UNREADABLE");
    refused(new Uint8Array(0), "CARD_UNREADABLE");
  });
});
