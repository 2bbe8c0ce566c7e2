import type { SecretBytes } from "../crypto/secret.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { type CardInput, judgeCard, judgeShare, type Refusal } from "./verdict.ts";

/** A share or card that is as it was sealed: nothing was reconstructed to know it. */
export interface Good {
  readonly kind: "good";
  readonly place: number;
  readonly who: string;
}

/** Card check, without the passphrase: this is the card that the header's hash names. */
export function checkCard(
  vault: ParsedVault,
  input: CardInput,
  wordList: readonly string[],
): Good | Refusal {
  const match = judgeCard(vault, input, wordList);
  if (match.kind === "rejected") return match;
  return { kind: "good", place: match.custodian.place, who: match.custodian.name };
}

/**
 * Full check of one share, against the header's commitments alone. Re-entry at sealing is this
 * check, so it can be restarted when the quorum secret is long gone.
 */
export async function checkShare(
  vault: ParsedVault,
  input: CardInput,
  passphrase: SecretBytes,
  wordList: readonly string[],
): Promise<Good | Refusal> {
  const match = judgeCard(vault, input, wordList);
  if (match.kind === "rejected") return match;
  const verdict = await judgeShare(vault, match, passphrase);
  if (verdict.kind === "rejected") return verdict;
  verdict.share.fill(0);
  return { kind: "good", place: match.custodian.place, who: match.custodian.name };
}
