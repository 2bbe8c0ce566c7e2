import fc from "fast-check";
import secrets from "secrets.js-grempe";
import { combine as rawCombine, split as rawSplit } from "shamir-secret-sharing";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { combine, onOnePolynomial, type Point, split } from "../../crypto/shamir.ts";

const SECRET = fromHex("000102030405060708090a0b0c0d0e0ff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
const secret = (): SecretBytes => new SecretBytes(SECRET.slice());

describe("split and combine", () => {
  test("any k of n give the secret back", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 12 }).chain((n) =>
          fc.tuple(fc.constant(n), fc.integer({ min: 2, max: n })).chain(([, k]) =>
            fc.tuple(
              fc.constant(n),
              fc.constant(k),
              fc.shuffledSubarray(
                Array.from({ length: n }, (_, index) => index),
                { minLength: k, maxLength: n },
              ),
            ),
          ),
        ),
        async ([n, k, chosen]) => {
          const points = await split(secret(), n, k);
          const some = chosen.flatMap((index) => points[index] ?? []);
          expect((await combine(some, k)).expose()).toEqual(SECRET);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    [255, 2],
    [255, 128],
    [255, 255],
    [2, 2],
  ])("%i shares with a quorum of %i", async (n, k) => {
    const points = await split(secret(), n, k);
    expect(new Set(points.map(({ x }) => x)).size).toBe(n);
    expect((await combine(points.slice(n - k), k)).expose()).toEqual(SECRET);
    expect(onOnePolynomial(points, k)).toBe(true);
  });

  test("k − 1 shares give another secret, and are refused", async () => {
    const points = await split(secret(), 5, 3);
    await expect(combine(points.slice(0, 2), 3)).rejects.toMatchObject({ code: "TOO_FEW_SHARES" });
    expect((await combine(points.slice(0, 2), 2)).expose()).not.toEqual(SECRET);
  });

  test("refuses impossible counts and thresholds", async () => {
    for (const [n, k, code] of [
      [1, 1, "BAD_SHARE_COUNT"],
      [256, 3, "BAD_SHARE_COUNT"],
      [2.5, 2, "BAD_SHARE_COUNT"],
      [5, 1, "BAD_THRESHOLD"],
      [5, 6, "BAD_THRESHOLD"],
      [5, 0, "BAD_THRESHOLD"],
      [5, 2.5, "BAD_THRESHOLD"],
    ] as const)
      await expect(split(secret(), n, k)).rejects.toMatchObject({ code });
  });

  test("refuses x = 0, duplicates, and mixed or empty shares", async () => {
    const [a, b, c] = await split(secret(), 3, 3);
    if (a === undefined || b === undefined || c === undefined) throw new Error("three shares");
    const cases: [Point[], string][] = [
      [[a, b, { x: 0, y: c.y }], "SHARE_X_ZERO"],
      [[a, b, { x: 256, y: c.y }], "SHARE_MALFORMED"],
      [[a, b, { x: -1, y: c.y }], "SHARE_MALFORMED"],
      [[a, b, { x: 1.5, y: c.y }], "SHARE_MALFORMED"],
      [[a, b, a], "SHARE_DUPLICATE"],
      [[a, b, { x: c.x, y: c.y.subarray(1) }], "SHARE_MALFORMED"],
      [[a, b, { x: c.x, y: new Uint8Array(0) }], "SHARE_MALFORMED"],
    ];
    for (const [points, code] of cases) {
      await expect(combine(points, 3)).rejects.toMatchObject({ code });
      expect(() => onOnePolynomial(points, 2)).toThrow(expect.objectContaining({ code }));
    }
  });

  test("speaks the same field as the package and as secrets.js-grempe", async () => {
    const raw = await rawSplit(SECRET.slice(), 5, 3);
    const points = raw.map((share) => ({ x: share.at(-1) ?? 0, y: share.slice(0, -1) }));
    expect((await combine(points.slice(1, 4), 3)).expose()).toEqual(SECRET);
    const ours = await split(secret(), 4, 3);
    expect(await rawCombine(ours.map(({ x, y }) => Uint8Array.of(...y, x)))).toEqual(SECRET);
    // grempe's field has another polynomial (0x11d): the same secret by its own shares only
    const theirs = secrets.share(Buffer.from(SECRET).toString("hex"), 5, 3);
    expect(secrets.combine(theirs.slice(0, 3))).toBe(Buffer.from(SECRET).toString("hex"));
  });
});

describe("onOnePolynomial", () => {
  test("finds one wrong byte in any share", async () => {
    const points = await split(secret(), 7, 4);
    fc.assert(
      fc.property(fc.nat(6), fc.nat(31), fc.integer({ min: 1, max: 255 }), (who, at, flip) => {
        const changed = points.map(({ x, y }, index) => {
          const copy = y.slice();
          if (index === who) copy[at] = (copy[at] ?? 0) ^ flip;
          return { x, y: copy };
        });
        expect(onOnePolynomial(changed, 4)).toBe(false);
      }),
    );
    expect(onOnePolynomial(points, 4)).toBe(true);
    expect(onOnePolynomial(points, 3)).toBe(false);
  });

  test("finds a share of another secret", async () => {
    const points = await split(secret(), 5, 3);
    const other = await split(new SecretBytes(new Uint8Array(32)), 5, 3);
    const stranger = other.find(({ x }) => points.every((point) => point.x !== x));
    if (stranger === undefined) throw new Error("both drew the same places");
    expect(onOnePolynomial([...points.slice(0, 4), stranger], 3)).toBe(false);
  });
});

/**
 * At k = 2, share(x) − secret = coefficient · x: so a zero coefficient shows as a share that equals
 * the secret. A scheme that hides the secret must draw it once in 256; one that never does tells a
 * coalition, sharing after sharing, what the secret is not.
 */
describe("the highest coefficient", () => {
  const byte = 0x5a;
  const bytes = 64;
  const sharings = 160;

  test("of ours is zero about once in 256", async () => {
    let zeros = 0;
    for (let round = 0; round < sharings; round++) {
      const [point] = await split(new SecretBytes(new Uint8Array(bytes).fill(byte)), 2, 2);
      zeros += point?.y.filter((value) => value === byte).length ?? 0;
    }
    // 10,240 draws, 40 zeros expected; the chance of leaving these bounds is below one in 10^8
    expect(zeros).toBeGreaterThan(8);
    expect(zeros).toBeLessThan(90);
  });

  test("of secrets.js-grempe never is", () => {
    let zeros = 0;
    const text = byte.toString(16).repeat(bytes);
    for (let round = 0; round < sharings; round++) {
      const [share = ""] = secrets.share(text, 2, 2);
      // its share: bits, id, then the padded value; the last 64 bytes are the secret's
      const value = fromHex(share.slice(-2 * bytes));
      zeros += value.filter((one) => one === byte).length;
    }
    expect(zeros).toBe(0);
  });
});
