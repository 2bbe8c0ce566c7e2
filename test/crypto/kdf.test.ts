import { argon2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fromHex, hex, utf8 } from "../../crypto/bytes.ts";
import { hkdf } from "../../crypto/hkdf.ts";
import { argon2id, nativeArgon2id, normalPassphrase, sodiumArgon2id } from "../../crypto/kdf.ts";
import {
  checkKdf,
  KDF_CEILING,
  KDF_FLOOR,
  KDF_REAL,
  type KdfParams,
} from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";

interface Known extends KdfParams {
  readonly password: string;
  readonly salt: string;
  readonly tag: string;
}

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/argon2/argon2id.json", import.meta.url), "utf8"),
) as { rfc9106: Known & { secret: string; associatedData: string }; phc: Known[] };

const judged = (passphrase: Uint8Array, salt: Uint8Array, params: KdfParams): string =>
  argon2Sync("argon2id", {
    message: passphrase,
    nonce: salt,
    memory: params.memoryKiB,
    passes: params.passes,
    parallelism: params.lanes,
    tagLength: 32,
  }).toString("hex");

describe("Argon2id", () => {
  test("the platform, our judge, gives the answer of RFC 9106 §5.3", () => {
    const { password, salt, secret, associatedData, memoryKiB, passes, lanes, tag } =
      vectors.rfc9106;
    const answer = argon2Sync("argon2id", {
      message: fromHex(password),
      nonce: fromHex(salt),
      secret: fromHex(secret),
      associatedData: fromHex(associatedData),
      memory: memoryKiB,
      passes,
      parallelism: lanes,
      tagLength: 32,
    });
    expect(answer.toString("hex")).toBe(tag);
  });

  test("the native engine gives the reference implementation's known answers", async () => {
    for (const { password, salt, tag, ...params } of vectors.phc)
      expect(hex(await nativeArgon2id(utf8(password), utf8(salt), params, 32))).toBe(tag);
  });

  test("both engines agree with the platform", async () => {
    const salt = Uint8Array.from({ length: 16 }, (_, index) => index * 7);
    for (const params of [KDF_FLOOR, { memoryKiB: 20_001, passes: 3, lanes: 1 }]) {
      const passphrase = utf8("grün und blau");
      const expected = judged(passphrase, salt, params);
      expect(hex(await nativeArgon2id(passphrase, salt, params, 32))).toBe(expected);
      expect(hex(await sodiumArgon2id(passphrase, salt, params, 32))).toBe(expected);
      expect(hex((await argon2id(passphrase, salt, params, 32)).expose())).toBe(expected);
    }
    const lanes = { ...KDF_FLOOR, lanes: 4 };
    expect(hex((await argon2id(utf8("x"), salt, lanes, 32)).expose())).toBe(
      judged(utf8("x"), salt, lanes),
    );
    await expect(sodiumArgon2id(utf8("x"), salt, lanes, 32)).rejects.toMatchObject({
      code: "KDF_OUT_OF_BOUNDS",
    });
  });

  test("refuses parameters out of bounds before it takes memory", async () => {
    const salt = new Uint8Array(16);
    const outside: Partial<KdfParams>[] = [
      { memoryKiB: KDF_FLOOR.memoryKiB - 1 },
      { memoryKiB: KDF_CEILING.memoryKiB + 1 },
      { memoryKiB: 2 ** 32 - 1 },
      { memoryKiB: 20_000.5 },
      { memoryKiB: Number.NaN },
      { passes: 1 },
      { passes: KDF_CEILING.passes + 1 },
      { lanes: 0 },
      { lanes: KDF_CEILING.lanes + 1 },
    ];
    const before = process.memoryUsage().rss;
    for (const change of outside)
      await expect(
        argon2id(utf8("x"), salt, { ...KDF_FLOOR, ...change }, 32),
      ).rejects.toMatchObject({ code: "KDF_OUT_OF_BOUNDS" });
    expect(process.memoryUsage().rss - before).toBeLessThan(16 * 1024 * 1024);
    await expect(argon2id(utf8("x"), new Uint8Array(8), KDF_FLOOR, 32)).rejects.toMatchObject({
      code: "KDF_OUT_OF_BOUNDS",
      about: { parameter: "salt" },
    });
    await expect(argon2id(utf8("x"), salt, KDF_FLOOR, 8)).rejects.toMatchObject({
      code: "KDF_OUT_OF_BOUNDS",
      about: { parameter: "length" },
    });
    expect(() => checkKdf(KDF_CEILING)).not.toThrow();
    expect(() => checkKdf({ ...KDF_REAL, memoryKiB: KDF_REAL.memoryKiB - 1 }, KDF_REAL)).toThrow(
      expect.objectContaining({ code: "KDF_OUT_OF_BOUNDS" }),
    );
  });
});

describe("a passphrase", () => {
  test("has one byte form, however é was typed", () => {
    const composed = normalPassphrase(new SecretBytes(utf8("caf\u00e9")));
    const decomposed = normalPassphrase(new SecretBytes(utf8("cafe\u0301")));
    expect(composed.expose()).toEqual(decomposed.expose());
    expect(() => normalPassphrase(new SecretBytes(Uint8Array.of(0xc3, 0x28)))).toThrow(
      expect.objectContaining({ code: "BAD_ENCODING" }),
    );
  });

  test("is copied, so that wiping one leaves the other", () => {
    const typed = new SecretBytes(utf8("plain"));
    const normal = normalPassphrase(typed);
    normal.wipe();
    expect(typed.expose()).toEqual(utf8("plain"));
  });
});

describe("HKDF-SHA256", () => {
  const { tests } = JSON.parse(
    readFileSync(new URL("../vectors/wycheproof/hkdf_sha256.json", import.meta.url), "utf8"),
  ) as {
    tests: { tcId: number; ikm: string; salt: string; info: string; size: number; okm: string }[];
  };
  test.each(tests)("Wycheproof $tcId", ({ ikm, salt, info, size, okm }) => {
    expect(hex(hkdf(fromHex(ikm), fromHex(salt), fromHex(info), size))).toBe(okm);
  });
});
