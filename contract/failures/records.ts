import type { Failure } from "../failures.ts";

/**
 * Records: what `verify` finds (first what makes them not valid, then what a reader should know),
 * and why the station's store refuses one.
 */
export const recordFailures = {
  RECORD_UNREADABLE: {
    what: "{file} is not a record that this app wrote ({why}).",
    todo: "Do not rely on it. Compare with another copy of the records.",
  },
  RECORD_MISPLACED: {
    what: "{file} says that it is record {says}.",
    todo: "A file was renamed or exchanged. Compare with another copy.",
  },
  RECORD_MISSING: {
    what: "Record {seq} is missing.",
    todo: "Look for it in another copy; without it nobody can say what happened there.",
  },
  SIGNATURE_MISSING: {
    what: "{file} is missing.",
    todo: "Do not rely on the record. Look for its signature in another copy.",
  },
  SIGNATURE_REFUSED: {
    what: "{file} does not sign its record ({why}).",
    todo: "The record or the signature was changed. Compare with another copy.",
  },
  SIGNER_WRONG: {
    what: "A record of kind {kind} must be signed by the {signer}; this key may not: {key}.",
    todo: "Do not rely on this record: whoever signed it had no right to.",
  },
  STATION_UNCERTIFIED: {
    what: "A laptop that no seal names signed this ({key}).",
    todo: "After a restore on another laptop this is expected until the next epoch. Otherwise do not rely on it.",
  },
  CHAIN_BROKEN: {
    what: "{file} does not follow the record before it.",
    todo: "Something was exchanged, inserted or removed. Compare with another copy.",
  },
  MODE_MIXED: {
    what: "A {mode} record stands in a chain of the other mode.",
    todo: "Practice never counts as real. Do not rely on this chain.",
  },
  VAULT_ID_MIXED: {
    what: "A record speaks of another vault ({vaultId}).",
    todo: "Records of two vaults were mixed. Compare with another copy.",
  },
  VAULT_ID_NOT_ITS_KEY: {
    what: "The vault's id is not that of the key that sealed it.",
    todo: "Do not rely on this chain: its beginning was forged.",
  },
  HEAD_DIFFERS: {
    what: "Record {seq} with the printed hash is not in this chain (found: {found}).",
    todo: "Compare seq and hash with the paper. If they are right, records were cut off or exchanged: look for another copy.",
  },
  ANCHOR_DIFFERS: {
    what: "These are the records of vault {found}, not of {wanted}.",
    todo: "Check the id on a share card. If it was typed right, these records are another vault's.",
  },
  KIND_MISPLACED: {
    what: "A record of kind {kind} cannot stand here.",
    todo: "Something was inserted or removed. Compare with another copy.",
  },
  EPOCH_WRONG: {
    what: "This record speaks of epoch {epoch}; epoch {expected} was expected.",
    todo: "Something was inserted or removed, or an old quorum went its own way. Compare with another copy.",
  },
  VAULT_HASH_WRONG: {
    what: "This record speaks of another vault file than its epoch's.",
    todo: "Compare with another copy, and the vault file with the seal record's hash.",
  },
  EVIDENCE_WRONG: {
    what: "The evidence of this {kind} record does not hold ({field}).",
    todo: "Do not rely on this record. Compare with another copy.",
  },
  COMMIT_UNPROVEN: {
    what: "Epoch {epoch} is said to count, but no record shows that its shares were entered again: {places}.",
    todo: "Don't rely on this epoch: have every share checked with its passphrase, and find out who wrote that record.",
  },
  FORK: {
    what: "Two stories exist from {at} on ({one}; {other}).",
    todo: "Both may be signed: signatures cannot say which is yours. Compare with printed heads and the station's own copy.",
  },
  VAULT_FILE_DIFFERS: {
    what: "The vault file beside the records is not the one that they made live.",
    todo: "Records or the vault file are out of date, or were exchanged. Compare with another copy.",
  },
  STATION_CERTIFIED_LATER: {
    what: "A laptop signed this before a seal named it; record {by} did so since.",
    todo: "Nothing: the quorum vouched for that laptop afterwards.",
  },
  SEAL_NOT_COMMITTED: {
    what: "The first seal was never committed: this vault does not count yet.",
    todo: "Finish the sealing, or discard this vault and its cards.",
  },
  COPY_BEHIND: {
    what: "This copy ends at record {last}; another goes on to {end}.",
    todo: "Bring this copy up to date.",
  },
  FILE_UNKNOWN: {
    what: "{file} is no part of the records.",
    todo: "Nothing was read from it. Look at who put it there.",
  },
  SIGNERS_FILE_DIFFERS: {
    what: "allowed_signers does not list the keys that the records certify (line {line}).",
    todo: "Do not use this file with ssh-keygen. The verdict here does not rest on it.",
  },
  CHAIN_NOT_VALID: {
    what: "The records on this station are not whole ({code}).",
    todo: "Nothing was written. Run `pullstation verify` on the folder and restore it from another copy.",
  },
  RECORD_REFUSED: {
    what: "A record was not added to the chain ({code}).",
    todo: "Nothing was written. Start the step again; if it stays, restore the records from another copy.",
  },
  STATION_KEY_MISSING: {
    what: "{path} has no station's key, so nothing can be recorded there.",
    todo: "Nothing was written. Name the station's own folder, not a copy of it.",
  },
  ALARM_CHANNELS_FEW: {
    what: "An alarm is checked on two channels at least.",
    todo: "Name each with --channel: one that was silently unsubscribed is told by the other.",
  },
  ALARM_NOT_BEGUN: {
    what: "Nobody said that the latch was attached.",
    todo: "Nothing was written. Begin again when the administrator is ready.",
  },
  STATION_KEY_UNUSABLE: {
    what: "The station's key can't be used ({why}).",
    todo: "Restore the file with its permissions (only its owner may read it), or set up this laptop as a new station.",
  },
} as const satisfies Record<string, Failure>;
