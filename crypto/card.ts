import { concat, u16be } from "./bytes.ts";
import { fail } from "./errors.ts";

/**
 * What a custodian holds, on paper or USB: 45 bytes, useless without the passphrase.
 *
 *     version (1) | vaultId[0..4] | setId[0..4] | epoch u16 | k | x | share XOR mask (32)
 *
 * No tag: the header of the vault file holds each card's hash.
 */
export const CARD_BYTES = 45;
export const CARD_VERSION = 1;

export interface Card {
  /** First 4 bytes of the vault's id. */
  readonly vault: Uint8Array;
  /** First 4 bytes of the sealing attempt's id. */
  readonly set: Uint8Array;
  readonly epoch: number;
  readonly threshold: number;
  readonly x: number;
  /** 32 bytes. */
  readonly masked: Uint8Array;
}

export function encodeCard(card: Card): Uint8Array {
  const bytes = concat(
    Uint8Array.of(CARD_VERSION),
    card.vault,
    card.set,
    u16be(card.epoch),
    Uint8Array.of(card.threshold, card.x),
    card.masked,
  );
  return bytes.length === CARD_BYTES ? bytes : fail("CARD_UNREADABLE");
}

/** `CARD_UNREADABLE` unless 45 bytes with possible numbers; `CARD_VERSION_UNKNOWN` names the version. */
export function decodeCard(bytes: Uint8Array): Card {
  if (bytes.length !== CARD_BYTES) fail("CARD_UNREADABLE");
  const [version = 0] = bytes;
  if (version !== CARD_VERSION) fail("CARD_VERSION_UNKNOWN", { version });
  const card: Card = {
    vault: bytes.slice(1, 5),
    set: bytes.slice(5, 9),
    epoch: ((bytes[9] ?? 0) << 8) | (bytes[10] ?? 0),
    threshold: bytes[11] ?? 0,
    x: bytes[12] ?? 0,
    masked: bytes.slice(13),
  };
  return card.epoch === 0 || card.threshold < 2 || card.x === 0 ? fail("CARD_UNREADABLE") : card;
}
