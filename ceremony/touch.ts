import { equal } from "../crypto/bytes.ts";
import type { Epoch } from "../crypto/epoch.ts";
import { CodedError } from "../crypto/errors.ts";
import { type CredentialKey, isCredential, type OpenKey } from "../crypto/header-keys.ts";
import type { SecretBytes } from "../crypto/secret.ts";
import type { ParsedVault } from "../crypto/vault.ts";
import { touchKeyPair, unwrapHardwareSecret } from "../crypto/wrap.ts";

/** How a person is told that a key waits for a finger, and gives the waiting up. */
export interface Asking {
  /** An AbortSignal, of which this room knows no more. */
  readonly signal?: { readonly aborted: boolean };
  readonly waiting?: (what: "touch" | "working") => void;
}

/** What a touch needs of a security key. */
export interface TouchableKey {
  info(): Promise<{ readonly label: string }>;
  /** A key shows a credential that asks for its PIN only to who knows the PIN. */
  holds(credentialId: Uint8Array, pin: string): Promise<boolean>;
  touch(
    request: Asking & {
      readonly credentialId: Uint8Array;
      readonly salt: Uint8Array;
      readonly pin: string;
    },
  ): Promise<Uint8Array>;
}

/** Nobody's attempt: no key was there, or no finger came. */
const NOBODY = ["KEY_NOT_PRESENT", "TOUCH_TIMEOUT", "TOUCH_CANCELLED"] as const;
/** What the key itself refused. */
const BY_THE_KEY = [
  "KEY_NEEDS_PIN",
  "PIN_MALFORMED",
  "PIN_WRONG",
  "PIN_PAUSED",
  "PIN_BLOCKED",
  "OTP_SLOT_REFUSED",
] as const;
/** A key that is not the one that was enrolled for this. */
const ANOTHER = [
  "KEY_HAS_NO_CREDENTIAL",
  "KEY_IS_ANOTHER",
  "KEY_ONLY_APPROVES",
  "KEY_OUTPUT_CHANGED",
] as const;
/** What a person can put right; every other error of a key is thrown. */
const EXPECTED = [...NOBODY, ...BY_THE_KEY] as const;

export type TouchCode = (typeof EXPECTED)[number] | (typeof ANOTHER)[number];

/** Whether a touch ended in this because somebody tried and was refused: such an attempt is recorded. */
export const isRefusedAttempt = (code: string): boolean =>
  [...BY_THE_KEY, ...ANOTHER].some((one) => one === code);

export interface TouchRefused {
  readonly kind: "refused";
  readonly why: TouchCode;
  readonly about: Readonly<Record<string, string | number>>;
}

/** The hardware secret of one epoch, as one enrolled key gave it. Only `touchVault` and `touchSlot` make one. */
export class Touch {
  readonly kind = "touch";
  readonly epoch: Epoch;
  /** The enrolled label of the key that was touched. */
  readonly label: string;
  readonly #secret: SecretBytes;

  constructor(epoch: Epoch, label: string, secret: SecretBytes) {
    this.epoch = epoch;
    this.label = label;
    this.#secret = secret;
  }

  get secret(): SecretBytes {
    return this.#secret;
  }

  wipe(): void {
    this.#secret.wipe();
  }
}

async function entryOn(
  key: TouchableKey,
  entries: readonly CredentialKey[],
  pin: string,
): Promise<CredentialKey | undefined> {
  // what opens first: a key may be enrolled for both uses
  for (const use of ["open", "approve"])
    for (const entry of entries)
      if (entry.use === use && (await key.holds(entry.credentialId, pin))) return entry;
  return undefined;
}

/** A key's error as a value, when a person can put it right; any other is thrown on. */
export function expectedRefusal(error: unknown): TouchRefused {
  const why = EXPECTED.find((code) => error instanceof CodedError && code === error.code);
  if (why === undefined || !(error instanceof CodedError)) throw error;
  return { kind: "refused", why, about: error.about };
}

async function outputOf(
  key: TouchableKey,
  { credentialId, salt }: OpenKey,
  pin: string,
  asking: Asking,
): Promise<Uint8Array | TouchRefused> {
  try {
    return await key.touch({ credentialId, salt, pin, ...asking });
  } catch (error) {
    return expectedRefusal(error);
  }
}

/**
 * One touch of an enrolled key: finds which of the vault's credentials this key holds, asks for the
 * touch, and unwraps the hardware secret. A key of another vault, a reviewer's key and a key that
 * was reset are named as such.
 */
export async function touchVault(
  key: TouchableKey,
  { header, epoch }: ParsedVault,
  pin: string,
  asking: Asking = {},
): Promise<Touch | TouchRefused> {
  const credentials = header.keys.filter(isCredential);
  let entry: CredentialKey | undefined;
  try {
    entry = await entryOn(key, credentials, pin);
  } catch (error) {
    return expectedRefusal(error);
  }
  if (entry?.use !== "open") {
    const { label } = entry ?? (await key.info());
    const enrolled = credentials.filter(({ use }) => use === "open").map((open) => open.label);
    const why = entry === undefined ? "KEY_HAS_NO_CREDENTIAL" : "KEY_ONLY_APPROVES";
    return { kind: "refused", why, about: { label, enrolled: enrolled.join(", ") } };
  }
  const output = await outputOf(key, entry, pin, asking);
  if ("kind" in output) return output;
  const { label, credentialId, salt } = entry;
  const pair = await touchKeyPair(output, salt, epoch.vaultId, credentialId);
  output.fill(0);
  try {
    if (!equal(pair.publicKey, entry.pk))
      return { kind: "refused", why: "KEY_OUTPUT_CHANGED", about: { label } };
    const secret = await unwrapHardwareSecret(pair.secretKey, entry, epoch, credentialId);
    return new Touch(epoch, label, secret);
  } finally {
    pair.secretKey.wipe();
  }
}
