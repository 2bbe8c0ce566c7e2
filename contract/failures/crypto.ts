import type { Failure } from "../failures.ts";

/** Codes of crypto/: formats, key derivation, shares, the vault file, boxes. */
export const cryptoFailures = {
  KDF_OUT_OF_BOUNDS: {
    what: "The key derivation's {parameter} is outside the allowed bounds.",
    todo: "No memory was spent on it. A vault with such a value was not written by this app: use another copy.",
  },
  KDF_FAILED: {
    what: "The key derivation could not run ({memoryKiB} KiB of memory were asked for).",
    todo: "Nothing was changed. Close other programs, or use a laptop with more free memory.",
  },
  BAD_SHARE_COUNT: {
    what: "{n} is not a possible number of shares.",
    todo: "Choose 2 to 255 custodians.",
  },
  BAD_THRESHOLD: {
    what: "A quorum of {k} is not possible with these shares.",
    todo: "Choose a quorum of at least 2 and at most the number of custodians.",
  },
  SHARE_X_ZERO: {
    what: "A share claims the place where the secret itself stands.",
    todo: "Nothing was opened. This share was forged or damaged: keep it as evidence and use another.",
  },
  SHARE_DUPLICATE: {
    what: "The same share was given twice.",
    todo: "Nothing was opened. Ask another custodian.",
  },
  SHARE_MALFORMED: {
    what: "A share is not of the form that this app writes.",
    todo: "Nothing was opened. Use the custodian's other carrier of the same share.",
  },
  TOO_FEW_SHARES: {
    what: "{have} of {need} shares are there.",
    todo: "Ask further custodians; nothing that was entered is lost.",
  },
  NOT_A_VAULT: {
    what: "This file is not a vault.",
    todo: "Choose the file vault.pullstation.",
  },
  VAULT_VERSION_UNKNOWN: {
    what: "This vault is of format {version}, which this version of the app does not know.",
    todo: "Nothing was opened. Install the app version that the runbook names for it.",
  },
  VAULT_TRUNCATED: {
    what: "The vault file ends too early.",
    todo: "Nothing was opened. Use another copy: each custodian's USB carries one.",
  },
  VAULT_TRAILING_BYTES: {
    what: "The vault file has bytes after its end.",
    todo: "Nothing was opened. Use another copy: each custodian's USB carries one.",
  },
  VAULT_TOO_LARGE: {
    what: "The vault file claims a size that no vault has.",
    todo: "Nothing was read into memory. Use another copy.",
  },
  HEADER_INVALID: {
    what: "The vault's header is not valid at `{field}` ({why}).",
    todo: "Nothing was opened. Use another copy; at sealing, correct that field.",
  },
  PRACTICE_AND_REAL_MIXED: {
    what: "A {mode} vault names a security key of the other kind.",
    todo: "Nothing was opened or sealed. Practice keys belong to practice vaults only, real keys to real ones.",
  },
  VAULT_SIGNATURE_INVALID: {
    what: "The vault file was changed after it was sealed, or is damaged.",
    todo: "Nothing was opened. Use another copy; keep this one as evidence.",
  },
  VAULT_KEYS_WRONG: {
    what: "Quorum and touch together do not give this vault's key.",
    todo: "Nothing was opened. The shares, the security key and the file are not of one sealing: start again with another copy.",
  },
  VAULT_CORRUPT: {
    what: "The sealed part of the vault is damaged or was exchanged ({what}).",
    todo: "Nothing was opened. Use another copy: each custodian's USB carries one.",
  },
  CARD_UNREADABLE: {
    what: "This is not a share card's content.",
    todo: "Nothing that was entered is lost. Try the words instead of the QR code, or the other way round.",
  },
  CARD_VERSION_UNKNOWN: {
    what: "This share card is of version {version}, which this version of the app does not know.",
    todo: "Nothing that was entered is lost. Install the app version that is printed on the card.",
  },
  BOX_INVALID: {
    what: "A sealed message is damaged, or was meant for another receiver.",
    todo: "Nothing was used of it. Start this step again.",
  },
  NOT_CANONICAL: {
    what: "This is not JSON in its canonical form.",
    todo: "Nothing was used of it. It was edited or written by another program: use the original file.",
  },
  BAD_ENCODING: {
    what: "Something is not valid {what}.",
    todo: "Nothing was used of it. Use the original file.",
  },
  SSHSIG_MALFORMED: {
    what: "A signature or its key is not of the form that this app writes ({what}).",
    todo: "Do not rely on what it signs. Use the original .sig file.",
  },
  SSHSIG_NAMESPACE: {
    what: "The signature was made for another purpose ({namespace}, not {expected}).",
    todo: "Do not rely on it: practice signatures never count for real records, nor others for these.",
  },
  SIGNATURE_INVALID: {
    what: "The signature does not fit: the record or the signature was changed.",
    todo: "Do not rely on this record. Compare with another copy.",
  },
  RECORD_MALFORMED: {
    what: "A record is not of the form that this app writes ({field}: {why}).",
    todo: "Do not rely on this record. Compare with another copy.",
  },
  SODIUM_MISSING: {
    what: "The cryptographic library did not load.",
    todo: "Nothing was changed. Reinstall the app and compare the build's hash with the paper.",
  },
} as const satisfies Record<string, Failure>;
