/**
 * Made the files of this folder once, for BGVAULT1. It refuses to run where they stand: golden files
 * are never made again, or they would follow the code instead of judging it.
 */
import { existsSync, writeFileSync } from "node:fs";
import { seal, type SealingPlan } from "../../ceremony/seal.ts";
import { base64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { encodePayload, encodeWords } from "../../crypto/codeword.ts";
import { systemEntropy } from "../../crypto/entropy.ts";
import { isCredential } from "../../crypto/header-keys.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { parseVault } from "../../crypto/vault.ts";
import { aKey, contents, enrolled, planOf, words } from "../ceremony/sealing.ts";
import { makeRefused } from "./refused.ts";
import { type CardVerdict, kitPath, type Opens, outcome, type Refused } from "./kit.ts";

if (existsSync(kitPath("kit.json"))) throw new Error("the kit stands, and is never made again");

const random = await systemEntropy();
const opens: Opens[] = [];
const refused: Refused[] = [];
const cards: CardVerdict[] = [];
const sums = new Map<string, string>();

function store(name: string, bytes: Uint8Array): void {
  writeFileSync(kitPath(name), bytes, { flag: "wx" });
  sums.set(name, hex(sha256(bytes)));
}

interface Made {
  readonly name: string;
  readonly kit: Opens;
  readonly file: Uint8Array;
  readonly seed: SecretBytes;
  readonly cards: readonly Uint8Array[];
}

async function made(
  name: string,
  about: string,
  change: (plan: SealingPlan) => SealingPlan,
  count = 2,
  labels: readonly string[] = ["key-a"],
): Promise<Made> {
  const keys = [];
  for (const label of labels) keys.push(await enrolled(aKey(label), label));
  const plan = change(planOf(keys, { count }));
  const phrases = plan.custodians.map(({ passphrase }) =>
    new TextDecoder().decode(passphrase.expose()),
  );
  const candidate = await seal(plan, random);
  const kit: Opens = {
    file: name,
    about,
    cards: candidate.cards.map(({ bytes }, index) => ({
      payload: encodePayload(bytes),
      passphrase: phrases[index] ?? "",
    })),
    keys: plan.keys.flatMap((key) =>
      "enrolment" in key
        ? {
            credentialId: base64url(key.enrolment.credentialId),
            output: hex(key.enrolment.output),
          }
        : [],
    ),
    contents: hex(sha256(utf8(JSON.stringify(plan.contents)))),
  };
  store(name, candidate.file);
  opens.push(kit);
  return {
    name,
    kit,
    file: candidate.file,
    seed: candidate.vaultSigningKey,
    cards: candidate.cards.map(({ bytes }) => bytes),
  };
}

// what must open

const base = await made("opens-2-of-2.pullstation", "the smallest vault", (plan) => plan);
await made(
  "opens-3-of-5.pullstation",
  "three of five, two keys that open, names and passphrases of many scripts",
  (plan) => ({
    ...plan,
    threshold: 3,
    name: "Überlandwerk – Störfall",
    keyboard: "de-CH",
    custodians: ["Amélie", "李小龙", "علی‌رضا", "Ngũgĩ", "Ólafur Þór"].map((name, index) => ({
      name,
      passphrase: new SecretBytes(utf8(`größer als ${index} 東京 é`)),
    })),
    contents: { ...contents, secretPages: "# Größe 東京\n\n".repeat(200) },
  }),
  5,
  ["key-a", "key-b"],
);
await made("opens-4-lanes.pullstation", "Argon2id with 20,000 KiB, 3 passes, 4 lanes", (plan) => ({
  ...plan,
  kdf: { memoryKiB: 20_000, passes: 3, lanes: 4 },
}));
await made(
  "opens-real.pullstation",
  "a real vault: 256 MiB, 3 passes, keys of another AAGUID",
  (plan) => ({
    ...plan,
    mode: "REAL",
    kdf: KDF_REAL,
    keys: plan.keys.map((key) =>
      "enrolment" in key
        ? {
            ...key,
            enrolment: { ...key.enrolment, aaguid: "cb69481e-8ff7-4039-93ec-0a2729a154a8" },
          }
        : key,
    ),
  }),
  2,
  ["key-a", "key-b"],
);
const header = parseVault(base.file).header;
const epochs: Made[] = [];
for (const name of ["opens-epoch-2.pullstation", "opens-epoch-2-cancelled.pullstation"])
  epochs.push(
    await made(
      name,
      "the next epoch of opens-2-of-2, its key wrapped to without a touch",
      (plan) => ({
        ...plan,
        keys: header.keys.filter(isCredential).map((carried) => ({ carried })),
        previous: {
          vaultId: header.epoch.vaultId,
          epoch: 1,
        },
      }),
    ),
  );
for (const [index, kit] of opens.entries())
  if (kit.file.startsWith("opens-epoch-2")) opens[index] = { ...kit, keys: base.kit.keys };
const [second = base, cancelled = base] = epochs;

// what must be refused

async function refuse(slug: string, about: string, bytes: Uint8Array): Promise<void> {
  let when: Refused["when"] = "read";
  let code: string;
  try {
    parseVault(bytes);
    when = "open";
    code = await outcome(bytes, base.kit);
  } catch (error) {
    code = (error as { code: string }).code;
  }
  if (code.startsWith("opened")) throw new Error(`${slug} opens`);
  const file = `refused-${slug}.pullstation`;
  store(file, bytes);
  refused.push({ file, about, code, when, from: base.name });
}

await makeRefused(base, second.file, refuse);

const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);

// what a wrong share is told

const [cardA = base.file, cardB = base.file] = base.cards;
const [phrase = "", phraseB = ""] = base.kit.cards.map(({ passphrase }) => passphrase);
const card = (
  why: string,
  about: string,
  given: Pick<CardVerdict, "card" | "payload" | "words">,
  passphrase = phrase,
): void => {
  cards.push({ about, vault: base.name, ...given, passphrase, why });
};
const typed = encodeWords(cardA, words);
const wrongWord = (at: number): string =>
  words[(words.indexOf(typed[at] ?? "") + 5) % words.length] ?? "";
card("WORDS_SUSPECT", "word 17 is wrong", { words: typed.with(16, wrongWord(16)) });
card("WORDS_SUSPECT", "words 1 and 43 are wrong", {
  words: typed.with(0, wrongWord(0)).with(42, wrongWord(42)),
});
card("UNREADABLE", "six words are wrong", {
  words: typed.map((word, index) => (index % 7 === 0 ? wrongWord(index) : word)),
});
card("WORDS_UNKNOWN", "word 3 is in no list", { words: typed.with(2, "abracadabra") });
card("WORDS_COUNT", "a word was skipped", { words: typed.slice(1) });
card("UNREADABLE", "a payload with one character wrong", {
  payload: encodePayload(cardA).replace(/.$/, (last) => (last === "Q" ? "P" : "Q")),
});
card("UNREADABLE", "a payload of mixed case", {
  payload: `bg1${encodePayload(cardA).slice(3)}`,
});
card("UNREADABLE", "another QR code", { payload: "HTTPS://EXAMPLE.COM" });
card("CARD_UNREADABLE", "44 bytes", { card: hex(cardA.subarray(1)) });
card("CARD_UNREADABLE", "x = 0", { card: hex(cardA.with(12, 0)) });
card("CARD_VERSION_UNKNOWN", "version 2", { card: hex(cardA.with(0, 2)) });
card("OTHER_VAULT", "another vault's id", { card: hex(flip(cardA, 1)) });
card("OTHER_EPOCH", "a card of epoch 2", { card: hex(second.cards[0] ?? cardA) });
card("OTHER_SET", "a card of another sealing", { card: hex(flip(cardA, 5)) });
cards.push({
  about: "a card of a cancelled sealing",
  vault: second.name,
  card: hex(cancelled.cards[0] ?? cardA),
  passphrase: phrase,
  why: "OTHER_SET",
});
card("ALTERED_CARD", "another threshold", { card: hex(cardA.with(11, 3)) });
card("ALTERED_CARD", "the other custodian's x", { card: hex(cardA.with(12, cardB[12] ?? 0)) });
card("ALTERED_CARD", "one bit of the share", { card: hex(flip(cardA, 30)) });
card("WRONG_PASSPHRASE", "the other custodian's passphrase", { card: hex(cardA) }, phraseB);
card("WRONG_PASSPHRASE", "a space more", { card: hex(cardA) }, `${phrase} `);

const json = utf8(`${JSON.stringify({ opens, refused, cards }, null, 2)}\n`);
store("kit.json", json);
writeFileSync(
  kitPath("SHA256SUMS"),
  [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${sum}  ${name}\n`)
    .join(""),
  { flag: "wx" },
);
