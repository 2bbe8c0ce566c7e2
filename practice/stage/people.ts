import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CardInput, ceremonyRequests, ShareVerdict } from "../../contract/ceremony.ts";
import type { Mistake } from "../../contract/practice.ts";
import type { Client } from "../../contract/serve.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { decodePayload, encodePayload, encodeWords } from "../../crypto/codeword.ts";

type Window = Client<typeof ceremonyRequests>;
type TypedCard = Extract<CardInput, { words: unknown }>;

/** Where practice sticks are plugged in. */
export const sticksIn = (dir: string): string => join(dir, "practice", "sticks");

/** The PIN of every practice key: no secret, printed in the README. */
export const PRACTICE_PIN = "2468";

/**
 * The people of a rehearsal: they keep the passphrase that the vault process showed them and read
 * their card from its file, as a custodian would from paper. What they know lies in the stage's
 * folder in the clear: it opens a practice vault only.
 */
export class People {
  readonly #dir: string;
  readonly #file: string;
  readonly #cards: string;
  readonly #passphrases: Map<number, string>;

  constructor(dir: string) {
    this.#dir = dir;
    this.#file = join(dir, "practice", "people.json");
    this.#cards = join(dir, "cards");
    const kept: Record<string, string> = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, "utf8")) as Record<string, string>)
      : {};
    this.#passphrases = new Map(Object.entries(kept).map(([place, text]) => [Number(place), text]));
  }

  async choosePassphrase(window: Window, place: number): Promise<void> {
    const { passphrase } = await window.ask("choosePassphrase", { place });
    this.remember(place, passphrase);
  }

  /** The passphrase of a person at a real window, so that practice can fill it in for them. */
  remember(place: number, passphrase: string): void {
    this.#passphrases.set(place, passphrase);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const temp = `${this.#file}.tmp`;
    writeFileSync(temp, JSON.stringify(Object.fromEntries(this.#passphrases)), { mode: 0o600 });
    renameSync(temp, this.#file);
  }

  /** What the custodian at this place would have in hand. */
  inHand(
    place: number,
    mistake: boolean,
  ): { readonly words: string[]; readonly payload: string; readonly passphrase: string } {
    const { words } = mistake ? this.#mistyped(place) : this.#typed(place);
    const payload = encodePayload(this.#bytes(place));
    return { words: [...words], payload, passphrase: this.#passphrase(place) };
  }

  /** That custodian's stick, and no other, is plugged in: its share file lies under `sticks`. */
  plugStick(place: number, name: string): void {
    const sticks = sticksIn(this.#dir);
    rmSync(sticks, { recursive: true, force: true });
    const stick = join(sticks, `USB of ${name}`);
    mkdirSync(stick, { recursive: true, mode: 0o700 });
    writeFileSync(join(stick, "share.txt"), `${encodePayload(this.#bytes(place))}\n`);
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
          : mistake === "damaged-card"
            ? this.#damaged(place)
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
  #typed(place: number): TypedCard {
    const words = encodeWords(this.#bytes(place), wordList);
    return { words: [...words] };
  }

  #mistyped(place: number): TypedCard {
    const words = [...encodeWords(this.#bytes(place), wordList)];
    const right = words[16] ?? "";
    // The neighbour in the list: what a tired eye reads for it.
    words[16] = wordList[(wordList.indexOf(right) + 1) % wordList.length] ?? right;
    return { words };
  }

  /** Water ran over it: somebody guesses at three words, one more than can be located. */
  #damaged(place: number): TypedCard {
    const words = [...encodeWords(this.#bytes(place), wordList)];
    for (const at of [4, 17, 30]) {
      const right = words[at] ?? "";
      words[at] = wordList[(wordList.indexOf(right) + 101) % wordList.length] ?? right;
    }
    return { words };
  }

  #ofAnotherVault(place: number): CardInput {
    const other = this.#bytes(place).slice();
    // Bytes 1 to 4 are the beginning of the vault id (crypto/card.ts).
    for (let at = 1; at <= 4; at++) other[at] = (other[at] ?? 0) ^ 0xff;
    return { words: [...encodeWords(other, wordList)] };
  }
}
