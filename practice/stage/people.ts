import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CardInput, ceremonyRequests, ShareVerdict } from "../../contract/ceremony.ts";
import type { Mistake } from "../../contract/practice.ts";
import type { Client } from "../../contract/serve.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { decodePayload, encodeWords } from "../../crypto/codeword.ts";

type Window = Client<typeof ceremonyRequests>;

/** The PIN of every practice key: no secret, printed in the README. */
export const PRACTICE_PIN = "2468";

/**
 * The people of a rehearsal: they keep the passphrase that the vault process showed them and read
 * their card from its file, as a custodian would from paper. What they know lies in the stage's
 * folder in the clear: it opens a practice vault only.
 */
export class People {
  readonly #file: string;
  readonly #cards: string;
  readonly #passphrases: Map<number, string>;

  constructor(dir: string) {
    this.#file = join(dir, "practice", "people.json");
    this.#cards = join(dir, "cards");
    const kept: Record<string, string> = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, "utf8")) as Record<string, string>)
      : {};
    this.#passphrases = new Map(Object.entries(kept).map(([place, text]) => [Number(place), text]));
  }

  async choosePassphrase(window: Window, place: number): Promise<void> {
    const { passphrase } = await window.ask("choosePassphrase", { place });
    this.#passphrases.set(place, passphrase);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const temp = `${this.#file}.tmp`;
    writeFileSync(temp, JSON.stringify(Object.fromEntries(this.#passphrases)), { mode: 0o600 });
    renameSync(temp, this.#file);
  }

  reenter(window: Window, place: number): Promise<ShareVerdict> {
    return window.ask("reenter", { card: this.#typed(place), passphrase: this.#passphrase(place) });
  }

  enterShare(window: Window, place: number, mistake: Mistake | null): Promise<ShareVerdict> {
    const passphrase = this.#passphrase(place);
    if (mistake === "wrong-passphrase")
      return window.ask("enterShare", {
        card: this.#typed(place),
        passphrase: passphrase.split(" ").toReversed().join(" "),
      });
    const card =
      mistake === "mistyped-word"
        ? this.#mistyped(place)
        : mistake === "other-vault"
          ? this.#ofAnotherVault(place)
          : this.#typed(place);
    return window.ask("enterShare", { card, passphrase });
  }

  #passphrase(place: number): string {
    return this.#passphrases.get(place) ?? "";
  }

  #bytes(place: number): Uint8Array {
    const file = join(this.#cards, `${String(place).padStart(3, "0")}.txt`);
    const card = decodePayload(readFileSync(file, "utf8"));
    if (card.kind !== "read") throw new Error("the practice card can't be read");
    return card.bytes;
  }

  /** The first custodian hands over a USB file; the others type the words. */
  #typed(place: number): CardInput {
    const words = encodeWords(this.#bytes(place), wordList);
    return { words: [...words] };
  }

  #mistyped(place: number): CardInput {
    const words = [...encodeWords(this.#bytes(place), wordList)];
    const right = words[16] ?? "";
    // The neighbour in the list: what a tired eye reads for it.
    words[16] = wordList[(wordList.indexOf(right) + 1) % wordList.length] ?? right;
    return { words };
  }

  #ofAnotherVault(place: number): CardInput {
    const other = this.#bytes(place).slice();
    // Bytes 1 to 4 are the beginning of the vault id (crypto/card.ts).
    for (let at = 1; at <= 4; at++) other[at] = (other[at] ?? 0) ^ 0xff;
    return { words: [...encodeWords(other, wordList)] };
  }
}
