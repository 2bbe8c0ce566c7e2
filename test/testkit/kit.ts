import { readFileSync } from "node:fs";
import { beginUnseal } from "../../ceremony/quorum.ts";
import type { CardInput } from "../../ceremony/verdict.ts";
import { type RespondingKey, touchSlot } from "../../ceremony/slot.ts";
import {
  type Touch,
  type TouchableKey,
  type TouchRefused,
  touchVault,
} from "../../ceremony/touch.ts";
import { unseal } from "../../ceremony/unseal.ts";
import { WORDS } from "../../contract/words.ts";
import { base64url, equal, fromHex, hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { isSlot } from "../../crypto/header-keys.ts";
import { SecretBytes } from "../../crypto/secret.ts";
import { type ParsedVault, parseVault, vaultPublicKey } from "../../crypto/vault.ts";

interface CredentialAnswer {
  readonly credentialId: string;
  /** hmac-secret, 32 bytes. */
  readonly output: string;
}

interface SlotAnswer {
  readonly serial: number | null;
  readonly challenge: string;
  /** HMAC-SHA1, 20 bytes. */
  readonly output: string;
}

/** What kit.json holds: a vault that must open has all that opens it; one that must not, a code. */
export interface Opens {
  readonly file: string;
  readonly about: string;
  readonly cards: readonly { readonly payload: string; readonly passphrase: string }[];
  /** What each security key answers: credential id or slot and challenge (base64url), output (hex). */
  readonly keys: readonly (CredentialAnswer | SlotAnswer)[];
  /** SHA-256 (hex) of the contents' JSON. */
  readonly contents: string;
}

export interface Refused {
  readonly file: string;
  readonly about: string;
  readonly code: string;
  /** Refused when read, or only when opened with everything that opens `from`. */
  readonly when: "read" | "open";
  readonly from: string;
  /** Which of its keys is tried; without it the first. */
  readonly key?: number;
}

export interface CardVerdict {
  readonly about: string;
  readonly vault: string;
  /** The 45 bytes, hex; or what was typed or scanned instead. */
  readonly card?: string;
  readonly payload?: string;
  readonly words?: readonly string[];
  readonly passphrase: string;
  readonly why: string;
}

export interface Kit {
  readonly opens: readonly Opens[];
  readonly refused: readonly Refused[];
  readonly cards: readonly CardVerdict[];
}

export const kitPath = (name: string): URL => new URL(name, import.meta.url);
export const stored = (name: string): Uint8Array => new Uint8Array(readFileSync(kitPath(name)));

/** A security key that only repeats what was written down of it. */
export const replayed = ({ keys }: Pick<Opens, "keys">, only: number): TouchableKey => {
  const given = keys[only];
  const key = given !== undefined && "credentialId" in given ? given : undefined;
  return {
    info: async () => ({ label: `replayed ${only}` }),
    holds: async (credentialId) => base64url(credentialId) === key?.credentialId,
    touch: async () => fromHex(key?.output ?? ""),
  };
};

const replayedSlot = ({ serial, challenge, output }: SlotAnswer): RespondingKey => ({
  label: "replayed slot",
  facts: async () => ({ serial }),
  respond: async (asked) =>
    base64url(asked.challenge) === challenge ? fromHex(output) : new Uint8Array(20),
});

/** A slot is asked by whatever label the header gives it. */
function touched(vault: ParsedVault, kit: Opens, index: number): Promise<Touch | TouchRefused> {
  const key = kit.keys[index];
  if (key === undefined || "credentialId" in key)
    return touchVault(replayed(kit, index), vault, "");
  const entry = vault.header.keys.find(isSlot);
  return touchSlot(replayedSlot(key), vault, entry?.label ?? "no slot");
}

/** Opens a file with all that opens `with`; "opened <SHA-256 of the contents>", or the code. */
export async function outcome(file: Uint8Array, kit: Opens, key = 0): Promise<string> {
  try {
    const vault = parseVault(file);
    const entering = beginUnseal(vault, WORDS);
    for (const { payload, passphrase } of kit.cards.slice(0, vault.header.threshold)) {
      const verdict = await entering.add({ payload }, new SecretBytes(utf8(passphrase)));
      if (verdict.kind === "rejected") return verdict.why;
    }
    const quorum = await entering.validate();
    const touch = await touched(vault, kit, key);
    if (quorum.kind === "incomplete") return "TOO_FEW_SHARES";
    if (touch.kind === "refused") return touch.why;
    const open = await unseal(vault, quorum, touch);
    const signs = await vaultPublicKey(open.vaultSigningKey);
    if (!equal(signs, vault.header.vaultKey)) return "another vault key";
    return `opened ${hex(sha256(utf8(JSON.stringify(open.contents))))}`;
  } catch (error) {
    if (error instanceof CodedError) return error.code;
    throw error;
  }
}

export const inputOf = ({ card, payload, words }: CardVerdict): CardInput => {
  if (card !== undefined) return { bytes: fromHex(card) };
  return payload === undefined ? { words: words ?? [] } : { payload };
};
