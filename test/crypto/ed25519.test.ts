import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromHex, sha256, utf8 } from "../../crypto/bytes.ts";
import {
  ed25519Sign,
  ed25519PublicKey,
  ed25519Verify,
  isSoundPoint,
} from "../../crypto/ed25519.ts";
import { sodium } from "../../crypto/sodium.ts";

interface Groups {
  readonly testGroups: readonly {
    readonly pk: string;
    readonly tests: readonly { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/wycheproof/ed25519.json", import.meta.url), "utf8"),
) as Groups;

const tests = vectors.testGroups.flatMap(({ pk, tests: group }) =>
  group.map(({ tcId, msg, sig, result }) => ({ tcId, pk, msg, sig, result })),
);

describe("Ed25519", () => {
  it.each(tests)("Wycheproof $tcId is $result", async ({ pk, msg, sig, result }) => {
    const [key, message, signature] = [fromHex(pk), fromHex(msg), fromHex(sig)];
    const expected = result === "valid";
    expect(ed25519Verify(key, message, signature)).toBe(expected);
    if (signature.length !== 64) return;
    const library = await sodium();
    expect(library.crypto_sign_verify_detached(signature, message, key)).toBe(expected);
  });

  it("signs as RFC 8032 §7.1 does", async () => {
    const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    const publicKey = await ed25519PublicKey(seed);
    expect(publicKey).toEqual(
      fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    );
    expect(await ed25519Sign(seed, new Uint8Array())).toEqual(
      fromHex(tests.find(({ tcId }) => tcId === 80)?.sig ?? ""),
    );
  });

  const small = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ];
  const unreduced = ["ed", "ee", "ff"].map((first) => `${first}${"ff".repeat(30)}7f`);

  it.each([...small, ...unreduced])("takes no key or R at %s, nor its negative", async (point) => {
    const library = await sodium();
    for (const sign of [0x00, 0x80]) {
      const encoded = fromHex(point);
      encoded[31] = (encoded[31] ?? 0) | sign;
      expect(isSoundPoint(encoded)).toBe(false);
      expect(library.crypto_core_ed25519_is_valid_point(encoded)).toBe(false);
    }
  });

  it("takes every key that a seed gives", async () => {
    for (let index = 0; index < 64; index++)
      expect(isSoundPoint(await ed25519PublicKey(sha256(utf8(String(index)))))).toBe(true);
  });

  it("refuses the signature that fits every message under the neutral point", () => {
    // R = B and S = 1: S·B = R + h·A whatever h is.
    const signature = fromHex(`58${"66".repeat(31)}01${"00".repeat(31)}`);
    expect(ed25519Verify(fromHex(small[0] ?? ""), utf8("anything"), signature)).toBe(false);
  });
});
