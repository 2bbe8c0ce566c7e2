import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { fromHex, hex, utf8 } from "../../crypto/bytes.ts";
import { boxKeyPair } from "../../crypto/box.ts";
import { type Entropy, systemEntropy } from "../../crypto/entropy.ts";
import {
  cardHash,
  contextOf,
  type Epoch,
  shareCommitment,
  shareMask,
  vaultIdOf,
} from "../../crypto/epoch.ts";
import { hkdf, label } from "../../crypto/hkdf.ts";
import { cipherLength, deriveKek, openPayload, sealPayload } from "../../crypto/payload.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { combine, split } from "../../crypto/shamir.ts";
import { sodium } from "../../crypto/sodium.ts";
import { touchKeyPair, unwrapHardwareSecret, wrapHardwareSecret } from "../../crypto/wrap.ts";

let random: Entropy;
beforeAll(async () => {
  random = await systemEntropy();
});
const secret = (): SecretBytes => new SecretBytes(random(32));
const epochOf = (epoch = 1): Epoch => ({
  mode: "PRACTICE",
  vaultId: random(16),
  epoch,
  setId: random(16),
});
const aad = utf8("start of the file");
const plaintext = utf8('{"contents":"…"}');

interface Sealed {
  readonly quorumSecret: SecretBytes;
  readonly hardwareSecret: SecretBytes;
  readonly salt: Uint8Array;
  readonly epoch: Epoch;
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

async function sealed(): Promise<Sealed> {
  const [quorumSecret, hardwareSecret, salt] = [secret(), secret(), random(32)];
  const [epoch, nonce] = [epochOf(), random(24)];
  const { kek } = deriveKek(quorumSecret, hardwareSecret, salt, epoch);
  const ciphertext = await sealPayload(kek, epoch, nonce, plaintext, aad);
  return { quorumSecret, hardwareSecret, salt, epoch, nonce, ciphertext };
}

/** No check is asked: the primitives alone decide. */
const tryOpen = async (
  { salt, epoch, nonce, ciphertext }: Sealed,
  quorumSecret: SecretBytes,
  hardwareSecret: SecretBytes,
): Promise<string> => {
  const { kek } = deriveKek(quorumSecret, hardwareSecret, salt, epoch);
  try {
    await openPayload(kek, epoch, nonce, ciphertext, aad);
    return "opened";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("quorum and touch, with every check bypassed", () => {
  test("both open", async () => {
    const vault = await sealed();
    const points = await split(vault.quorumSecret, 5, 3);
    const quorum = await combine(points.slice(2), 3);
    expect(await tryOpen(vault, quorum, vault.hardwareSecret)).toBe("opened");
  });

  test("k − 1 shares with the key don't", async () => {
    const vault = await sealed();
    const points = await split(vault.quorumSecret, 5, 3);
    const two = points.slice(0, 2);
    // as two of two, and with every third share that a forger would likely try
    const forged = [0, 1, 255].map((value) => new Uint8Array(32).fill(value));
    const tries = [
      await combine(two, 2),
      ...(await Promise.all(
        forged.flatMap((y) => points.slice(2).map(({ x }) => combine([...two, { x, y }], 3))),
      )),
      new SecretBytes(new Uint8Array(32)),
    ];
    for (const guess of tries)
      expect(await tryOpen(vault, guess, vault.hardwareSecret)).toBe("VAULT_CORRUPT");
  });

  test("k shares without the key don't", async () => {
    const vault = await sealed();
    for (const guess of [
      new SecretBytes(new Uint8Array(32)),
      new SecretBytes(vault.quorumSecret.expose().slice()),
      new SecretBytes(vault.salt.slice()),
      secret(),
    ])
      expect(await tryOpen(vault, vault.quorumSecret, guess)).toBe("VAULT_CORRUPT");
  });

  test("the order of the two matters, and an empty one is no key", async () => {
    const vault = await sealed();
    expect(await tryOpen(vault, vault.hardwareSecret, vault.quorumSecret)).toBe("VAULT_CORRUPT");
    expect(await tryOpen(vault, vault.quorumSecret, new SecretBytes(new Uint8Array(0)))).toBe(
      "VAULT_CORRUPT",
    );
  });

  test("a wrap gives nothing to a key that holds another output", async () => {
    const epoch = epochOf();
    const [salt, credentialId, output] = [random(32), random(32), random(32)];
    const pair = await touchKeyPair(output, salt, epoch.vaultId, credentialId);
    const wrap = await wrapHardwareSecret(pair.publicKey, secret(), epoch, credentialId);
    for (const other of [
      await touchKeyPair(random(32), salt, epoch.vaultId, credentialId),
      await touchKeyPair(output, random(32), epoch.vaultId, credentialId),
      await touchKeyPair(output, salt, random(16), credentialId),
      await touchKeyPair(output, salt, epoch.vaultId, random(32)),
    ])
      await expect(
        unwrapHardwareSecret(other.secretKey, wrap, epoch, credentialId),
      ).rejects.toMatchObject({ code: "BOX_INVALID" });
  });
});

describe("the payload", () => {
  test("is bound to its epoch, nonce and the start of its file", async () => {
    const { quorumSecret, hardwareSecret, salt, epoch, nonce, ciphertext } = await sealed();
    const { kek } = deriveKek(quorumSecret, hardwareSecret, salt, epoch);
    const opened = await openPayload(kek, epoch, nonce, ciphertext, aad);
    expect(opened.expose()).toEqual(plaintext);
    const corrupt = { code: "VAULT_CORRUPT" };
    await expect(openPayload(kek, epochOf(), nonce, ciphertext, aad)).rejects.toMatchObject(
      corrupt,
    );
    await expect(openPayload(kek, epoch, random(24), ciphertext, aad)).rejects.toMatchObject(
      corrupt,
    );
    await expect(openPayload(kek, epoch, nonce, ciphertext, utf8("?"))).rejects.toMatchObject(
      corrupt,
    );
    await expect(openPayload(kek, epoch, nonce, ciphertext.subarray(1), aad)).rejects.toMatchObject(
      corrupt,
    );
    await expect(openPayload(kek, epoch, nonce, new Uint8Array(0), aad)).rejects.toMatchObject(
      corrupt,
    );
  });

  test.each([0, 1, 1022, 1023, 1024, 1025, 5000])("of %i bytes comes back", async (length) => {
    const { kek } = deriveKek(secret(), secret(), random(32), epochOf());
    const [epoch, nonce] = [epochOf(), random(24)];
    const data = random(length);
    const ciphertext = await sealPayload(kek, epoch, nonce, data, aad);
    expect(ciphertext.length).toBe(cipherLength(length));
    expect((ciphertext.length - 16) % 1024).toBe(0);
    const opened = await openPayload(kek, epoch, nonce, ciphertext, aad);
    expect(hex(opened.expose())).toBe(hex(data));
  });

  test("refuses padding that was not written so, even under the right key", async () => {
    const lib = await sodium();
    const epoch = epochOf();
    const { kek } = deriveKek(secret(), secret(), random(32), epoch);
    const nonce = random(24);
    const info = Uint8Array.of(...label("BGV1 payload"), ...contextOf(epoch));
    const key = hkdf(kek.expose(), new Uint8Array(0), info, 32);
    const marked = new Uint8Array(4096);
    marked[5] = 0x80;
    for (const padded of [new Uint8Array(1024), new Uint8Array(1024).fill(7), marked]) {
      const ciphertext = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
        padded,
        aad,
        null,
        nonce,
        key,
      );
      await expect(openPayload(kek, epoch, nonce, ciphertext, aad)).rejects.toMatchObject({
        code: "VAULT_CORRUPT",
        about: { what: "padding" },
      });
    }
  });
});

describe("derivations", () => {
  const epoch: Epoch = {
    mode: "REAL",
    vaultId: fromHex("00".repeat(16)),
    epoch: 1,
    setId: fromHex("11".repeat(16)),
  };
  const y = fromHex("22".repeat(32));

  test("differ by every part of their context", () => {
    const others: Epoch[] = [
      { ...epoch, vaultId: fromHex("01".repeat(16)) },
      { ...epoch, mode: "PRACTICE" },
      { ...epoch, epoch: 2 },
      { ...epoch, setId: fromHex("12".repeat(16)) },
    ];
    const key = secret();
    const salt = random(32);
    const of = (one: Epoch): string[] => [
      hex(shareMask(y, one, 7)),
      hex(shareCommitment(one, 3, 5, 7, y)),
      hex(cardHash(one, y)),
      hex(deriveKek(key, key, salt, one).check),
      hex(deriveKek(key, key, salt, one).kek.expose()),
    ];
    const all = [of(epoch), ...others.map(of)].flat();
    expect(new Set(all).size).toBe(all.length);
    expect(shareCommitment(epoch, 3, 5, 7, y)).not.toEqual(shareCommitment(epoch, 2, 5, 7, y));
    expect(shareCommitment(epoch, 3, 5, 7, y)).not.toEqual(shareCommitment(epoch, 3, 6, 7, y));
    expect(shareCommitment(epoch, 3, 5, 7, y)).not.toEqual(shareCommitment(epoch, 3, 5, 8, y));
    expect(shareMask(y, epoch, 7)).not.toEqual(shareMask(y, epoch, 8));
  });

  test("the vault's id is the beginning of its first key's SSH fingerprint", () => {
    const wire = fromHex(`0000000b${hex(utf8("ssh-ed25519"))}00000020${"00".repeat(32)}`);
    const digest = createHash("sha256").update(wire).digest("hex");
    expect(hex(vaultIdOf(new Uint8Array(32)))).toBe(digest.slice(0, 32));
  });

  test("a lost key keeps its public half: H is wrapped to it without a touch", async () => {
    const [salt, credentialId, output] = [random(32), random(32), random(32)];
    const enrolled = await touchKeyPair(output, salt, epoch.vaultId, credentialId);
    const next: Epoch = { ...epoch, epoch: 2, setId: random(16) };
    const hardwareSecret = secret();
    const wrap = await wrapHardwareSecret(enrolled.publicKey, hardwareSecret, next, credentialId);
    expect([wrap.enc.length, wrap.wrap.length]).toEqual([1120, 48]);
    const touched = await touchKeyPair(output, salt, epoch.vaultId, credentialId);
    const got = await unwrapHardwareSecret(touched.secretKey, wrap, next, credentialId);
    expect(got.expose()).toEqual(hardwareSecret.expose());
    await expect(
      unwrapHardwareSecret(touched.secretKey, wrap, epoch, credentialId),
    ).rejects.toMatchObject({ code: "BOX_INVALID" });
    const stranger = await boxKeyPair();
    await expect(
      unwrapHardwareSecret(stranger.secretKey, wrap, next, credentialId),
    ).rejects.toMatchObject({ code: "BOX_INVALID" });
  });
});

describe("XChaCha20-Poly1305", () => {
  const { tests } = JSON.parse(
    readFileSync(new URL("../vectors/wycheproof/xchacha20_poly1305.json", import.meta.url), "utf8"),
  ) as {
    tests: {
      tcId: number;
      comment: string;
      key: string;
      iv: string;
      aad: string;
      msg: string;
      ct: string;
      tag: string;
      result: string;
    }[];
  };
  test.each(tests)("Wycheproof $tcId $comment", async (vector) => {
    const lib = await sodium();
    const [key, iv, aad2] = [fromHex(vector.key), fromHex(vector.iv), fromHex(vector.aad)];
    const sealedText = fromHex(vector.ct + vector.tag);
    const open = (): Uint8Array =>
      lib.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealedText, aad2, iv, key);
    if (vector.result === "invalid") {
      expect(open).toThrow();
      return;
    }
    expect(hex(open())).toBe(vector.msg);
    const again = lib.crypto_aead_xchacha20poly1305_ietf_encrypt(
      fromHex(vector.msg),
      aad2,
      null,
      iv,
      key,
    );
    expect(hex(again)).toBe(vector.ct + vector.tag);
  });
});
