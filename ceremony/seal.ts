import { equal, sha256 } from "../crypto/bytes.ts";
import { encodeCard } from "../crypto/card.ts";
import type { Entropy } from "../crypto/entropy.ts";
import {
  cardHash,
  type Epoch,
  shareCommitment,
  shareMask,
  vaultIdOf,
  xor,
} from "../crypto/epoch.ts";
import { fail } from "./errors.ts";
import type { Custodian, Header } from "../crypto/header.ts";
import { type CredentialKey, FIDO2_LEAST, type HeaderKey } from "../crypto/header-keys.ts";
import { stretch } from "../crypto/kdf.ts";
import { KDF_SALT_BYTES, type KdfParams } from "../crypto/kdf-bounds.ts";
import { cipherLength, deriveKek, sealPayload } from "../crypto/payload.ts";
import { SecretBytes } from "../crypto/secret.ts";
import { split } from "../crypto/shamir.ts";
import { ID_BYTES, NONCE_BYTES, SECRET_BYTES } from "../crypto/sizes.ts";
import {
  type ParsedVault,
  parseVault,
  vaultFile,
  vaultPublicKey,
  vaultStart,
} from "../crypto/vault.ts";
import { slotId, slotKeyPair, touchKeyPair, wrapHardwareSecret } from "../crypto/wrap.ts";
import { payloadOf } from "./contents.ts";
import { type EnrolledSlot, requireSlotsOn } from "./slot.ts";
import type { Contents, Mode } from "./subject.ts";

/** What enrolling a security key yielded. */
export interface EnrolledKey {
  readonly credentialId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly aaguid: string;
  /** hmac-secret output, 32 bytes. Secret; the caller's to wipe. */
  readonly output: Uint8Array;
  readonly uvBound: boolean;
}

export type PlannedKey =
  | {
      readonly label: string;
      readonly use: "open" | "approve";
      readonly enrolment: EnrolledKey;
      /** The hmac-secret salt of the enrolment, 32 bytes. */
      readonly salt: Uint8Array;
    }
  /** An OTP slot, asked with a challenge that is fresh in every epoch: it is never carried. */
  | { readonly label: string; readonly slot: EnrolledSlot }
  /** A FIDO2 key of the epoch before, which may lie in a safe: H is wrapped to its public half. */
  | { readonly carried: CredentialKey };

export interface SealingPlan {
  readonly mode: Mode;
  readonly name: string;
  /** RFC 3339 UTC */
  readonly createdAt: string;
  readonly threshold: number;
  /** In the order of their places. Passphrases stay the caller's to wipe. */
  readonly custodians: readonly { readonly name: string; readonly passphrase: SecretBytes }[];
  readonly keys: readonly PlannedKey[];
  readonly contents: Contents;
  readonly kdf: KdfParams;
  readonly keyboard: string;
  /** Hex. */
  readonly runbookSha256: string;
  /** The epoch that this one replaces; none: a new vault. */
  readonly previous?: {
    readonly vaultId: Uint8Array;
    readonly epoch: number;
  };
}

export interface SealedCard {
  readonly place: number;
  readonly name: string;
  /** 45 bytes. */
  readonly bytes: Uint8Array;
}

/** A vault that does not count yet: in memory, unproven. */
export interface Candidate {
  readonly file: Uint8Array;
  readonly vault: ParsedVault;
  readonly cards: readonly SealedCard[];
  /** 32-byte Ed25519 seed: signs the seal record. */
  readonly vaultSigningKey: SecretBytes;
  /** What the proof needs besides the cards: each card's mask, and the payload's SHA-256. Secret. */
  readonly masks: readonly SecretBytes[];
  readonly payloadHash: Uint8Array;
  wipe(): void;
}

const opensByFido2 = (key: PlannedKey): boolean =>
  "carried" in key ? key.carried.use === "open" : "enrolment" in key && key.use === "open";

/** A slot is off unless the policy switches it on, and never the only kind. */
function checkSlots({ keys, contents }: SealingPlan): void {
  const label = keys.flatMap((key) => ("slot" in key ? [key.label] : [])).join(", ");
  if (label === "") return;
  requireSlotsOn(contents.policy, label);
  const have = keys.filter(opensByFido2).length;
  if (have < FIDO2_LEAST) fail("OTP_NEEDS_FIDO2", { label, need: FIDO2_LEAST, have });
}

const invalid = (field: string, why: string): never => {
  fail("PLAN_INVALID", { field, why });
};

function checkPlan(plan: SealingPlan): void {
  const count = plan.custodians.length;
  if (count < 2 || count > 255) invalid("custodians", "2 to 255 are possible");
  if (!Number.isInteger(plan.threshold) || plan.threshold < 2 || plan.threshold > count)
    invalid("threshold", "at least 2, at most the number of custodians");
  plan.custodians.forEach(({ passphrase }, index) => {
    if (passphrase.length < 8) invalid(`custodians[${index}].passphrase`, "shorter than 8 bytes");
  });
  if (plan.previous !== undefined && plan.previous.epoch >= 0xffff)
    invalid("epoch", "no epoch is left in this vault");
  for (const key of plan.keys)
    if ("enrolment" in key && !key.enrolment.uvBound) fail("UV_NOT_BOUND", { label: key.label });
  checkSlots(plan);
  const { kitExpires } = plan.contents.policy;
  if (kitExpires.slice(0, 19) <= plan.createdAt.slice(0, 19))
    invalid("policy.kitExpires", "is over already");
}

/** A passphrase after Argon2id, with the salt that stands in the header. */
export interface Stretched {
  readonly salt: Uint8Array;
  readonly key: SecretBytes;
}

/** The slow part of a sealing: one Argon2id per custodian. */
export async function stretchPassphrases(
  plan: SealingPlan,
  entropy: Entropy,
): Promise<readonly Stretched[]> {
  const stretched: Stretched[] = [];
  for (const { passphrase } of plan.custodians) {
    const salt = entropy(KDF_SALT_BYTES);
    // one after the other: each takes its full memory
    stretched.push({ salt, key: await stretch(passphrase, salt, plan.kdf) });
  }
  return stretched;
}

async function sealShares(
  plan: SealingPlan,
  epoch: Epoch,
  quorumSecret: SecretBytes,
  stretched: readonly Stretched[],
): Promise<{ custodians: Custodian[]; cards: SealedCard[]; masks: SecretBytes[] }> {
  const { threshold } = plan;
  const count = plan.custodians.length;
  const points = await split(quorumSecret, count, threshold);
  const custodians: Custodian[] = [];
  const cards: SealedCard[] = [];
  const masks: SecretBytes[] = [];
  for (const [index, { x, y }] of points.entries()) {
    const { name } = plan.custodians[index] ?? invalid("custodians", "count");
    const { salt, key } = stretched[index] ?? invalid("custodians", "count");
    const mask = shareMask(key.expose(), epoch, x);
    const bytes = encodeCard({
      vault: epoch.vaultId.subarray(0, 4),
      set: epoch.setId.subarray(0, 4),
      epoch: epoch.epoch,
      threshold,
      x,
      masked: xor(y, mask),
    });
    const place = index + 1;
    const commitment = shareCommitment(epoch, threshold, count, x, y);
    custodians.push({ place, name, x, salt, commitment, cardHash: cardHash(epoch, bytes) });
    cards.push({ place, name, bytes });
    masks.push(new SecretBytes(mask));
    y.fill(0);
  }
  return { custodians, cards, masks };
}

async function wrapToKey(
  key: PlannedKey,
  hardwareSecret: SecretBytes,
  epoch: Epoch,
): Promise<HeaderKey> {
  if ("carried" in key) {
    if (key.carried.use === "approve") return key.carried;
    const { pk, credentialId } = key.carried;
    const wrap = await wrapHardwareSecret(pk, hardwareSecret, epoch, credentialId);
    return { ...key.carried, ...wrap };
  }
  if ("slot" in key) return wrapToSlot(key.label, key.slot, hardwareSecret, epoch);
  const { label, use, enrolment, salt } = key;
  const { credentialId, aaguid, publicKey, output } = enrolment;
  const entry = { kind: "fido2", label, credentialId, aaguid, publicKey } as const;
  if (use === "approve") return { ...entry, use };
  const pair = await touchKeyPair(output, salt, epoch.vaultId, credentialId);
  pair.secretKey.wipe();
  const wrap = await wrapHardwareSecret(pair.publicKey, hardwareSecret, epoch, credentialId);
  return { ...entry, use, salt, pk: pair.publicKey, ...wrap };
}

async function wrapToSlot(
  label: string,
  { slot, serial, challenge, output }: EnrolledSlot,
  hardwareSecret: SecretBytes,
  epoch: Epoch,
): Promise<HeaderKey> {
  const pair = await slotKeyPair(output, challenge, slot, epoch);
  pair.secretKey.wipe();
  const id = slotId(slot, challenge);
  const wrap = await wrapHardwareSecret(pair.publicKey, hardwareSecret, epoch, id);
  const entry = { kind: "otp", use: "open", label, slot, serial, touch: true, challenge } as const;
  return { ...entry, pk: pair.publicKey, ...wrap };
}

/**
 * Seals in memory: fresh quorum secret, hardware secret and vault key, shares on cards, H wrapped to
 * every key. Refuses what `parseVault` would refuse. The result counts for nothing before
 * `proveSealing`.
 */
export async function seal(plan: SealingPlan, entropy: Entropy): Promise<Candidate> {
  checkPlan(plan);
  return sealStretched(plan, await stretchPassphrases(plan, entropy), entropy);
}

/** The rest of a sealing, after the slow part. Wipes `stretched`. */
export async function sealStretched(
  plan: SealingPlan,
  stretched: readonly Stretched[],
  entropy: Entropy,
): Promise<Candidate> {
  const secret = (): SecretBytes => new SecretBytes(entropy(SECRET_BYTES));
  const [quorumSecret, hardwareSecret, vaultSigningKey] = [secret(), secret(), secret()];
  const passing = [quorumSecret, hardwareSecret, ...stretched.map(({ key }) => key)];
  try {
    return await sealSecrets(plan, stretched, entropy, {
      quorumSecret,
      hardwareSecret,
      vaultSigningKey,
    });
  } finally {
    for (const one of passing) one.wipe();
  }
}

interface EpochSecrets {
  readonly quorumSecret: SecretBytes;
  readonly hardwareSecret: SecretBytes;
  readonly vaultSigningKey: SecretBytes;
}

async function sealSecrets(
  plan: SealingPlan,
  stretched: readonly Stretched[],
  entropy: Entropy,
  { quorumSecret, hardwareSecret, vaultSigningKey }: EpochSecrets,
): Promise<Candidate> {
  const vaultKey = await vaultPublicKey(vaultSigningKey);
  const epoch: Epoch = {
    mode: plan.mode,
    vaultId: plan.previous?.vaultId ?? vaultIdOf(vaultKey),
    epoch: (plan.previous?.epoch ?? 0) + 1,
    setId: entropy(ID_BYTES),
  };
  const plaintext = payloadOf(plan.contents, vaultSigningKey);
  const { custodians, cards, masks } = await sealShares(plan, epoch, quorumSecret, stretched);
  const keys: HeaderKey[] = [];
  for (const key of plan.keys) keys.push(await wrapToKey(key, hardwareSecret, epoch));
  const salt = entropy(SECRET_BYTES);
  const { kek, check } = deriveKek(quorumSecret, hardwareSecret, salt, epoch);
  const { mode, name, createdAt, threshold, kdf, keyboard, runbookSha256 } = plan;
  const header: Header = {
    mode,
    epoch,
    name,
    createdAt,
    threshold,
    custodians,
    keys,
    kdf,
    vaultKey,
    salt,
    check,
    keyboard,
    runbookSha256,
  };
  const { start, aad } = vaultStart(header, cipherLength(plaintext.length));
  const nonce = entropy(NONCE_BYTES);
  const ciphertext = await sealPayload(kek, epoch, nonce, plaintext.expose(), aad);
  kek.wipe();
  const payloadHash = sha256(plaintext.expose());
  plaintext.wipe();
  const file = await vaultFile(start, nonce, ciphertext, vaultSigningKey);
  const vault = parseVault(file);
  if (!equal(vault.aad, aad)) fail("PROOF_FAILED", { what: "file" });
  const wipe = (): void => {
    for (const one of [...masks, vaultSigningKey]) one.wipe();
  };
  return { file, vault, cards, vaultSigningKey, masks, payloadHash, wipe };
}
