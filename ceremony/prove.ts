import { equal, sha256 } from "../crypto/bytes.ts";
import { encodePayload, encodeWords } from "../crypto/codeword.ts";
import { shareCommitment, xor } from "../crypto/epoch.ts";
import { fail } from "./errors.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { deriveKek, openPayload } from "../crypto/payload.ts";
import type { SecretBytes } from "../crypto/secret.ts";
import { combine, onOnePolynomial, type Point } from "../crypto/shamir.ts";
import type { Candidate } from "./seal.ts";
import { type RespondingKey, touchSlot } from "./slot.ts";
import { type Asking, type TouchableKey, type TouchRefused, touchVault } from "./touch.ts";
import { judgeCard } from "./verdict.ts";

export interface SealingProof {
  readonly kind: "proved";
  readonly cards: number;
  /** Labels of the keys that opened the candidate. */
  readonly trialOpenedWith: readonly string[];
}

/** A key at the sealing: a FIDO2 key with its PIN, or the YubiKey whose slot is enrolled as `label`. */
export type Present = { readonly asking?: Asking } & (
  | { readonly key: TouchableKey; readonly pin: string }
  | { readonly slot: RespondingKey; readonly label: string }
);

const failed = (what: string): never => {
  fail("PROOF_FAILED", { what });
};

/** Each card read back from both of its skins, unmasked, and held against the stored header. */
function pointsOf({ vault, cards, masks }: Candidate, wordList: readonly string[]): Point[] {
  const { header, epoch } = vault;
  const count = header.custodians.length;
  if (cards.length !== count || masks.length !== count) failed("number of cards");
  return cards.map(({ place, bytes }, index) => {
    const typed = judgeCard(vault, { words: encodeWords(bytes, wordList) }, wordList);
    const scanned = judgeCard(vault, { payload: encodePayload(bytes) }, wordList);
    if (typed.kind === "rejected" || scanned.kind === "rejected") return failed(`card ${place}`);
    const { card, custodian } = typed;
    if (custodian.place !== place || !equal(card.masked, scanned.card.masked))
      return failed(`card ${place}`);
    const y = xor(card.masked, masks[index]?.expose() ?? failed(`card ${place}`));
    const commitment = shareCommitment(epoch, header.threshold, count, card.x, y);
    if (!equal(commitment, custodian.commitment)) return failed(`share ${place}`);
    return { x: card.x, y };
  });
}

async function opensTo(
  vault: ParsedVault,
  quorumSecret: SecretBytes,
  hardwareSecret: SecretBytes,
  payloadHash: Uint8Array,
): Promise<boolean> {
  const { kek, check } = deriveKek(quorumSecret, hardwareSecret, vault.header.salt, vault.epoch);
  try {
    if (!equal(check, vault.header.check)) return false;
    const { epoch, nonce, ciphertext, aad } = vault;
    const plaintext = await openPayload(kek, epoch, nonce, ciphertext, aad);
    const same = equal(sha256(plaintext.expose()), payloadHash);
    plaintext.wipe();
    return same;
  } finally {
    kek.wipe();
  }
}

/**
 * Proves a candidate before it may count: every card parsed back, all points on one polynomial, and
 * a trial opening with each key present (one touch each). `PROOF_FAILED` names what did not hold; a
 * wrong PIN or a missed touch is a value, and the proof can be tried again.
 */
export async function proveSealing(
  candidate: Candidate,
  present: readonly Present[],
  wordList: readonly string[],
): Promise<SealingProof | TouchRefused> {
  const { vault, payloadHash, cards } = candidate;
  const { threshold } = vault.header;
  if (present.length === 0) failed("no security key present");
  const points = pointsOf(candidate, wordList);
  try {
    if (!onOnePolynomial(points, threshold)) failed("shares of different secrets");
    const quorumSecret = await combine(points.slice(0, threshold), threshold);
    try {
      const trialOpenedWith: string[] = [];
      for (const one of present) {
        const touch =
          "slot" in one
            ? await touchSlot(one.slot, vault, one.label, one.asking)
            : await touchVault(one.key, vault, one.pin, one.asking);
        if (touch.kind === "refused") return touch;
        const opened = await opensTo(vault, quorumSecret, touch.secret, payloadHash);
        touch.wipe();
        if (!opened) failed(`trial opening with ${touch.label}`);
        trialOpenedWith.push(touch.label);
      }
      return { kind: "proved", cards: cards.length, trialOpenedWith };
    } finally {
      quorumSecret.wipe();
    }
  } finally {
    for (const { y } of points) y.fill(0);
  }
}
