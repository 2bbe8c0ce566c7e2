import type { Epoch } from "../crypto/epoch.ts";
import type { SecretBytes } from "../crypto/secret.ts";
import { combine, type Point } from "../crypto/shamir.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { type CardInput, judgeCard, judgeShare, type Refusal } from "./verdict.ts";

interface Count {
  /** Accepted shares, and how many make a quorum. */
  readonly have: number;
  readonly need: number;
}

export interface Accepted extends Count {
  readonly kind: "accepted";
  readonly place: number;
  readonly who: string;
}
export type Rejected = Refusal & Count;

export interface Incomplete extends Count {
  readonly kind: "incomplete";
}

/** The quorum secret of one epoch. Only `UntrustedQuorum.validate` makes one. */
export class Quorum {
  readonly kind = "quorum";
  readonly epoch: Epoch;
  /** Names of those whose shares formed it. */
  readonly custodians: readonly string[];
  readonly #secret: SecretBytes;

  constructor(epoch: Epoch, custodians: readonly string[], secret: SecretBytes) {
    this.epoch = epoch;
    this.custodians = custodians;
    this.#secret = secret;
  }

  get secret(): SecretBytes {
    return this.#secret;
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

/** Shares as custodians enter them, in any order. A rejected one costs nothing. */
export class UntrustedQuorum {
  readonly #vault: ParsedVault;
  readonly #wordList: readonly string[];
  readonly #entered = new Map<number, { readonly who: string; readonly point: Point }>();

  constructor(vault: ParsedVault, wordList: readonly string[]) {
    this.#vault = vault;
    this.#wordList = wordList;
  }

  /** The verdict on one share, before its custodian leaves. The passphrase stays the caller's. */
  async add(input: CardInput, passphrase: SecretBytes): Promise<Accepted | Rejected> {
    const entered = new Set(this.#entered.keys());
    const match = judgeCard(this.#vault, input, this.#wordList, entered);
    if (match.kind === "rejected") return { ...match, ...this.#count() };
    const verdict = await judgeShare(this.#vault, match, passphrase);
    if (verdict.kind === "rejected") return { ...verdict, ...this.#count() };
    const { place, name: who, x } = match.custodian;
    this.#entered.get(place)?.point.y.fill(0);
    this.#entered.set(place, { who, point: { x, y: verdict.share } });
    return { kind: "accepted", place, who, ...this.#count() };
  }

  /** The quorum, once enough shares were accepted; the shares are wiped then. */
  async validate(): Promise<Quorum | Incomplete> {
    const count = this.#count();
    if (count.have < count.need) return { kind: "incomplete", ...count };
    const shares = [...this.#entered.values()];
    const secret = await combine(
      shares.map(({ point }) => point),
      count.need,
    );
    this.wipe();
    return new Quorum(
      this.#vault.epoch,
      shares.map(({ who }) => who),
      secret,
    );
  }

  /** Forgets every share that was entered. */
  wipe(): void {
    for (const { point } of this.#entered.values()) point.y.fill(0);
    this.#entered.clear();
  }

  #count(): Count {
    return { have: this.#entered.size, need: this.#vault.header.threshold };
  }
}

/** Begins an unsealing; `wordList` is the card's list of 1,024 words. */
export const beginUnseal = (vault: ParsedVault, wordList: readonly string[]): UntrustedQuorum =>
  new UntrustedQuorum(vault, wordList);
