import { createHmac } from "node:crypto";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { approve } from "../../ceremony/approve.ts";
import { proveSealing } from "../../ceremony/prove.ts";
import { beginUnseal, type Quorum } from "../../ceremony/quorum.ts";
import { type Candidate, type PlannedKey, seal } from "../../ceremony/seal.ts";
import { enrolSlot, touchSlot, warningsOf } from "../../ceremony/slot.ts";
import { Touch, touchVault } from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { failures } from "../../contract/failures.ts";
import { policySchema } from "../../contract/policy.ts";
import { base64url, equal, utf8 } from "../../crypto/bytes.ts";
import { canonical } from "../../crypto/canonical.ts";
import { type Entropy, systemEntropy } from "../../crypto/entropy.ts";
import { CodedError } from "../../crypto/errors.ts";
import { isSlot, readKey, type SlotKey } from "../../crypto/header-keys.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { type ParsedVault, parseVault } from "../../crypto/vault.ts";
import { slotKeyPair } from "../../crypto/wrap.ts";
import { checkChallenge, newChallenge, type OtpKey } from "../../hardware/otp/key.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import {
  type Fields,
  fieldsOf,
  mutations,
  partsOf,
  resigned,
  withFields,
} from "../crypto/forge.ts";
import { aKey, contents, enrolled, passphrase, PIN, planOf, words } from "./sealing.ts";
import {
  enrolledSlot,
  finger,
  nobody,
  otpContents,
  otpKey,
  programmed,
  withSerial,
} from "./slots.ts";

let entropy: Entropy;
let keyA: SecurityKey;
let yubikey: OtpKey;
let keys: readonly [PlannedKey, PlannedKey, Extract<PlannedKey, { slot: unknown }>];
let candidate: Candidate;
let entry: SlotKey;

beforeAll(async () => {
  entropy = await systemEntropy();
  keyA = aKey("A");
  yubikey = otpKey("yubikey");
  keys = [
    await enrolled(keyA, "key-a"),
    await enrolled(aKey("B"), "key-b"),
    await enrolledSlot(yubikey, "slot-c"),
  ];
  candidate = await seal(planOf(keys, { contents: otpContents }), entropy);
  entry = slotOf(candidate.vault);
});

const slotOf = ({ header }: ParsedVault): SlotKey =>
  header.keys.find(isSlot) ?? expect.fail("no slot in the header");

async function enter(of: Candidate, count: number) {
  const entering = beginUnseal(of.vault, words);
  for (const { place, bytes } of of.cards.slice(0, count))
    await entering.add({ bytes }, passphrase(place));
  return entering.validate();
}

async function quorumOf(of: Candidate): Promise<Quorum> {
  const quorum = await enter(of, of.vault.header.threshold);
  return quorum.kind === "quorum" ? quorum : expect.fail("incomplete");
}

async function touched(key: OtpKey, { vault }: Candidate): Promise<Touch> {
  const touch = await touchSlot(key, vault, "slot-c");
  return touch.kind === "touch" ? touch : expect.fail(touch.why);
}

const told = async (
  key: Parameters<typeof touchSlot>[0],
  wanted = "slot-c",
  vault = candidate.vault,
) => touchSlot(key, vault, wanted);

const sealing = async (
  planned: readonly PlannedKey[],
  more: Parameters<typeof planOf>[1] = { contents: otpContents },
): Promise<string> =>
  seal(planOf(planned, more), entropy).then(
    () => "sealed",
    (error: unknown) => (error instanceof CodedError ? error.code : String(error)),
  );

/** Opens by the slot's true answer, whatever the header says and calls it. */
const outcome = async (file: Uint8Array): Promise<string> => {
  try {
    const vault = parseVault(file);
    const answering = {
      label: "yubikey",
      facts: async () => ({ serial: null }),
      respond: async ({ challenge }: { readonly challenge: Uint8Array }) =>
        new Uint8Array(
          equal(challenge, entry.challenge)
            ? keys[2].slot.output
            : createHmac("sha1", "other").update(challenge).digest(),
        ).slice(),
    };
    const touch = await touchSlot(answering, vault, slotOf(vault).label);
    if (touch.kind === "refused") return touch.why;
    await unseal(vault, await quorumOf(candidate), touch);
    return "opened";
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
};

const ends = (...last: number[]): string =>
  base64url(Uint8Array.of(...new Uint8Array(30).fill(5), ...last));

const accepts = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
};

describe("a vault with an OTP slot beside two FIDO2 keys", () => {
  test("opens by k shares and the slot's touch, and as before by a FIDO2 key", async () => {
    const bySlot = await unseal(
      candidate.vault,
      await quorumOf(candidate),
      await touched(yubikey, candidate),
    );
    expect(bySlot.contents).toEqual(otpContents);
    const byKey = await touchVault(keyA, candidate.vault, PIN);
    if (byKey.kind !== "touch") expect.fail(byKey.why);
    const open = await unseal(candidate.vault, await quorumOf(candidate), byKey);
    expect(open.contents).toEqual(otpContents);
  });

  test("doesn't open by k − 1 shares and the slot, nor by k shares without it", async () => {
    expect(await enter(candidate, 1)).toMatchObject({ kind: "incomplete", have: 1, need: 2 });
    const { epoch } = candidate.vault;
    const one = await quorumOf(candidate);
    // Every check bypassed: another S, and no H.
    const short = { ...one, secret: new SecretBytes(entropy(32)), wipe: () => undefined };
    await expect(
      unseal(candidate.vault, short as Quorum, await touched(yubikey, candidate)),
    ).rejects.toMatchObject({ code: "VAULT_KEYS_WRONG" });
    const none = new Touch(epoch, "none", new SecretBytes(new Uint8Array(32)));
    await expect(unseal(candidate.vault, one, none)).rejects.toMatchObject({
      code: "VAULT_KEYS_WRONG",
    });
  });

  test("is proven by a trial opening with the slot too, and says what a slot is", async () => {
    const present = [
      { key: keyA, pin: PIN },
      { slot: yubikey, label: "slot-c" },
    ] as const;
    expect(await proveSealing(candidate, present, words)).toMatchObject({
      kind: "proved",
      trialOpenedWith: ["key-a", "slot-c"],
    });
    expect(warningsOf(candidate.vault)).toEqual(["OTP_STATIC"]);
    const without = await seal(planOf(keys.slice(0, 2)), entropy);
    expect(warningsOf(without.vault)).toEqual([]);
  });

  test("names the slot: its serial, its challenge, and that it asks for a touch", () => {
    expect(entry).toMatchObject({ use: "open", slot: 2, serial: null, touch: true });
    checkChallenge(entry.challenge);
    expect(fieldsOf(candidate.file)["keys"]).toContainEqual(
      expect.objectContaining({ kind: "otp", challenge: base64url(entry.challenge) }),
    );
  });

  test("has no approver of the slot's name", async () => {
    const request = { namespace: "pullstation-drill@v1", message: utf8("{}"), pin: PIN };
    const { header } = candidate.vault;
    expect(await approve(keyA, header, { ...request, wanted: "slot-c" })).toMatchObject({
      why: "KEY_IS_ANOTHER",
    });
    expect(await approve(aKey("Z"), header, request)).toMatchObject({
      why: "KEY_HAS_NO_CREDENTIAL",
      about: { enrolled: "key-a, key-b" },
    });
  });
});

describe("an answer that was captured", () => {
  test("gives this epoch's half, and nothing of another sealing with the same challenge", async () => {
    const { output, challenge } = keys[2].slot;
    const again = await seal(planOf(keys, { contents: otpContents }), entropy);
    const next = slotOf(again.vault);
    expect(equal(next.challenge, challenge)).toBe(true);
    expect(equal(next.pk, entry.pk)).toBe(false);
    const here = await slotKeyPair(output, challenge, 2, candidate.vault.epoch);
    expect(here.publicKey).toEqual(entry.pk);
    const swapped = { ...candidate.vault.epoch, mode: "REAL" } as const;
    for (const [slot, epoch] of [
      [1, candidate.vault.epoch],
      [2, again.vault.epoch],
      [2, swapped],
    ] as const)
      expect((await slotKeyPair(output, challenge, slot, epoch)).publicKey).not.toEqual(entry.pk);
  });
});

describe("sealing with a slot", () => {
  test("is off unless the policy switches it on", async () => {
    expect(await sealing(keys, {})).toBe("OTP_OFF_BY_POLICY");
    const off = { ...contents, policy: { ...contents.policy, otpKeys: false } };
    expect(await sealing(keys, { contents: off })).toBe("OTP_OFF_BY_POLICY");
    expect(failures.OTP_OFF_BY_POLICY.what).toMatch(/never change.*in the clear/);
    const { policy } = contents;
    const whole = { ...policy, kitExpires: "2027-06-30T00:00:00Z" };
    expect(policySchema.parse(whole)).toEqual(whole);
    expect(policySchema.parse({ ...whole, otpKeys: true }).otpKeys).toBe(true);
    expect(policySchema.safeParse({ ...whole, otpKeys: "yes" }).success).toBe(false);
  });

  test("needs two FIDO2 keys that open beside it, in practice too", async () => {
    const reviewer = await enrolled(aKey("R"), "reviewer", "approve");
    const [first, , slot] = keys;
    for (const planned of [[slot], [first, slot], [first, reviewer, slot]])
      expect(await sealing(planned)).toBe("OTP_NEEDS_FIDO2");
    expect(
      await sealing([first, slot], { contents: otpContents, mode: "REAL", kdf: KDF_REAL }),
    ).toBe("OTP_NEEDS_FIDO2");
    // The slot's challenge or label twice: the header's own rules.
    expect(await sealing([...keys, { ...slot, label: "slot-d" }])).toBe("HEADER_INVALID");
  }, 30_000);

  test("a real vault refuses a slot without a serial number, a practice vault one with it", async () => {
    const challenge = newChallenge(entropy);
    const real = withSerial(yubikey, 12_345_678);
    await expect(enrolSlot(yubikey, "REAL", { slot: 2, challenge })).rejects.toMatchObject({
      code: "OTP_NO_SERIAL",
      about: { label: "yubikey" },
    });
    await expect(enrolSlot(real, "PRACTICE", { slot: 2, challenge })).rejects.toMatchObject({
      code: "PRACTICE_AND_REAL_MIXED",
    });
    expect(await enrolSlot(real, "REAL", { slot: 2, challenge })).toMatchObject({
      serial: 12_345_678,
    });
    const [a, b, slot] = keys;
    const named = { ...slot, slot: { ...slot.slot, serial: 7 } };
    expect(await sealing([a, b, named])).toBe("PRACTICE_AND_REAL_MIXED");
  });

  test("an empty slot, one that needs no finger and one that wavers are refused", async () => {
    const challenge = newChallenge(entropy);
    await expect(enrolSlot(yubikey, "PRACTICE", { slot: 1, challenge })).rejects.toMatchObject({
      code: "OTP_SLOT_REFUSED",
    });
    const eager = otpKey("eager", [programmed({ touch: false }), null]);
    await expect(enrolSlot(eager, "PRACTICE", { slot: 1, challenge })).rejects.toMatchObject({
      code: "OTP_WITHOUT_TOUCH",
      about: { label: "eager", slot: 1 },
    });
    const given: Uint8Array[] = [];
    const wavering = {
      label: "wavering",
      facts: async () => ({ serial: null }),
      respond: async ({ waiting }: { waiting?: (what: "touch") => void }) => {
        waiting?.("touch");
        given.push(entropy(20));
        return given.at(-1) ?? challenge;
      },
    };
    await expect(enrolSlot(wavering, "PRACTICE", { slot: 1, challenge })).rejects.toMatchObject({
      code: "OTP_NOT_STABLE",
    });
    expect(given).toEqual([new Uint8Array(20), new Uint8Array(20)]);
  });
});

describe("a touch of a slot", () => {
  test("is asked for visibly, and a missed or cancelled one is a value", async () => {
    const own = programmed();
    const held = otpKey("held", [null, own], nobody);
    const seen: string[] = [];
    const asking = { waiting: (what: string): unknown => seen.push(what) };
    expect(await touchSlot(held, candidate.vault, "slot-c", asking)).toMatchObject({
      why: "TOUCH_TIMEOUT",
    });
    expect(seen).toEqual(["touch"]);
    const stop = AbortSignal.abort();
    expect(await touchSlot(held, candidate.vault, "slot-c", { signal: stop })).toMatchObject({
      why: "TOUCH_CANCELLED",
    });
  });

  test("names a wrong key, a slot that holds nothing, and one programmed anew", async () => {
    expect(await told(yubikey, "slot-x")).toMatchObject({
      why: "KEY_HAS_NO_CREDENTIAL",
      about: { label: "slot-x", enrolled: "slot-c" },
    });
    // A FIDO2 key's label names no slot.
    expect(await told(yubikey, "key-a")).toMatchObject({ why: "KEY_HAS_NO_CREDENTIAL" });
    const answered = { ...withSerial(yubikey, 9), respond: () => expect.fail("was asked") };
    expect(await told(answered)).toMatchObject({
      why: "KEY_HAS_NO_CREDENTIAL",
      about: { label: "yubikey", enrolled: "slot-c" },
    });
    expect(await told(otpKey("empty", [programmed(), null]))).toMatchObject({
      why: "OTP_SLOT_REFUSED",
      about: { label: "empty", slot: 2 },
    });
    expect(await told(otpKey("other", [null, programmed()], finger))).toMatchObject({
      why: "KEY_OUTPUT_CHANGED",
      about: { label: "slot-c" },
    });
  });

  test("that fails unexpectedly is thrown on", async () => {
    const broken = {
      label: "broken",
      facts: async () => ({ serial: null }),
      respond: async (): Promise<Uint8Array> => {
        throw new Error("the cable broke");
      },
    };
    await expect(told(broken)).rejects.toThrow("the cable broke");
  });
});

describe("a slot's entry changed by someone who holds the vault key", () => {
  test("never opens: every field, missing and unknown ones, and every rule between keys", async () => {
    const { file, vaultSigningKey: seed } = candidate;
    expect(await outcome(file)).toBe("opened");
    const fields = fieldsOf(file);
    const [a, b, slot] = fields["keys"] as [Fields, Fields, Fields];
    const codes = new Map<string, number>();
    const tried = async (keysNow: Fields[]): Promise<string> => {
      const header = canonical({ ...fields, keys: keysNow });
      const code = await outcome(await resigned({ ...partsOf(file), header }, seed));
      codes.set(code, (codes.get(code) ?? 0) + 1);
      return code;
    };
    for (const { value } of mutations(slot)) await tried([a, b, value as Fields]);
    expect(codes.get("opened")).toBe(undefined);
    for (const code of codes.keys()) expect(failures).toHaveProperty(code);
    for (const code of ["HEADER_INVALID", "KEY_OUTPUT_CHANGED", "BOX_INVALID", "VAULT_CORRUPT"])
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);

    for (const change of [
      { challenge: ends(7, 0) },
      { challenge: ends(7, 7) },
      { challenge: base64url(new Uint8Array(31).fill(1).with(30, 2)) },
      { touch: false },
      { slot: 3 },
      { slot: 0 },
      { serial: 0 },
      { serial: 2 ** 32 },
      { use: "approve" },
      { kind: "fido2" },
      { pk: a["pk"] ?? "" },
      { label: "key-a" },
      { label: "a b" },
    ])
      expect(await tried([a, b, { ...slot, ...change }]), JSON.stringify(change)).toBe(
        "HEADER_INVALID",
      );
    for (const few of [[slot], [a, slot], [slot, { ...slot, label: "slot-d" }]])
      expect(await tried(few)).toBe("HEADER_INVALID");
    expect(await tried([a, b, { ...slot, serial: 12_345 }])).toBe("PRACTICE_AND_REAL_MIXED");
  }, 60_000);

  test("has no challenge that a slot may shorten: header and client draw one line", () => {
    const [, , slot] = fieldsOf(candidate.file)["keys"] as [Fields, Fields, Fields];
    const end = fc.tuple(fc.constantFrom(0, 1, 2, 255), fc.constantFrom(0, 1, 2, 255));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 30, maxLength: 30 }), end, (start, last) => {
        const challenge = Uint8Array.of(...start, ...last);
        const entryNow = { ...slot, challenge: base64url(challenge) };
        const sound = accepts(() => checkChallenge(challenge));
        expect(accepts(() => readKey(entryNow, "key"))).toBe(sound);
      }),
    );
  });

  test("can't be carried into the next sealing's header", async () => {
    const next = await seal(planOf(keys, { contents: otpContents }), entropy);
    const [, , old] = fieldsOf(candidate.file)["keys"] as [Fields, Fields, Fields];
    const [a, b] = fieldsOf(next.file)["keys"] as [Fields, Fields];
    const fields = { ...fieldsOf(next.file), keys: [a, b, old] };
    const forged = parseVault(await withFields(next.file, fields, next.vaultSigningKey));
    expect(await touchSlot(yubikey, forged, "slot-c")).toMatchObject({ why: "KEY_OUTPUT_CHANGED" });
  });
});
