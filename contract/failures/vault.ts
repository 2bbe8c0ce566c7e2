import type { Failure } from "../failures.ts";

/** Codes of sealing and unsealing: verdicts on shares, security keys, plans and proofs. */
export const vaultFailures = {
  UNREADABLE: {
    what: "This card can't be read: more than two words are wrong.",
    todo: "Nothing that was entered is lost. Compare the words with the card once more, or use its QR code.",
  },
  WORDS_SUSPECT: {
    what: "The card's checksum does not fit; probably wrong: word {words}.",
    todo: "Nothing that was entered is lost. Compare it with the card; the app never corrects a word itself.",
  },
  WORDS_UNKNOWN: {
    what: "The words {words} are not in the word list.",
    todo: "Nothing that was entered is lost. Compare these words with the card.",
  },
  WORDS_COUNT: {
    what: "A card has 43 words; {count} were entered.",
    todo: "Nothing that was entered is lost. Look for a skipped or doubled word.",
  },
  OTHER_VAULT: {
    what: "This card belongs to another vault.",
    todo: "Nothing that was entered is lost. Look for the card that names this vault.",
  },
  OTHER_EPOCH: {
    what: "This card is of epoch {cardEpoch}; the vault is at {vaultEpoch}.",
    todo: "Nothing that was entered is lost. Use the card of the vault's epoch, and destroy the old one.",
  },
  OTHER_SET: {
    what: "This card is of a sealing that was cancelled.",
    todo: "Nothing that was entered is lost. Use the card of the finished sealing, and destroy this one.",
  },
  ALREADY_ENTERED: {
    what: "The share of {who} was already entered.",
    todo: "Nothing that was entered is lost. Ask another custodian.",
  },
  ALTERED_CARD: {
    what: "This card is not as it was printed.",
    todo: "Nothing that was entered is lost. Keep it as evidence and use the custodian's other carrier.",
  },
  WRONG_PASSPHRASE: {
    what: "The passphrase does not fit the card of {who}.",
    todo: "Nothing that was entered is lost. Check the keyboard layout that the card names, and try again.",
  },
  KEY_NOT_PRESENT: {
    what: "No security key is plugged in.",
    todo: "Plug in a key that is enrolled in this vault.",
  },
  KEY_HAS_NO_CREDENTIAL: {
    what: "The key {label} is not enrolled in this vault.",
    todo: "Nothing that was entered is lost. Use one of: {enrolled}.",
  },
  KEY_ONLY_APPROVES: {
    what: "The key {label} signs approvals; it opens nothing.",
    todo: "Nothing that was entered is lost. Use one of: {enrolled}.",
  },
  KEY_IS_ANOTHER: {
    what: "This is the key {label}; the key {wanted} is asked for.",
    todo: "Nothing was signed. Touch the key {wanted}, and enter its PIN.",
  },
  KEY_OUTPUT_CHANGED: {
    what: "The key {label} gives another answer than at its enrolment.",
    todo: "Nothing was opened. It was reset, or its PIN or slot was set anew: use another key, and enrol it again at the next rotation.",
  },
  KEY_NEEDS_PIN: {
    what: "The security key needs its PIN.",
    todo: "Enter the PIN of this key.",
  },
  PIN_WRONG: {
    what: "The PIN is wrong; tries left: {retries}.",
    todo: "Nothing that was entered is lost. The key blocks itself after the last try.",
  },
  PIN_BLOCKED: {
    what: "This security key has blocked itself after too many wrong PINs.",
    todo: "Use another enrolled key. This one must be reset and enrolled again.",
  },
  TOUCH_TIMEOUT: {
    what: "The security key was not touched in time.",
    todo: "Nothing that was entered is lost. Try again and touch the key when it blinks.",
  },
  TOUCH_CANCELLED: {
    what: "The touch was cancelled.",
    todo: "Nothing that was entered is lost. Try again when you are ready.",
  },
  KEY_NO_HMAC_SECRET: {
    what: "The security key {label} can't derive secrets (hmac-secret).",
    todo: "Use a FIDO2 key that has the hmac-secret extension.",
  },
  UV_NOT_BOUND: {
    what: "The key {label} answers the same without its PIN.",
    todo: "Nothing was sealed. Use a key that binds its answer to the PIN (CTAP 2.1).",
  },
  OTP_OFF_BY_POLICY: {
    what: "The policy does not allow OTP slots ({label}): their answers never change within an epoch, need no PIN and cross USB in the clear, so one capture beside the vault file opens the hardware half until the slot's challenge is rolled.",
    todo: "Nothing was sealed. Use FIDO2 keys; or, knowing that, write `otpKeys: true` in the policy file and start again.",
  },
  OTP_NEEDS_FIDO2: {
    what: "An OTP slot ({label}) opens only beside {need} FIDO2 keys that open; this sealing has {have}.",
    todo: "Nothing was sealed. Enrol {need} FIDO2 keys first: a slot is an addition, never the only kind.",
  },
  OTP_STATIC: {
    what: "An OTP slot opens this vault too: without a PIN, by an answer that stays the same until the next sealing and crosses USB in the clear.",
    todo: "Use its YubiKey at the station only, keep it as safe as a card, and seal again if it may have been asked elsewhere.",
  },
  OTP_NO_SERIAL: {
    what: "The YubiKey {label} does not tell its serial number.",
    todo: "Nothing was enrolled. A real vault names a slot by it: make the serial visible over USB, or use another YubiKey.",
  },
  OTP_WITHOUT_TOUCH: {
    what: "Slot {slot} of the YubiKey {label} answered without waiting for a touch.",
    todo: "Nothing was enrolled. Program that slot with touch required (`ykman otp chalresp --touch --generate {slot}`).",
  },
  OTP_NOT_STABLE: {
    what: "Slot {slot} of the YubiKey {label} gave two answers to one challenge.",
    todo: "Nothing was enrolled. Program that slot anew, or use another YubiKey.",
  },
  PLAN_INVALID: {
    what: "The sealing can't be done as planned: {field} ({why}).",
    todo: "Nothing was sealed. Correct that point.",
  },
  CONTENTS_INVALID: {
    what: "What is to be sealed is not valid at `{field}` ({why}).",
    todo: "Nothing was sealed or handed over. Correct that field in its file.",
  },
  PROOF_FAILED: {
    what: "The new sealing did not prove itself: {what}.",
    todo: "It does not count, and the old vault stays valid. Destroy the new cards and start again.",
  },
  ROTATION_OLD_SET_OPENS: {
    what: "A copy of the vault of epoch {epoch}, {threshold} of its cards and a security key of then open what it held, for ever.",
    todo: "Once a stick holds the new vault: collect and destroy every card and share stick of epoch {epoch}, and vault.pullstation.prev here; overwrite its copies on custodians' sticks, and restore the spare station anew.",
  },
  ROTATION_OLD_KEYS_LIVE: {
    what: "The access keys of {accounts} that epoch {epoch} holds work at AWS until they are deleted there.",
    todo: "Once a stick holds the new vault, delete them at AWS, and tick it: that alone makes the old cards worthless.",
  },
  ROTATION_KEYS_KEPT: {
    what: "The access keys of {accounts} are the same as in epoch {epoch}: whoever opens an old copy has the keys that are in use.",
    todo: "Make new access keys at AWS and rotate again with their files; until then keep count of every old card.",
  },
  ROTATION_ACCOUNT_DROPPED: {
    what: "{accounts} can't be opened with this vault any more; epoch {epoch} still holds their access keys.",
    todo: "Delete those access keys at AWS, or see that another vault holds new ones.",
  },
  ROTATION_KEY_REVOKED: {
    what: "The security keys {labels} open the new epoch no more, but every copy of epoch {epoch}, with its cards.",
    todo: "Reset each of them when it is found (a FIDO2 reset destroys its credentials), and record it.",
  },
  ROTATION_KEY_CARRIED: {
    what: "The security keys {labels} were carried over unseen: an answer of theirs that was captured before stays of use.",
    todo: "Enrol each anew at the next rotation where it lies on the table.",
  },
  ROTATION_CANCELLED_OPENS: {
    what: "The rotation to epoch {epoch} was cancelled; its cards, its file and a key of its set would open it all the same.",
    todo: "Destroy every card and stick of that set, and any copy of its file. The set before it is the one that counts.",
  },
  APPROVAL_INVALID: {
    what: "The key {label} answered with a signature that does not verify.",
    todo: "Nothing was approved. Touch again; if it repeats, this key is faulty.",
  },
} as const satisfies Record<string, Failure>;
