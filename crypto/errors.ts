/**
 * The one error class of the house. A code is from a closed union per room; its sentence of what
 * happened and what to do stands in contract/failures. `about` fills the sentence's {placeholders}
 * and holds public facts only: never a secret.
 */
export class CodedError<Code extends string = string> extends Error {
  override readonly name = "CodedError";
  readonly code: Code;
  readonly about: Readonly<Record<string, string | number>>;

  constructor(
    code: Code,
    about: Readonly<Record<string, string | number>> = {},
    options?: { cause?: unknown },
  ) {
    const facts = Object.entries(about).map(([key, value]) => `${key}=${value}`);
    super([code, ...facts].join(" "), options);
    this.code = code;
    this.about = about;
  }
}

/** Codes of crypto/. */
export type CryptoCode =
  // canonical form and encodings
  | "NOT_CANONICAL"
  | "BAD_ENCODING"
  // key derivation
  | "KDF_OUT_OF_BOUNDS"
  | "KDF_FAILED"
  // Shamir
  | "BAD_SHARE_COUNT"
  | "BAD_THRESHOLD"
  | "SHARE_X_ZERO"
  | "SHARE_DUPLICATE"
  | "SHARE_MALFORMED"
  | "TOO_FEW_SHARES"
  // the vault file
  | "NOT_A_VAULT"
  | "VAULT_VERSION_UNKNOWN"
  | "VAULT_TRUNCATED"
  | "VAULT_TRAILING_BYTES"
  | "VAULT_TOO_LARGE"
  | "HEADER_INVALID"
  | "PRACTICE_AND_REAL_MIXED"
  | "VAULT_SIGNATURE_INVALID"
  | "VAULT_KEYS_WRONG"
  | "VAULT_CORRUPT"
  // cards
  | "CARD_UNREADABLE"
  | "CARD_VERSION_UNKNOWN"
  // boxes handed between processes, and wraps for security keys
  | "BOX_INVALID"
  // records and signatures
  | "SSHSIG_MALFORMED"
  | "SSHSIG_NAMESPACE"
  | "SIGNATURE_INVALID"
  | "RECORD_MALFORMED"
  // the sodium library did not load
  | "SODIUM_MISSING";

export type CryptoError = CodedError<CryptoCode>;

/** Throws the room's error: short at the call site, typed by the closed union. */
export function fail(
  code: CryptoCode,
  about?: Readonly<Record<string, string | number>>,
  cause?: unknown,
): never {
  throw new CodedError<CryptoCode>(code, about, cause === undefined ? undefined : { cause });
}
