import { equal } from "../crypto/bytes.ts";
import { type Card, decodeCard } from "../crypto/card.ts";
import { decodePayload, decodeWords } from "../crypto/codeword.ts";
import { cardHash, shareCommitment, shareMask, xor } from "../crypto/epoch.ts";
import { CodedError } from "../crypto/errors.ts";
import type { Custodian } from "../crypto/header.ts";
import { stretch } from "../crypto/kdf.ts";
import type { SecretBytes } from "../crypto/secret.ts";
import type { ParsedVault } from "../crypto/vault.ts";

/**
 * What a wrong share is told. The checks stand in one order, and each needs only the vault's header
 * and what this one custodian brought. This file forms no secret: it neither combines nor unwraps.
 */

/** A card as typed (43 words), as read by machine (BG1…), or as its 45 bytes. */
export type CardInput =
  | { readonly words: readonly string[] }
  | { readonly payload: string }
  | { readonly bytes: Uint8Array };

export type ShareCode =
  | "UNREADABLE"
  | "WORDS_SUSPECT"
  | "WORDS_UNKNOWN"
  | "WORDS_COUNT"
  | "CARD_UNREADABLE"
  | "CARD_VERSION_UNKNOWN"
  | "OTHER_VAULT"
  | "OTHER_EPOCH"
  | "OTHER_SET"
  | "ALREADY_ENTERED"
  | "ALTERED_CARD"
  | "WRONG_PASSPHRASE";

export interface Refusal {
  readonly kind: "rejected";
  readonly why: ShareCode;
  /** Whose share it is, as far as the card tells. */
  readonly who: string | null;
  /** Numbers of the words that are probably wrong, from 1. */
  readonly words: readonly number[];
  /** Fills the sentence of `why` in the failure catalogue. */
  readonly about: Readonly<Record<string, string | number>>;
}

const refusal = (
  why: ShareCode,
  about: Readonly<Record<string, string | number>> = {},
  who: string | null = null,
  words: readonly number[] = [],
): Refusal => ({ kind: "rejected", why, who, words, about });

const atWords = (why: ShareCode, places: readonly number[]): Refusal =>
  refusal(why, { words: places.join(", ") }, null, places);

function bytesOf(input: CardInput, wordList: readonly string[]): Uint8Array | Refusal {
  if ("bytes" in input) return input.bytes;
  const result =
    "words" in input ? decodeWords(input.words, wordList) : decodePayload(input.payload);
  switch (result.kind) {
    case "read":
      return result.bytes;
    case "suspect":
      return atWords("WORDS_SUSPECT", result.places);
    case "unknown-words":
      return atWords("WORDS_UNKNOWN", result.places);
    case "wrong-count":
      return refusal("WORDS_COUNT", { count: result.count });
    case "unreadable":
      return refusal("UNREADABLE");
  }
}

function cardOf(bytes: Uint8Array): Card | Refusal {
  try {
    return decodeCard(bytes);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const why = error.code === "CARD_VERSION_UNKNOWN" ? error.code : "CARD_UNREADABLE";
    return refusal(why, error.about);
  }
}

export interface CardMatch {
  readonly kind: "match";
  readonly custodian: Custodian;
  readonly card: Card;
}

/**
 * The verdict on a card without its passphrase: readable, of this vault, epoch and set, not entered
 * yet (`entered` holds places), and exactly as it was made.
 */
export function judgeCard(
  { header, epoch }: ParsedVault,
  input: CardInput,
  wordList: readonly string[],
  entered: ReadonlySet<number> = new Set(),
): CardMatch | Refusal {
  const bytes = bytesOf(input, wordList);
  if ("kind" in bytes) return bytes;
  const card = cardOf(bytes);
  if ("kind" in card) return card;
  if (!equal(card.vault, epoch.vaultId.subarray(0, 4))) return refusal("OTHER_VAULT");
  if (card.epoch !== epoch.epoch)
    return refusal("OTHER_EPOCH", { cardEpoch: card.epoch, vaultEpoch: epoch.epoch });
  if (!equal(card.set, epoch.setId.subarray(0, 4))) return refusal("OTHER_SET");
  const custodian = header.custodians.find(({ x }) => x === card.x);
  if (custodian === undefined) return refusal("ALTERED_CARD");
  const { name, place } = custodian;
  if (entered.has(place)) return refusal("ALREADY_ENTERED", { who: name }, name);
  return equal(cardHash(epoch, bytes), custodian.cardHash)
    ? { kind: "match", custodian, card }
    : refusal("ALTERED_CARD", {}, name);
}

/**
 * Takes the passphrase to a card that matched: one Argon2id, then the share's commitment. The share
 * (32 bytes, secret) is the caller's to wipe.
 */
export async function judgeShare(
  { header, epoch }: ParsedVault,
  { custodian, card }: CardMatch,
  passphrase: SecretBytes,
): Promise<{ readonly kind: "share"; readonly share: Uint8Array } | Refusal> {
  const stretched = await stretch(passphrase, custodian.salt, header.kdf);
  const mask = shareMask(stretched.expose(), epoch, custodian.x);
  stretched.wipe();
  const share = xor(card.masked, mask);
  mask.fill(0);
  const { threshold, custodians } = header;
  const commitment = shareCommitment(epoch, threshold, custodians.length, custodian.x, share);
  if (equal(commitment, custodian.commitment)) return { kind: "share", share };
  share.fill(0);
  return refusal("WRONG_PASSPHRASE", { who: custodian.name }, custodian.name);
}
