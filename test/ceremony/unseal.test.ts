import { beforeAll, describe, expect, test } from "vitest";
import { approve, approverWireKey } from "../../ceremony/approve.ts";
import { beginUnseal, type Quorum } from "../../ceremony/quorum.ts";
import type { Candidate } from "../../ceremony/seal.ts";
import { type Touch, touchVault } from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { verifySshsig } from "../../crypto/sshsig.ts";
import { vaultPublicKey } from "../../crypto/vault.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { aKey, aVault, contents, enrolled, passphrase, PIN, words } from "./sealing.ts";

let candidate: Candidate;
let keyA: SecurityKey;
let keyB: SecurityKey;
let reviewer: SecurityKey;
let other: Candidate;
let otherKey: SecurityKey;

beforeAll(async () => {
  ({ candidate, keyA, keyB, reviewer } = await aVault());
  ({ candidate: other, keyA: otherKey } = await aVault({ name: "Another vault" }));
});

async function quorumOf(of: Candidate): Promise<Quorum> {
  const entering = beginUnseal(of.vault, words);
  for (const { place, bytes } of of.cards.slice(1))
    await entering.add({ bytes }, passphrase(place));
  const quorum = await entering.validate();
  if (quorum.kind !== "quorum") throw new Error("incomplete");
  return quorum;
}

async function touchOf(of: Candidate, key: SecurityKey): Promise<Touch> {
  const touch = await touchVault(key, of.vault, PIN);
  if (touch.kind !== "touch") throw new Error(touch.why);
  return touch;
}

describe("unsealing", () => {
  test("gives what was sealed, with either key, and forgets quorum and touch", async () => {
    for (const [key, label] of [
      [keyA, "key-a"],
      [keyB, "key-b"],
    ] as const) {
      const [quorum, touch] = [await quorumOf(candidate), await touchOf(candidate, key)];
      expect(touch.label).toBe(label);
      const open = await unseal(candidate.vault, quorum, touch);
      expect(open.contents).toEqual(contents);
      expect(await vaultPublicKey(open.vaultSigningKey)).toEqual(candidate.vault.header.vaultKey);
      for (const gone of [quorum.secret, touch.secret])
        expect(() => gone.expose()).toThrow("wiped");
      open.wipe();
      expect(() => open.vaultSigningKey.expose()).toThrow("wiped");
    }
  });

  test("refuses a quorum or a touch of another vault", async () => {
    await expect(
      unseal(candidate.vault, await quorumOf(other), await touchOf(candidate, keyA)),
    ).rejects.toMatchObject({ code: "VAULT_KEYS_WRONG" });
    await expect(
      unseal(candidate.vault, await quorumOf(candidate), await touchOf(other, otherKey)),
    ).rejects.toMatchObject({ code: "VAULT_KEYS_WRONG" });
  });

  test("prints no secret", async () => {
    const open = await unseal(
      candidate.vault,
      await quorumOf(candidate),
      await touchOf(candidate, keyA),
    );
    expect(JSON.stringify(open.vaultSigningKey)).toBe('"[secret]"');
    const quorum = await quorumOf(candidate);
    const touch = await touchOf(candidate, keyA);
    expect(JSON.stringify([quorum, touch])).not.toContain("secret");
  });
});

describe("a touch", () => {
  test("of a key of another vault is named, with the labels that would do", async () => {
    expect(await touchVault(otherKey, candidate.vault, PIN)).toEqual({
      kind: "refused",
      why: "KEY_HAS_NO_CREDENTIAL",
      about: { label: "A", enrolled: "key-a, key-b" },
    });
  });

  test("of a reviewer's key opens nothing", async () => {
    expect(await touchVault(reviewer, candidate.vault, PIN)).toMatchObject({
      why: "KEY_ONLY_APPROVES",
      about: { label: "reviewer" },
    });
  });

  test("with a wrong PIN says how many tries are left, and a right one restores them", async () => {
    expect(await touchVault(keyA, candidate.vault, "0000")).toEqual({
      kind: "refused",
      why: "PIN_WRONG",
      about: { label: "A", retries: 7 },
    });
    expect(await touchVault(keyA, candidate.vault, "")).toMatchObject({ why: "KEY_NEEDS_PIN" });
    expect((await touchVault(keyA, candidate.vault, PIN)).kind).toBe("touch");
    expect((await keyA.info()).pinRetries).toBe(8);
  });

  test("of a key that was reset is told from damage", async () => {
    const reset = {
      info: () => keyA.info(),
      holds: (credentialId: Uint8Array, pin: string) => keyA.holds(credentialId, pin),
      touch: async () => new Uint8Array(32),
    };
    expect(await touchVault(reset, candidate.vault, PIN)).toMatchObject({
      why: "KEY_OUTPUT_CHANGED",
      about: { label: "key-a" },
    });
  });

  test("that fails unexpectedly is thrown on", async () => {
    const broken = {
      info: () => keyA.info(),
      holds: async () => true,
      touch: async (): Promise<Uint8Array> => {
        throw new Error("the cable broke");
      },
    };
    await expect(touchVault(broken, candidate.vault, PIN)).rejects.toThrow("the cable broke");
  });
});

describe("an approval", () => {
  const request = { namespace: "pullstation-drill@v1", message: utf8('{"seq":1}'), pin: PIN };

  test("by a reviewer's key or one that opens is an SSHSIG of that key", async () => {
    for (const key of [reviewer, keyB]) {
      const approved = await approve(key, candidate.vault.header, request);
      if (approved.kind !== "approved") throw new Error(approved.why);
      const entry = candidate.vault.header.keys
        .filter(isCredential)
        .find(({ label }) => label === approved.label);
      if (entry === undefined) throw new Error("no such key");
      const verified = verifySshsig({ armored: approved.signature, ...request });
      expect(verified.wireKey).toEqual(approverWireKey(entry));
      expect(() =>
        verifySshsig({ armored: approved.signature, ...request, message: utf8("{}") }),
      ).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
    }
  });

  test("needs an enrolled key and its PIN", async () => {
    expect(await approve(otherKey, candidate.vault.header, request)).toMatchObject({
      why: "KEY_HAS_NO_CREDENTIAL",
    });
    expect(
      await approve(reviewer, candidate.vault.header, { ...request, pin: "1111" }),
    ).toMatchObject({ why: "PIN_WRONG" });
  });

  test("by a key that signs something else is refused", async () => {
    const faulty = {
      info: () => reviewer.info(),
      holds: (credentialId: Uint8Array, pin: string) => reviewer.holds(credentialId, pin),
      approve: (asked: { credentialId: Uint8Array; pin: string }) =>
        reviewer.approve({ ...asked, digest: new Uint8Array(32) }),
    };
    await expect(approve(faulty, candidate.vault.header, request)).rejects.toMatchObject({
      code: "APPROVAL_INVALID",
      about: { label: "reviewer" },
    });
    const elsewhere = aKey("elsewhere");
    const { enrolment } = (await enrolled(elsewhere, "x")) as {
      enrolment: { credentialId: Uint8Array };
    };
    const exchanged = {
      ...faulty,
      approve: (asked: { digest: Uint8Array; pin: string }) =>
        elsewhere.approve({ ...asked, credentialId: enrolment.credentialId }),
    };
    await expect(approve(exchanged, candidate.vault.header, request)).rejects.toMatchObject({
      code: "APPROVAL_INVALID",
    });
  });
});
