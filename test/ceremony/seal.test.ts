import { describe, expect, test } from "vitest";
import { newPassphrase } from "../../ceremony/passphrase.ts";
import { proveSealing } from "../../ceremony/prove.ts";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { type Candidate, seal, type SealingPlan } from "../../ceremony/seal.ts";
import { touchVault } from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { failures } from "../../contract/failures.ts";
import { base64url, fromUtf8, utf8 } from "../../crypto/bytes.ts";
import { decodeCard } from "../../crypto/card.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import type { SecurityKey } from "../../hardware/security-key.ts";
import { aKey, aVault, contents, enrolled, passphrase, PIN, planOf, words } from "./sealing.ts";

const opens = async (
  { vault, cards }: Candidate,
  key: SecurityKey,
  phrase = passphrase,
): Promise<unknown> => {
  const entering = beginUnseal(vault, words);
  for (const { place, bytes } of cards.slice(0, vault.header.threshold))
    await entering.add({ bytes }, phrase(place));
  const [quorum, touch] = [await entering.validate(), await touchVault(key, vault, PIN)];
  if (quorum.kind !== "quorum" || touch.kind !== "touch") return [quorum, touch];
  const open = await unseal(vault, quorum, touch);
  return open.contents;
};

const typed = (form: "NFC" | "NFD") => (place: number) =>
  new SecretBytes(utf8(`Übermäßig größer ${place} 東京 é`.normalize(form)));

/** Every random or derived value of a sealing, as text. */
const drawn = ({ vault, cards }: Candidate): string[] =>
  [
    vault.epoch.vaultId,
    vault.epoch.setId,
    vault.header.vaultKey,
    vault.nonce,
    vault.header.salt,
    vault.header.check,
    ...cards.map(({ bytes }) => bytes.slice(13)),
    ...vault.header.custodians.map(({ salt }) => salt),
  ].map(base64url);

describe("sealing", () => {
  test("is proven by every card and every key that is present", async () => {
    const { candidate, keyA, keyB } = await aVault();
    const present = [keyA, keyB].map((key) => ({ key, pin: PIN }));
    expect(await proveSealing(candidate, present, words)).toEqual({
      kind: "proved",
      cards: 3,
      trialOpenedWith: ["key-a", "key-b"],
    });
    expect(await opens(candidate, keyB)).toEqual(contents);
    candidate.wipe();
    await expect(proveSealing(candidate, present, words)).rejects.toThrow("wiped");
  });

  test("gives each custodian a card that names its vault, epoch and quorum", async () => {
    const { candidate } = await aVault();
    const { epoch, header } = candidate.vault;
    expect(candidate.cards.map(({ place, name }) => [place, name])).toEqual([
      [1, "Custodian 1"],
      [2, "Custodian 2"],
      [3, "Custodian 3"],
    ]);
    for (const [index, { bytes }] of candidate.cards.entries())
      expect(decodeCard(bytes)).toMatchObject({
        vault: epoch.vaultId.slice(0, 4),
        set: epoch.setId.slice(0, 4),
        epoch: 1,
        threshold: 2,
        x: header.custodians[index]?.x,
      });
  });

  test("is fresh every time: the same plan gives nothing twice", async () => {
    const plan = planOf([await enrolled(aKey("A"), "key-a")]);
    const [one, two] = [
      await seal(plan, await systemEntropy()),
      await seal(plan, await systemEntropy()),
    ];
    expect(new Set([...drawn(one), ...drawn(two)]).size).toBe(2 * drawn(one).length);
  });

  test.each([
    [2, 2],
    [3, 3],
    [5, 3],
  ])("of %i shares with a quorum of %i opens", async (count, threshold) => {
    const key = aKey("A");
    const plan = planOf([await enrolled(key, "key-a")], { count, threshold });
    expect(await opens(await seal(plan, await systemEntropy()), key)).toEqual(contents);
  });

  test("for 255 custodians opens with a quorum of two", async () => {
    const key = aKey("A");
    const plan = planOf([await enrolled(key, "key-a")], { count: 255, threshold: 2 });
    const candidate = await seal(plan, await systemEntropy());
    expect(await proveSealing(candidate, [{ key, pin: PIN }], words)).toMatchObject({ cards: 255 });
    expect(await opens(candidate, key)).toEqual(contents);
  }, 120_000);

  test("takes a passphrase of any script, however it was composed", async () => {
    const key = aKey("A");
    const custodians = [1, 2].map((place) => ({
      name: `Custodian ${place}`,
      passphrase: typed("NFD")(place),
    }));
    const plan = planOf([await enrolled(key, "key-a")], { custodians });
    const candidate = await seal(plan, await systemEntropy());
    expect(await opens(candidate, key, typed("NFC"))).toEqual(contents);
  });
});

describe("the next epoch", () => {
  test("keeps the vault's id, takes keys that lie in a safe, and drops the old cards", async () => {
    const { candidate, keyA, keyB } = await aVault();
    const { epoch, header } = candidate.vault;
    const [kept] = header.keys.filter(isCredential);
    if (kept === undefined) throw new Error("no key");
    const plan = planOf([{ carried: kept }], {
      previous: {
        vaultId: epoch.vaultId,
        epoch: epoch.epoch,
      },
    });
    const next = await seal(plan, await systemEntropy());
    expect(next.vault.epoch.vaultId).toEqual(epoch.vaultId);
    expect(next.vault.epoch.epoch).toBe(2);
    expect(next.vault.header.vaultKey).not.toEqual(header.vaultKey);
    expect(await opens(next, keyA)).toEqual(contents);
    expect(await touchVault(keyB, next.vault, PIN)).toMatchObject({ why: "KEY_HAS_NO_CREDENTIAL" });
    const entering = beginUnseal(next.vault, words);
    for (const { place, bytes } of candidate.cards)
      expect(await entering.add({ bytes }, passphrase(place))).toMatchObject({
        why: "OTHER_EPOCH",
      });
  });
});

describe("a plan that can't hold is refused before anything is sealed", () => {
  test.each<[string, Partial<SealingPlan> & { count?: number }, string]>([
    ["one custodian", { count: 1 }, "PLAN_INVALID"],
    ["256 custodians", { count: 256 }, "PLAN_INVALID"],
    ["a quorum of one", { threshold: 1 }, "PLAN_INVALID"],
    ["a quorum above n", { threshold: 4 }, "PLAN_INVALID"],
    ["no key", { keys: [] }, "HEADER_INVALID"],
    ["a practice key in a real vault", { mode: "REAL", kdf: KDF_REAL }, "HEADER_INVALID"],
    ["a weak KDF", { kdf: { memoryKiB: 1024, passes: 1, lanes: 1 } }, "KDF_OUT_OF_BOUNDS"],
    ["a name with a line end", { name: "a\nb" }, "HEADER_INVALID"],
    ["a kit that is over", { createdAt: "2028-01-01T00:00:00Z" }, "PLAN_INVALID"],
    [
      "no epoch left",
      {
        previous: {
          vaultId: new Uint8Array(16),
          epoch: 65_535,
        },
      },
      "PLAN_INVALID",
    ],
    [
      "two custodians of one name",
      {
        custodians: [1, 2].map((place) => ({ name: "Alice", passphrase: passphrase(place) })),
      },
      "HEADER_INVALID",
    ],
    [
      "a short passphrase",
      {
        custodians: ["a", "b"].map((name) => ({ name, passphrase: new SecretBytes(utf8("x")) })),
      },
      "PLAN_INVALID",
    ],
    [
      "a maximum above the reaper's bound",
      {
        contents: { ...contents, policy: { ...contents.policy, reaperMaxHours: 1 } },
      },
      "CONTENTS_INVALID",
    ],
    [
      "a trail that is named, not by its ARN",
      {
        contents: {
          ...contents,
          policy: { ...contents.policy, trail: { arn: "audit", bucket: "audit-trail" } },
        },
      },
      "CONTENTS_INVALID",
    ],
    ["no account", { contents: { ...contents, accounts: [] } }, "CONTENTS_INVALID"],
  ])("%s", async (_, changes, code) => {
    const light = { kdf: planOf([]).kdf, ...changes };
    const plan = planOf([await enrolled(aKey("A"), "key-a")], light);
    await expect(seal(plan, await systemEntropy())).rejects.toMatchObject({ code });
    expect(failures).toHaveProperty(code);
  });

  test("a key that answers the same without its PIN", async () => {
    const key = await enrolled(aKey("A"), "key-a");
    if (!("enrolment" in key)) throw new Error("not enrolled");
    const unbound = { ...key, enrolment: { ...key.enrolment, uvBound: false } };
    await expect(seal(planOf([unbound]), await systemEntropy())).rejects.toMatchObject({
      code: "UV_NOT_BOUND",
      about: { label: "key-a" },
    });
  });
});

describe("a sealing that went wrong does not prove itself", () => {
  test("without a key present, or with a card, share or payload exchanged", async () => {
    const { candidate, keyA } = await aVault();
    const { candidate: other } = await aVault();
    const present = [{ key: keyA, pin: PIN }];
    const prove = (wrong: Partial<Candidate>): Promise<unknown> =>
      proveSealing({ ...candidate, ...wrong }, present, words);
    const failed = { code: "PROOF_FAILED" };
    await expect(proveSealing(candidate, [], words)).rejects.toMatchObject(failed);
    await expect(prove({ cards: candidate.cards.slice(1) })).rejects.toMatchObject(failed);
    await expect(prove({ cards: candidate.cards.toReversed() })).rejects.toMatchObject(failed);
    await expect(prove({ cards: other.cards })).rejects.toMatchObject(failed);
    await expect(prove({ masks: other.masks })).rejects.toMatchObject(failed);
    await expect(prove({ payloadHash: new Uint8Array(32) })).rejects.toMatchObject({
      ...failed,
      about: { what: "trial opening with key-a" },
    });
    expect(await prove({})).toMatchObject({ kind: "proved" });
  });

  test("but a wrong PIN only asks again", async () => {
    const { candidate, keyA } = await aVault();
    expect(await proveSealing(candidate, [{ key: keyA, pin: "9999" }], words)).toMatchObject({
      kind: "refused",
      why: "PIN_WRONG",
    });
    expect(await proveSealing(candidate, [{ key: keyA, pin: PIN }], words)).toMatchObject({
      kind: "proved",
    });
  });
});

describe("a generated passphrase", () => {
  test("is eight words of the list, 80 bits, never the same", async () => {
    const random = await systemEntropy();
    const some = Array.from({ length: 50 }, () =>
      fromUtf8(newPassphrase(words, random).expose()).split(" "),
    );
    for (const phrase of some) {
      expect(phrase.length).toBe(8);
      for (const word of phrase) expect(words).toContain(word);
    }
    expect(new Set(some.flat()).size).toBeGreaterThan(250);
    expect(words.length ** 8).toBe(2 ** 80);
  });
});
