import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Quorum } from "../../ceremony/quorum.ts";
import { seal, type SealingPlan } from "../../ceremony/seal.ts";
import { Touch } from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { explain, failures } from "../../contract/failures.ts";
import { base64url, concat, u32be, utf8 } from "../../crypto/bytes.ts";
import { canonical, type Json } from "../../crypto/canonical.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { vaultIdOf } from "../../crypto/epoch.ts";
import { CodedError } from "../../crypto/errors.ts";
import { headerJson } from "../../crypto/header.ts";
import { PRACTICE_AAGUID } from "../../crypto/header-keys.ts";
import { cipherLength, deriveKek, sealPayload } from "../../crypto/payload.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault, vaultFile, vaultPublicKey, vaultStart } from "../../crypto/vault.ts";
import { PRACTICE_AAGUID as SOFTWARE_KEY } from "../../hardware/security-key.ts";
import { aKey, contents, enrolled, planOf } from "../ceremony/sealing.ts";
import { fieldsOf, mutations, partsOf, resigned, withFields } from "./forge.ts";

let file: Uint8Array;
let plan: SealingPlan;
let seed: SecretBytes;
/** S and H of the one small vault, which the ceremony would have wiped. */
let quorumSecret: Uint8Array;
let hardwareSecret: Uint8Array;

beforeAll(async () => {
  const drawn: Uint8Array[] = [];
  const random = await systemEntropy();
  plan = planOf([await enrolled(aKey("A"), "key-a")], { count: 2 });
  const candidate = await seal(plan, (length) => {
    const bytes = random(length);
    drawn.push(bytes.slice());
    return bytes;
  });
  file = candidate.file;
  seed = candidate.vaultSigningKey;
  [quorumSecret = file, hardwareSecret = file] = drawn.filter(({ length }) => length === 32);
});

/** Opens with the true S and H whatever the header says: "opened", or the code that stopped it. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    const vault = parseVault(bytes);
    const quorum = new Quorum(vault.epoch, [], new SecretBytes(quorumSecret.slice()));
    const touch = new Touch(vault.epoch, "any", new SecretBytes(hardwareSecret.slice()));
    await unseal(vault, quorum, touch);
    return "opened";
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

const changed = (at: number, flip: number): Uint8Array => {
  const copy = file.slice();
  copy[at] = (copy[at] ?? 0) ^ flip;
  return copy;
};

const claims = (header: number, cipher: number): Uint8Array =>
  concat(utf8("BGVAULT1"), u32be(header), u32be(cipher));

const fileOf = (text: string): Uint8Array => concat(utf8(text), file.subarray(8));

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

describe("a vault file", () => {
  test("opens with its own secrets, so that each refusal below means something", async () => {
    expect(await outcome(file)).toBe("opened");
    const vault = parseVault(file);
    expect(headerJson(vault.header)).toEqual(fieldsOf(file));
    expect(vault.header.mode).toBe("PRACTICE");
    expect(vault.header.custodians.map(({ name }) => name)).toEqual(["Custodian 1", "Custodian 2"]);
    expect(vault.epoch.vaultId).toEqual(vaultIdOf(vault.header.vaultKey));
  });

  test("holds no secret in the clear", () => {
    const text = Buffer.from(file).toString("latin1");
    for (const { activator, emergency } of contents.accounts)
      for (const { accessKeyId, secretAccessKey } of [activator, emergency]) {
        expect(text).not.toContain(accessKeyId);
        expect(text).not.toContain(secretAccessKey);
      }
    expect(text).not.toContain("behind the glass");
  });

  test("with any one byte changed is refused with a code", () => {
    const codes = new Map<string, number>();
    for (let at = 0; at < file.length; at++)
      for (const flip of [0x01, 0x80]) {
        let code = "accepted";
        try {
          parseVault(changed(at, flip));
        } catch (error) {
          code = error instanceof CodedError ? error.code : `uncoded ${String(error)}`;
        }
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    expect(codes.has("accepted")).toBe(false);
    for (const code of codes.keys()) expect(failures).toHaveProperty(code);
    expect(codes.get("VAULT_SIGNATURE_INVALID")).toBeGreaterThan(2000);
  }, 60_000);

  test("with any one byte set to any value is refused with a code", () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        expect(() => parseVault(changed(at, flip))).toThrow(CodedError);
      }),
      { numRuns: 1000 },
    );
  });

  test("cut short anywhere is refused; so is one byte more", () => {
    for (let length = 0; length < file.length; length += length < 40 ? 1 : 97)
      expect(() => parseVault(file.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "VAULT_TRUNCATED" }),
      );
    expect(() => parseVault(file.subarray(0, file.length - 1))).toThrow(
      expect.objectContaining({ code: "VAULT_TRUNCATED" }),
    );
    expect(() => parseVault(concat(file, Uint8Array.of(0)))).toThrow(
      expect.objectContaining({ code: "VAULT_TRAILING_BYTES" }),
    );
  });

  test("of any bytes at all is refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, magic) => {
        const input = magic ? concat(utf8("BGVAULT1"), bytes) : bytes;
        expect(() => parseVault(input)).toThrow(CodedError);
      }),
    );
  });

  test("that claims a huge size is refused by its first 16 bytes", () => {
    for (const claim of [claims(0xffffffff, 16), claims(16, 0xffffffff), claims(600_000, 16)])
      expect(() => parseVault(claim)).toThrow(expect.objectContaining({ code: "VAULT_TOO_LARGE" }));
  });

  test("of another format or version says which", () => {
    expect(() => parseVault(fileOf("BGVAULT2"))).toThrow(
      expect.objectContaining({ code: "VAULT_VERSION_UNKNOWN", about: { version: "2" } }),
    );
    expect(() => parseVault(fileOf("PK\u0003\u0004...."))).toThrow(
      expect.objectContaining({ code: "NOT_A_VAULT" }),
    );
  });
});

describe("a header changed by someone who holds the vault key", () => {
  test("never opens: every field, every list, missing and unknown keys", async () => {
    const fields = fieldsOf(file);
    const reached = new Set<string>();
    const codes = new Map<string, number>();
    for (const { at, value } of mutations(fields)) {
      const header = canonical(value);
      const code = await outcome(await resigned({ ...partsOf(file), header }, seed));
      reached.add(at.replaceAll(/\[\d+\]/g, "[]"));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect(codes.has("opened")).toBe(false);
    for (const code of codes.keys()) expect(failures).toHaveProperty(code);
    // each check of its own, not one that hides all others
    expect(codes.get("HEADER_INVALID")).toBeGreaterThan(200);
    for (const code of [
      "VAULT_KEYS_WRONG",
      "VAULT_CORRUPT",
      "KDF_OUT_OF_BOUNDS",
      "PRACTICE_AND_REAL_MIXED",
    ])
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
    for (const field of Object.keys(fields)) expect(reached).toContain(`.${field}`);
    expect(reached).toContain(".custodians[].commitment");
    expect(reached).toContain(".keys[].wrap");
  });

  test("is refused when it is not canonical", async () => {
    const text = new TextDecoder().decode(partsOf(file).header);
    const variants = [
      text.replace("{", "{ "),
      `${text}\n`,
      text.replace('"epoch":1', '"epoch":1.0'),
      text.replace('"epoch":1', '"epoch":1,"epoch":1'),
      text.replace('"Test vault"', '"\\u0054est vault"'),
      `\ufeff${text}`,
      text.slice(0, -1),
      "",
      "null\0",
    ];
    for (const variant of variants) {
      const forged = await resigned({ ...partsOf(file), header: utf8(variant) }, seed);
      expect(await outcome(forged), JSON.stringify(variant.slice(0, 20))).toBe("NOT_CANONICAL");
    }
    const invalid = await resigned({ ...partsOf(file), header: utf8("null") }, seed);
    expect(await outcome(invalid)).toBe("HEADER_INVALID");
  });

  test("doesn't open when another vault key signs it, with its own id", async () => {
    const other = new SecretBytes((await systemEntropy())(32));
    const vaultKey = await vaultPublicKey(other);
    const fields = fieldsOf(file);
    const stranger = { ...fields, vaultKey: base64url(vaultKey) };
    expect(await outcome(await withFields(file, stranger, other))).toBe("HEADER_INVALID");
    const named = { ...stranger, vaultId: base64url(vaultIdOf(vaultKey)) };
    expect(await outcome(await withFields(file, named, other))).toBe("VAULT_KEYS_WRONG");
    const later = { ...stranger, epoch: 2 };
    expect(await outcome(await withFields(file, later, other))).toBe("VAULT_KEYS_WRONG");
  });

  test("doesn't open with another nonce or ciphertext under a good signature", async () => {
    const parts = partsOf(file);
    for (const changes of [
      { nonce: flipped(parts.nonce, 0) },
      { ciphertext: flipped(parts.ciphertext, 0) },
      { ciphertext: flipped(parts.ciphertext, parts.ciphertext.length - 1) },
      { ciphertext: parts.ciphertext.subarray(0, 16) },
      { ciphertext: new Uint8Array(0) },
    ])
      expect(await outcome(await resigned({ ...parts, ...changes }, seed))).toBe("VAULT_CORRUPT");
  });
});

const refusedAs = async (change: object, expected: object): Promise<void> => {
  const forged = await withFields(file, { ...fieldsOf(file), ...change }, seed);
  expect(() => parseVault(forged)).toThrow(expect.objectContaining(expected));
};

const withPayload = async (plaintext: Uint8Array): Promise<string> => {
  const { header, epoch, nonce } = parseVault(file);
  const { kek } = deriveKek(
    new SecretBytes(quorumSecret.slice()),
    new SecretBytes(hardwareSecret.slice()),
    header.salt,
    epoch,
  );
  const { start, aad } = vaultStart(header, cipherLength(plaintext.length));
  const ciphertext = await sealPayload(kek, epoch, nonce, plaintext, aad);
  return outcome(await vaultFile(start, nonce, ciphertext, seed));
};
const payload = (vaultKeySeed: SecretBytes, sealed: object = contents): Uint8Array =>
  canonical(
    JSON.parse(
      JSON.stringify({ contents: sealed, vaultKeySeed: base64url(vaultKeySeed.expose()) }),
    ) as Json,
  );

describe("a payload made by someone who holds every key", () => {
  test("opens only with the vault key that the header names", async () => {
    expect(await withPayload(payload(seed))).toBe("opened");
    const other = new SecretBytes((await systemEntropy())(32));
    expect(await withPayload(payload(other))).toBe("VAULT_CORRUPT");
  });

  test("is read strictly", async () => {
    const text = new TextDecoder().decode(payload(seed));
    expect(await withPayload(utf8(` ${text}`))).toBe("NOT_CANONICAL");
    expect(await withPayload(utf8("{}"))).toBe("CONTENTS_INVALID");
    const codes = new Set<string>();
    for (const { value } of mutations(JSON.parse(text) as Json))
      codes.add(await withPayload(canonical(value)));
    // other secrets of the same form are another vault's contents, and open
    expect([...codes].toSorted()).toEqual(["CONTENTS_INVALID", "VAULT_CORRUPT", "opened"]);
  });
});

describe("header rules", () => {
  test.each([
    ["a bidi override", "Ali\u202ece"],
    ["a line end", "Ali\nce"],
    ["an invisible space", "Ali\u200bce"],
    ["decomposed letters", "Ame\u0301lie"],
    ["outer spaces", " Alice"],
    ["nothing", ""],
    ["65 letters", "a".repeat(65)],
  ])("a name with %s is refused", async (_, name) => {
    await refusedAs({ name }, { code: "HEADER_INVALID" });
  });

  test.each(["Amélie", "李小龙", "علی‌رضا", "Ngũgĩ wa Thiong'o", "a".repeat(64)])(
    "the name %s is taken",
    async (name) => {
      const forged = await withFields(file, { ...fieldsOf(file), name }, seed);
      expect(parseVault(forged).header.name).toBe(name);
    },
  );

  test("practice keys in a real vault and real keys in a practice vault are refused", async () => {
    expect(PRACTICE_AAGUID).toBe(SOFTWARE_KEY);
    const [key] = fieldsOf(file)["keys"] as [{ [field: string]: string }];
    const real = { ...key, aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8" };
    const second = { ...real, label: "key-b", credentialId: base64url(new Uint8Array(32)) };
    const apart = {
      ...second,
      salt: base64url(new Uint8Array(32).fill(1)),
      pk: base64url(new Uint8Array(1216).fill(1)),
    };
    const kdf = { algorithm: "argon2id-13", memoryKiB: 262_144, passes: 3, lanes: 1 };
    await refusedAs({ keys: [real] }, { code: "PRACTICE_AND_REAL_MIXED" });
    await refusedAs({ mode: "REAL", keys: [real, key, apart], kdf }, { code: "HEADER_INVALID" });
    await refusedAs(
      { mode: "REAL", keys: [real, { ...apart, aaguid: PRACTICE_AAGUID }], kdf },
      { code: "PRACTICE_AND_REAL_MIXED", about: { mode: "REAL" } },
    );
    await refusedAs(
      { mode: "REAL", keys: [real], kdf },
      { code: "HEADER_INVALID", about: { field: "keys", why: "too few keys that open" } },
    );
    await refusedAs(
      { mode: "REAL", keys: [real, second], kdf },
      { code: "HEADER_INVALID", about: { field: "keys.salt", why: "not unique" } },
    );
    await refusedAs({ mode: "REAL", keys: [real, apart] }, { code: "KDF_OUT_OF_BOUNDS" });
    const good = { ...fieldsOf(file), mode: "REAL", keys: [real, apart], kdf };
    expect(parseVault(await withFields(file, good, seed)).header.mode).toBe("REAL");
  });

  test("every refusal has its sentences", () => {
    for (const code of ["HEADER_INVALID", "VAULT_TRUNCATED", "PRACTICE_AND_REAL_MIXED"])
      expect(explain(code, { field: "x", why: "y", mode: "REAL" }).what).not.toContain(
        "no sentence",
      );
  });
});
