import { beforeAll, describe, expect, test } from "vitest";
import { beginUnseal } from "../../ceremony/quorum.ts";
import { type Candidate, seal } from "../../ceremony/seal.ts";
import { checkCard, checkShare } from "../../ceremony/share-check.ts";
import type { CardInput } from "../../ceremony/verdict.ts";
import { explain, failures } from "../../contract/failures.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { encodePayload, encodeWords } from "../../crypto/codeword.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { aVault, passphrase, planOf, words } from "./sealing.ts";

let first: Candidate;
let second: Candidate;
let cancelled: Candidate;
let stranger: Candidate;

beforeAll(async () => {
  ({ candidate: first } = await aVault());
  ({ candidate: stranger } = await aVault({ name: "Another vault" }));
  const { epoch, header } = first.vault;
  const keys = header.keys.filter(isCredential).map((carried) => ({ carried }));
  const next = planOf(keys, {
    previous: {
      vaultId: epoch.vaultId,
      epoch: epoch.epoch,
    },
  });
  second = await seal(next, await systemEntropy());
  cancelled = await seal(next, await systemEntropy());
});

const cardOf = ({ cards }: Candidate, place: number): Uint8Array => {
  const card = cards.find((one) => one.place === place);
  if (card === undefined) throw new Error(`no card at ${place}`);
  return card.bytes;
};
const changed = (card: Uint8Array, at: number): CardInput => ({
  bytes: card.with(at, (card[at] ?? 0) ^ 1),
});

const secretOf = async (places: readonly number[]): Promise<Uint8Array> => {
  const quorum = beginUnseal(first.vault, words);
  for (const place of places) await quorum.add({ bytes: cardOf(first, place) }, passphrase(place));
  const complete = await quorum.validate();
  if (complete.kind !== "quorum") throw new Error("incomplete");
  return complete.secret.expose().slice();
};

describe("entering shares", () => {
  test("takes words, payload and bytes, in any order, and counts", async () => {
    const quorum = beginUnseal(first.vault, words);
    expect(await quorum.validate()).toEqual({ kind: "incomplete", have: 0, need: 2 });
    expect(
      await quorum.add({ words: encodeWords(cardOf(first, 3), words) }, passphrase(3)),
    ).toEqual({ kind: "accepted", place: 3, who: "Custodian 3", have: 1, need: 2 });
    expect(await quorum.validate()).toEqual({ kind: "incomplete", have: 1, need: 2 });
    expect(await quorum.add({ payload: encodePayload(cardOf(first, 1)) }, passphrase(1))).toEqual({
      kind: "accepted",
      place: 1,
      who: "Custodian 1",
      have: 2,
      need: 2,
    });
    const complete = await quorum.validate();
    expect(complete).toMatchObject({ kind: "quorum", custodians: ["Custodian 3", "Custodian 1"] });
    expect(await quorum.validate()).toMatchObject({ kind: "incomplete", have: 0 });
  });

  test("takes more shares than needed, and gives the same secret", async () => {
    expect(await secretOf([1, 2, 3])).toEqual(await secretOf([3, 2]));
  });

  test("is forgotten when wiped", async () => {
    const quorum = beginUnseal(first.vault, words);
    await quorum.add({ bytes: cardOf(first, 1) }, passphrase(1));
    quorum.wipe();
    expect(await quorum.validate()).toMatchObject({ have: 0 });
  });
});

const expectVerdict = async (
  candidate: Candidate,
  input: CardInput,
  secret: SecretBytes,
  expected: object,
): Promise<void> => {
  const quorum = beginUnseal(candidate.vault, words);
  await quorum.add({ bytes: cardOf(candidate, 2) }, passphrase(2));
  const verdict = await quorum.add(input, secret);
  expect(verdict).toMatchObject({ kind: "rejected", have: 1, need: 2, ...expected });
  if (verdict.kind !== "rejected") throw new Error("accepted");
  expect(failures).toHaveProperty(verdict.why);
  const { what, todo } = explain(verdict.why, verdict.about);
  expect(`${what} ${todo}`).not.toContain("?");
  // and the quorum is still to be had
  await quorum.add({ bytes: cardOf(candidate, 1) }, passphrase(1));
  expect((await quorum.validate()).kind).toBe("quorum");
};

describe("what a wrong share is told", () => {
  test("one or two wrong words: which", async () => {
    const right = encodeWords(cardOf(first, 1), words);
    const wrongAt = (...places: number[]): CardInput => ({
      words: right.map((word, index) =>
        places.includes(index + 1) ? (words[(words.indexOf(word) + 77) % 1024] ?? "") : word,
      ),
    });
    await expectVerdict(first, wrongAt(17), passphrase(1), { why: "WORDS_SUSPECT", words: [17] });
    await expectVerdict(first, wrongAt(4, 40), passphrase(1), {
      why: "WORDS_SUSPECT",
      words: [4, 40],
      about: { words: "4, 40" },
    });
    await expectVerdict(first, wrongAt(1, 2, 3, 4, 5), passphrase(1), { why: "UNREADABLE" });
  });

  test("a word that is in no list, and too few words", async () => {
    const right = encodeWords(cardOf(first, 1), words);
    await expectVerdict(first, { words: right.with(9, "zebra-crossing") }, passphrase(1), {
      why: "WORDS_UNKNOWN",
      words: [10],
    });
    await expectVerdict(first, { words: right.slice(1) }, passphrase(1), {
      why: "WORDS_COUNT",
      about: { count: 42 },
    });
    await expectVerdict(first, { payload: "BG1QQQ" }, passphrase(1), { why: "UNREADABLE" });
  });

  test("a card of another vault", async () => {
    await expectVerdict(first, { bytes: cardOf(stranger, 1) }, passphrase(1), {
      why: "OTHER_VAULT",
      who: null,
    });
  });

  test("a card of another epoch, either way, and of a cancelled sealing", async () => {
    await expectVerdict(second, { bytes: cardOf(first, 1) }, passphrase(1), {
      why: "OTHER_EPOCH",
      about: { cardEpoch: 1, vaultEpoch: 2 },
    });
    await expectVerdict(first, { bytes: cardOf(second, 1) }, passphrase(1), {
      why: "OTHER_EPOCH",
      about: { cardEpoch: 2, vaultEpoch: 1 },
    });
    await expectVerdict(second, { bytes: cardOf(cancelled, 1) }, passphrase(1), {
      why: "OTHER_SET",
    });
  });

  test("a share that was entered before, even with a wrong passphrase", async () => {
    await expectVerdict(first, { bytes: cardOf(first, 2) }, passphrase(9), {
      why: "ALREADY_ENTERED",
      who: "Custodian 2",
    });
  });

  test("a card that was altered: whose, before its passphrase is asked", async () => {
    for (const at of [11, 13, 44])
      await expectVerdict(first, changed(cardOf(first, 1), at), passphrase(9), {
        why: "ALTERED_CARD",
        who: "Custodian 1",
      });
    const xs = first.vault.header.custodians.map(({ x }) => x);
    const free = [1, 2, 3, 4].find((x) => !xs.includes(x)) ?? 5;
    await expectVerdict(first, { bytes: cardOf(first, 1).with(12, free) }, passphrase(1), {
      why: "ALTERED_CARD",
      who: null,
    });
  });

  test("a wrong passphrase: whose", async () => {
    await expectVerdict(first, { bytes: cardOf(first, 1) }, passphrase(3), {
      why: "WRONG_PASSPHRASE",
      who: "Custodian 1",
    });
    await expectVerdict(first, { bytes: cardOf(first, 1) }, new SecretBytes(utf8("")), {
      why: "WRONG_PASSPHRASE",
    });
  });

  test("a card of a later version, and bytes that are no card", async () => {
    await expectVerdict(first, { bytes: cardOf(first, 1).with(0, 2) }, passphrase(1), {
      why: "CARD_VERSION_UNKNOWN",
      about: { version: 2 },
    });
    await expectVerdict(first, { bytes: cardOf(first, 1).with(12, 0) }, passphrase(1), {
      why: "CARD_UNREADABLE",
    });
    await expectVerdict(first, { bytes: new Uint8Array(44) }, passphrase(1), {
      why: "CARD_UNREADABLE",
    });
  });
});

describe("a share check", () => {
  test("says a good share is good, with and without its passphrase", async () => {
    const input = { bytes: cardOf(first, 2) };
    const good = { kind: "good", place: 2, who: "Custodian 2" };
    expect(checkCard(first.vault, input, words)).toEqual(good);
    expect(await checkShare(first.vault, input, passphrase(2), words)).toEqual(good);
  });

  test("gives the same verdicts as entering does", async () => {
    expect(checkCard(first.vault, changed(cardOf(first, 2), 20), words)).toMatchObject({
      why: "ALTERED_CARD",
    });
    const wrong = await checkShare(first.vault, { bytes: cardOf(first, 2) }, passphrase(1), words);
    expect(wrong).toMatchObject({ why: "WRONG_PASSPHRASE", who: "Custodian 2" });
    expect(
      await checkShare(first.vault, { bytes: cardOf(stranger, 2) }, passphrase(2), words),
    ).toMatchObject({ why: "OTHER_VAULT" });
  });
});
