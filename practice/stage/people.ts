import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CardInput, ceremonyRequests, ShareVerdict } from "../../contract/ceremony.ts";
import type { Mistake } from "../../contract/practice.ts";
import type { Client } from "../../contract/serve.ts";
import { WORDS as wordList } from "../../contract/words.ts";
import { decodePayload, encodePayload, encodeWords } from "../../crypto/codeword.ts";
import { parseVault } from "../../crypto/vault.ts";

type Window = Client<typeof ceremonyRequests>;
type TypedCard = Extract<CardInput, { words: unknown }>;

const VAULT = "vault.pullstation";
const keyOf = (epoch: number, place: number): string =>
  epoch <= 1 ? String(place) : `${epoch}/${place}`;

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
  /** By the epoch's number and the place; the first epoch's by the place alone. */
  readonly #passphrases: Map<string, string>;
  /** Places whose cards got wet, for as long as this stage stands. */
  readonly #wet = new Set<number>();

  constructor(dir: string) {
    this.#dir = dir;
    this.#file = join(dir, "practice", "people.json");
    this.#cards = join(dir, "cards");
    const kept: Record<string, string> = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, "utf8")) as Record<string, string>)
      : {};
    this.#passphrases = new Map(Object.entries(kept));
  }

  async choosePassphrase(window: Window, place: number): Promise<void> {
    const { passphrase } = await window.ask("choosePassphrase", { place });
    this.remember(place, passphrase);
  }

  /**
   * The passphrase that a person was shown for the epoch to come, at a real window too: practice can
   * fill it in for them.
   */
  remember(place: number, passphrase: string): void {
    this.#passphrases.set(keyOf(this.#epochOf(VAULT) + 1, place), passphrase);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const temp = `${this.#file}.tmp`;
    writeFileSync(temp, JSON.stringify(Object.fromEntries(this.#passphrases)), { mode: 0o600 });
    renameSync(temp, this.#file);
  }

  /** From now on nobody can read that custodian's card, in any of its skins. */
  damage(place: number): void {
    this.#wet.add(place);
  }

  /** What the custodian at this place would have in hand, of the live vault or of the new one. */
  inHand(
    place: number,
    mistake: boolean,
    set: "live" | "next" = "live",
  ): { readonly words: string[]; readonly payload: string; readonly passphrase: string } {
    const epoch = set === "next" ? this.#newest() : this.#live();
    const { words } = this.#wet.has(place)
      ? this.#damaged(place, epoch)
      : mistake
        ? this.#mistyped(place, epoch)
        : this.#typed(place, epoch);
    const payload = this.#payload(place, epoch);
    return { words: [...words], payload, passphrase: this.#passphrase(place, epoch) };
  }

  /** That custodian's stick, and no other, is plugged in: its share file lies under `sticks`. */
  plugStick(place: number, name: string, set: "live" | "next" = "live"): void {
    const epoch = set === "next" ? this.#newest() : this.#live();
    const sticks = sticksIn(this.#dir);
    rmSync(sticks, { recursive: true, force: true });
    const stick = join(sticks, `USB of ${name}`);
    mkdirSync(stick, { recursive: true, mode: 0o700 });
    writeFileSync(join(stick, "share.txt"), `${this.#payload(place, epoch)}\n`);
  }

  reenter(window: Window, place: number): Promise<ShareVerdict> {
    const epoch = this.#newest();
    const passphrase = this.#passphrase(place, epoch);
    return window.ask("reenter", { card: this.#typed(place, epoch), passphrase });
  }

  enterShare(window: Window, place: number, mistake: Mistake | null): Promise<ShareVerdict> {
    const epoch = this.#live();
    const passphrase = this.#passphrase(place, epoch);
    if (mistake === "wrong-passphrase")
      return window.ask("enterShare", {
        card: this.#typed(place, epoch),
        passphrase: passphrase.split(" ").toReversed().join(" "),
      });
    const card =
      mistake === "mistyped-word"
        ? this.#mistyped(place, epoch)
        : mistake === "other-vault"
          ? this.#ofAnotherVault(place, epoch)
          : mistake === "damaged-card"
            ? this.#damaged(place, epoch)
            : this.#typed(place, epoch);
    return window.ask("enterShare", { card, passphrase });
  }

  #passphrase(place: number, epoch: number): string {
    return this.#passphrases.get(keyOf(epoch, place)) ?? "";
  }

  /** The epoch whose cards open; before the first commit, that of the candidate. */
  #live(): number {
    return this.#epochOf(VAULT) || this.#newest();
  }

  /** The epoch whose cards were handed out last. */
  #newest(): number {
    return this.#epochOf(`${VAULT}.candidate`) || this.#epochOf(VAULT);
  }

  /** 0: there is no such vault. People come with their cards also to one that is damaged. */
  #epochOf(file: string): number {
    const path = join(this.#dir, file);
    if (!existsSync(path)) return 0;
    try {
      return parseVault(new Uint8Array(readFileSync(path))).epoch.epoch;
    } catch {
      return 1;
    }
  }

  #bytes(place: number, epoch: number): Uint8Array {
    const folder = epoch <= 1 ? this.#cards : join(this.#cards, `epoch-${epoch}`);
    const file = join(folder, `${String(place).padStart(3, "0")}.txt`);
    const card = decodePayload(readFileSync(file, "utf8"));
    if (card.kind !== "read") throw new Error("the practice card can't be read");
    return card.bytes;
  }

  #payload(place: number, epoch: number): string {
    const whole = encodePayload(this.#bytes(place, epoch));
    // The code lost its last part.
    return this.#wet.has(place) ? whole.slice(0, -12) : whole;
  }

  /** The first custodian hands over a USB file; the others type the words. */
  #typed(place: number, epoch: number): TypedCard {
    const words = encodeWords(this.#bytes(place, epoch), wordList);
    return { words: [...words] };
  }

  #mistyped(place: number, epoch: number): TypedCard {
    const words = [...encodeWords(this.#bytes(place, epoch), wordList)];
    const right = words[16] ?? "";
    // The neighbour in the list: what a tired eye reads for it.
    words[16] = wordList[(wordList.indexOf(right) + 1) % wordList.length] ?? right;
    return { words };
  }

  /** Water ran over it: somebody guesses at three words, one more than can be located. */
  #damaged(place: number, epoch: number): TypedCard {
    const words = [...encodeWords(this.#bytes(place, epoch), wordList)];
    for (const at of [4, 17, 30]) {
      const right = words[at] ?? "";
      words[at] = wordList[(wordList.indexOf(right) + 101) % wordList.length] ?? right;
    }
    return { words };
  }

  #ofAnotherVault(place: number, epoch: number): CardInput {
    const other = this.#bytes(place, epoch).slice();
    // Bytes 1 to 4 are the beginning of the vault id (crypto/card.ts).
    for (let at = 1; at <= 4; at++) other[at] = (other[at] ?? 0) ^ 0xff;
    return { words: [...encodeWords(other, wordList)] };
  }
}
