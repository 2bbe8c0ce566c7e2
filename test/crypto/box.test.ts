import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxKeyPair, openBox, sealTo } from "../../crypto/box.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { SecretBytes } from "../../crypto/secret.ts";

const info = utf8("a use and its context");
const seed = () => new SecretBytes(Uint8Array.from({ length: 32 }, (_, index) => index));

describe("a box", () => {
  test("gives its key's holder what was put in, and nothing to another key or another use", async () => {
    const mine = await boxKeyPair();
    const other = await boxKeyPair();
    const box = await sealTo(mine.publicKey, utf8("an activation"), info);
    expect((await openBox(mine.secretKey, box, info)).expose()).toEqual(utf8("an activation"));
    await expect(openBox(other.secretKey, box, info)).rejects.toMatchObject({
      code: "BOX_INVALID",
    });
    await expect(openBox(mine.secretKey, box, utf8("another use"))).rejects.toMatchObject({
      code: "BOX_INVALID",
    });
  });

  test("refuses every changed byte and every length", async () => {
    const pair = await boxKeyPair();
    const box = await sealTo(pair.publicKey, utf8("x"), info);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(box.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const changed = box.slice();
          changed[at] = (changed[at] ?? 0) ^ flip;
          await expect(openBox(pair.secretKey, changed, info)).rejects.toMatchObject({
            code: "BOX_INVALID",
          });
        },
      ),
      { numRuns: 60 },
    );
    for (const length of [0, 1, 1119, 1120, 1135, box.length - 1])
      await expect(openBox(pair.secretKey, box.subarray(0, length), info)).rejects.toMatchObject({
        code: "BOX_INVALID",
      });
    await expect(sealTo(new Uint8Array(1215), utf8("x"), info)).rejects.toMatchObject({
      code: "BOX_INVALID",
    });
  });

  test("a seed determines the key pair", async () => {
    const one = await boxKeyPair(seed());
    const two = await boxKeyPair(seed());
    expect(one.publicKey).toEqual(two.publicKey);
    const box = await sealTo(one.publicKey, utf8("x"), info);
    expect((await openBox(two.secretKey, box, info)).expose()).toEqual(utf8("x"));
  });

  test("never repeats itself", async () => {
    const { publicKey } = await boxKeyPair();
    expect(await sealTo(publicKey, utf8("x"), info)).not.toEqual(
      await sealTo(publicKey, utf8("x"), info),
    );
  });
});
