import type { Failure } from "../failures.ts";

/** Codes of station/: this laptop's files, its isolation, and the order of a ceremony's steps. */
export const stationFailures = {
  CANDIDATE_EXISTS: {
    what: "An earlier sealing in this folder was not finished; its vault never counted.",
    todo: "Finish or discard that sealing first (a drill does it with --resume).",
  },
  CANDIDATE_MISSING: {
    what: "There is no sealed candidate to commit.",
    todo: "Nothing was changed. Start the sealing again.",
  },
  DISK_READ_BACK_DIFFERS: {
    what: "The disk gave back other bytes than were written.",
    todo: "The old vault is untouched. Replace this disk before sealing again.",
  },
  VAULT_MISSING: {
    what: "There is no vault in this folder.",
    todo: "Check the folder's name: a sealed one holds the file vault.pullstation.",
  },
  VAULT_NOT_COMMITTED: {
    what: "The vault file in {dir} is not the one that the records say is live.",
    todo: "No card was asked for. Bring the vault back from a copy, or verify the records.",
  },
  PROXY_INVALID: {
    what: "{file} beside the vault names no proxy that can be used.",
    todo: "Nothing was begun. Its one line is http://HOST:PORT, without a user name, of a CONNECT proxy; or delete the file.",
  },
  NOT_ISOLATED: {
    what: "A network link is up: {links}.",
    todo: "Unplug the cable or switch the adapter off; nothing that was entered is lost.",
  },
  STATION_BUSY: {
    what: "Another pullstation (process {pid}) works in {dir}.",
    todo: "Nothing was changed. Wait until it ends, or end it. If that process is no pullstation, remove station.lock there.",
  },
  STEP_OUT_OF_ORDER: {
    what: "The step {step} was asked for before {before}.",
    todo: "Nothing was changed. Go through the ceremony in its order.",
  },
  STICK_HOLDS_SHARE: {
    what: "A share lies on the stick {stick}.",
    todo: "Nothing was written. A copy of the vault never lies beside a share: take another stick.",
  },
  STICK_HOLDS_KEYS: {
    what: "A key file (.csv) lies on the stick {stick}.",
    todo: "Nothing was written. Destroy the import stick as the sealing says, and take another one.",
  },
  STICK_OTHER_VAULT: {
    what: "{folder} holds a copy of another vault.",
    todo: "It was left as it is. Take another stick.",
  },
  STICK_NEWER_COPY: {
    what: "The copy in {folder} has records or a vault that this station doesn't know.",
    todo: "It was left as it is. Compare both under Records: it is newer, of another station, or damaged. Take another stick meanwhile.",
  },
  STICK_COPY_ELSEWHERE: {
    what: "An older copy of this vault lies in {folder}, where none is written.",
    todo: "Nothing was written. Two copies on one stick are taken for each other: delete the old one by hand, or take another stick.",
  },
  STICK_FOLDER_TAKEN: {
    what: "{folder} on the stick {stick} is something else than a copy.",
    todo: "Nothing was written. Rename it, or take another stick.",
  },
  NO_KEY_OPENS: {
    what: "None of the enrolled security keys opens: all of them only approve.",
    todo: "Nothing was sealed. Enrol a key that opens; a vault that no key opens is lost.",
  },
  CHECK_DONE: {
    what: "This check is over: one check process takes one share or one key, and no other.",
    todo: "Nothing was looked into. Leave, and begin the next check.",
  },
  CHECK_OF_ANOTHER: {
    what: "This check began with {whose}, and what came now is of {who}.",
    todo: "It was not looked into. Show what is of {whose}, or leave and begin a check for {who}.",
  },
  QUORUM_INCOMPLETE: {
    what: "{have} of the {need} shares that are needed have been accepted.",
    todo: "Nothing that was entered is lost. Ask for the next custodian.",
  },
  ACCOUNT_NOT_SEALED: {
    what: "The account {account} is not sealed in this vault.",
    todo: "Name only accounts that the vault holds; the record of its sealing lists them.",
  },
  DURATION_TOO_LONG: {
    what: "{asked} seconds were asked for; this vault allows {most} at the most.",
    todo: "Nothing was opened. Ask for less; the access can be opened again with a new quorum.",
  },
  REVIEW_DUE: {
    what: "The review of an earlier use is not signed: {incidents}.",
    todo: "Nothing was opened. Sign it first, or say at the start that this quorum overrides it; that is recorded.",
  },
  INCIDENT_KNOWN: {
    what: "There is a record of an incident {id} already.",
    todo: "Nothing was opened. Give this one an id of its own.",
  },
  STATION_IS_SPARE: {
    what: "This station is a spare, restored on {since} from a copy up to record {seq}; nobody recorded here that the primary is out of reach.",
    todo: "Nothing was opened. Use the primary; if it can't be reached, say so where the glass is broken. New shares are made at a spare only once the primary is gone.",
  },
  OTP_SEVERAL_PLUGGED: {
    what: "Several YubiKeys with OTP slots are plugged in: {labels}.",
    todo: "Nothing was enrolled. Leave in the one that is meant, and unplug the others.",
  },
  KEY_LABEL_UNFIT: {
    what: "A key can't be labelled “{label}”.",
    todo: "Nothing was enrolled. Use letters, figures and - . _ only, 32 at the most, as on its tag.",
  },
  KEY_LABEL_TWICE: {
    what: "Another key of this sealing is labelled {label} already.",
    todo: "Nothing was enrolled. Give this one a tag and a label of its own.",
  },
  STICK_MISSING: {
    what: "No stick of yours is plugged in.",
    todo: "Nothing was written. Plug in your own empty stick, wait a moment, and press again.",
  },
  STICKS_SEVERAL: {
    what: "Several sticks are plugged in: {sticks}.",
    todo: "Nothing was written. Leave yours in, beside the import stick, and take out the others.",
  },
  STICK_NOT_MOUNTED: {
    what: "No stick is mounted at {folders}: that lies on this laptop’s own disk.",
    todo: "Nothing was written. Open your stick in the file manager, or plug it in again, and press again.",
  },
  STICK_NOT_WRITTEN: {
    what: "The share could not be written to {stick} ({reason}).",
    todo: "Use another stick, or keep the printed card alone. The share itself is good.",
  },
  ACCESS_NOT_WRITTEN: {
    what: "The keys could not be written to {stick} ({reason}).",
    todo: "Destroy that stick: part of them may lie on it. Use another one, or type them from this screen.",
  },
  REENTRY_REFUSED: {
    what: "The share of {who} was refused at re-entry ({why}).",
    todo: "The new vault does not count. Seal again and let the custodian read the card once more.",
  },
  REENTRY_INCOMPLETE: {
    what: "Only {done} of {of} custodians have re-entered their share.",
    todo: "The new vault does not count yet. Let every custodian re-enter the share.",
  },
  INPUT_FILE_UNREADABLE: {
    what: "The file {file} can't be read ({reason}).",
    todo: "Nothing was changed. Check the path and its permissions, then try again.",
  },
  POLICY_INVALID: {
    what: "The policy file {file} is not valid at `{field}`.",
    todo: "Nothing was changed. Correct that field; README shows a whole policy.",
  },
  KEY_SEALED_ALREADY: {
    what: "The access key {id} in {file} is the one that this vault holds already.",
    todo: "Nothing was changed. Make a new access key at AWS and bring its file: only that makes old cards worthless.",
  },
  ROTATION_NEEDS_POLICY: {
    what: "The account {account} is not in this vault yet.",
    todo: "Nothing was changed. Bring the policy file of its kit too: it says what stands at AWS.",
  },
  ROTATION_NEEDS_KEY: {
    what: "No security key of the new set is on the table: the new vault could not be opened to prove it.",
    todo: "Nothing was sealed. Enrol a key, or touch one that stays when the old vault is opened.",
  },
  ROTATION_DROPS_ALL: {
    what: "No account would be left in this vault.",
    todo: "Nothing was changed. Let one stay, or bring the files of another.",
  },
  ROTATION_DROPS_BROUGHT: {
    what: "Account {account} is to go, and new access keys of it were brought.",
    todo: "Nothing was changed. Let it stay, or take its files off the stick.",
  },
  ROTATION_CHANGES_NOTHING_THERE: {
    what: "The vault has no {what} named {name}.",
    todo: "Nothing was changed. Choose among: {known}.",
  },
  ROTATION_PENDING: {
    what: "A rotation to epoch {epoch} waits for the proof of its shares.",
    todo: "Go on with it, or cancel it; until then the old cards open the vault as before.",
  },
  ROTATION_NOT_PENDING: {
    what: "No rotation waits for the proof of its shares.",
    todo: "Nothing was changed. Begin a rotation.",
  },
  RUNBOOK_NOT_AS_SEALED: {
    what: "The runbook in {dir} is not the one that was sealed.",
    todo: "Nothing was changed. Bring the runbook's file to the rotation, or put the sealed one back.",
  },
  PRACTICE_KEY_IN_REAL_VAULT: {
    what: "The access key {id} in {file} is a practice key.",
    todo: "Nothing was sealed. Import the file that the AWS console gave you.",
  },
} as const satisfies Record<string, Failure>;
