import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WORDS } from "../../contract/words.ts";
import { base64url, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { decodePayload, encodeWords } from "../../crypto/codeword.ts";
import { PRACTICE_PIN } from "../../practice/stage/people.ts";
import { parseAccessKeys } from "../../aws/documents/access-keys.ts";

/** Something that only its owner may see: in its raw bytes, or as people and files write it. */
export interface Secret {
  readonly name: string;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** Too short to look for in other codings: pieces of four letters turn up by chance. */
  readonly asItIs?: true;
}

const json = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const fromBase64url = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));

interface PracticeWorld {
  readonly sessions: Readonly<
    Record<string, { readonly secretAccessKey: string; readonly token: string }>
  >;
}
interface PracticeKey {
  readonly master: string;
}

/** Sessions come and go: to be called while the drill runs, too. */
export function sessionsIn(dir: string): readonly Secret[] {
  const file = join(dir, "practice", "aws.json");
  if (!existsSync(file)) return [];
  const { sessions } = json<PracticeWorld>(file);
  return Object.entries(sessions).flatMap(([id, { secretAccessKey, token }]) => [
    { name: `session key of ${id}`, text: secretAccessKey },
    { name: `session token of ${id}`, text: token },
  ]);
}

/** Every secret of a drill that its stage, its station and its cards keep in the clear. */
export function secretsOf(dir: string): readonly Secret[] {
  const practice = join(dir, "practice");
  const kit = join(practice, "kit");
  const people = json<Readonly<Record<string, string>>>(join(practice, "people.json"));
  const seeds = json<Readonly<Record<string, string>>>(join(kit, "mfa.json"));
  const station = json<{ readonly seed: string }>(join(dir, "station.key"));
  // Of later epochs in folders below.
  const cards = readdirSync(join(dir, "cards"), { encoding: "utf8", recursive: true }).filter(
    (name) => name.endsWith(".txt"),
  );
  return [
    ...Object.entries(people).map(([place, text]) => ({ name: `passphrase ${place}`, text })),
    ...cards.flatMap((name) => {
      const payload = readFileSync(join(dir, "cards", name), "utf8").trim();
      const card = decodePayload(payload);
      if (card.kind !== "read") throw new Error("a card can't be read");
      const words = encodeWords(card.bytes, WORDS);
      return [
        { name: `payload ${name}`, text: payload },
        { name: `card ${name}`, bytes: card.bytes },
        // The masked share: the card without its public beginning.
        { name: `share ${name}`, bytes: card.bytes.slice(13) },
        { name: `words ${name}`, text: words.slice(12, 18).join(" ") },
        { name: `words as JSON ${name}`, text: words.slice(12, 18).join('","') },
      ];
    }),
    ...readdirSync(kit)
      .filter((name) => name.endsWith(".csv"))
      .flatMap((name) => parseAccessKeys(readFileSync(join(kit, name), "utf8"), name, null))
      .map(({ file, secretAccessKey }) => ({ name: `key of ${file}`, text: secretAccessKey })),
    ...Object.entries(seeds).map(([account, text]) => ({ name: `TOTP seed of ${account}`, text })),
    ...["north", "south"].map((label) => ({
      name: `master secret of key ${label}`,
      bytes: fromBase64url(json<PracticeKey>(join(practice, `key-${label}.json`)).master),
    })),
    { name: "station seed", bytes: fromBase64url(station.seed) },
    { name: "PIN as a value", text: `"${PRACTICE_PIN}"`, asItIs: true },
    { name: "PIN's hash", bytes: sha256(utf8(PRACTICE_PIN)).slice(0, 16) },
    { name: "sealed runbook page", text: "Root mailbox of the management account" },
    ...sessionsIn(dir),
  ];
}

/** A secret as it could be found: itself, or in any usual coding at any offset of a longer text. */
export function spellings({ text, bytes, asItIs }: Secret): readonly string[] {
  if (asItIs === true && text !== undefined) return [text];
  const raw = bytes ?? utf8(text ?? "");
  const inside = [0, 1, 2].flatMap((offset) => {
    // Base64 codes three bytes in four letters: whole groups within a longer text.
    const cut = raw.subarray(offset, raw.length - ((raw.length - offset) % 3));
    return [base64(cut), base64url(cut)];
  });
  const own =
    text === undefined ? [] : [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)];
  return [...new Set([...own, hex(raw), hex(raw).toUpperCase(), ...inside])];
}

/** The names of the secrets that a haystack holds. */
export const foundIn = (haystack: string, secrets: readonly Secret[]): readonly string[] =>
  secrets.flatMap((secret) =>
    spellings(secret).some((needle) => haystack.includes(needle)) ? [secret.name] : [],
  );

/** A message as text: bytes in every usual coding, everything else as JSON. */
export function asText(message: unknown): string {
  const bytes: Uint8Array[] = [];
  const text = JSON.stringify(message, (_, value: unknown) => {
    if (!(value instanceof Uint8Array)) return value;
    bytes.push(value);
    return "";
  });
  return [
    text,
    ...bytes.flatMap((one) => [hex(one), base64(one), Buffer.from(one).toString("latin1")]),
  ].join("\n");
}
