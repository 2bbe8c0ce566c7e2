import type { Failure } from "../failures.ts";

/** Security keys: what a person meets beyond the ceremonies' own sentences. */
export const hardwareFailures = {
  KEY_NO_FIDO2: {
    what: "The key {label} speaks no FIDO2.",
    todo: "Use a FIDO2 key that has the hmac-secret extension.",
  },
  KEY_PIN_NOT_SET: {
    what: "The key {label} has no PIN.",
    todo: "Set a PIN with the key's own tool (for example `fido2-token -S /dev/hidrawN`), then try again.",
  },
  KEY_PIN_MUST_CHANGE: {
    what: "The key {label} wants its PIN changed before it answers.",
    todo: "Change the PIN with the key's own tool (for example `fido2-token -C /dev/hidrawN`), then try again.",
  },
  KEY_ALREADY_ENROLLED: {
    what: "The key {label} is enrolled in this sealing already.",
    todo: "Nothing was changed. Unplug it or touch another key: each key counts once.",
  },
  PIN_MALFORMED: {
    what: "A security key's PIN has at least 4 characters and at most 63 bytes.",
    todo: "Enter the PIN again. No try was spent.",
  },
  PIN_PAUSED: {
    what: "The key {label} takes no PIN for now: three wrong ones came in a row.",
    todo: "Unplug it, plug it in again, and enter the right PIN. Tries are left.",
  },
  KEY_NOT_OPENED: {
    what: "The security key at {path} can't be opened ({why}).",
    todo: "Nothing was changed. Plug it in again; if it repeats, restart this program or the computer.",
  },
  KEY_UNPLUGGED: {
    what: "The security key was unplugged.",
    todo: "Nothing that was entered is lost. Plug it in again and go on.",
  },
  KEY_BUSY: {
    what: "Another program is using the security key.",
    todo: "Close the other program (a browser, an agent) or wait until it is done, then try again.",
  },
  KEY_SILENT: {
    what: "The security key does not answer.",
    todo: "Unplug it, plug it in again, and try again.",
  },
  KEY_ANSWER_INVALID: {
    what: "The security key's answer breaks the protocol ({what}).",
    todo: "Nothing was changed. Plug it in again; if it repeats, use another key.",
  },
  KEY_REFUSED: {
    what: "The security key refused {operation} (status {status}).",
    todo: "Nothing was changed. Note the status and use another key.",
  },
  KEY_NO_PERMISSION: {
    what: "This user may not open the security key at {path}.",
    todo: "Install the udev rule 70-pullstation.rules in /etc/udev/rules.d, run `udevadm control --reload`, and plug the key in again.",
  },
  HID_LIBRARY_MISSING: {
    what: "Security keys can't be reached: the system library {library} is missing.",
    todo: "Install it: `apt-get install {packages}`.",
  },
  HID_UNAVAILABLE: {
    what: "Security keys can't be reached on this system: the HID addon does not load.",
    todo: "Use a station with Linux on x64 or arm64, and check the installation of node-hid.",
  },
  KEY_AMBIGUOUS: {
    what: "Several keys fit: {labels}.",
    todo: "Say which with --key, or unplug the others.",
  },
  KEY_UNKNOWN: {
    what: "No plugged-in FIDO2 key has {wanted} in its name, serial or path; there are: {labels}.",
    todo: "Say which with --key, as `pullstation keys` names it.",
  },
  OTP_NEVER_ALONE: {
    what: "An OTP slot does not seal a vault: its answers are always the same and cross USB in the clear.",
    todo: "Use a FIDO2 key. A slot can only stand beside two of them, where the policy allows it.",
  },
  OTP_SLOT_REFUSED: {
    what: "Slot {slot} of the YubiKey {label} gives no HMAC-SHA1 answer.",
    todo: "Program that slot for HMAC-SHA1 challenge-response, or use the other slot.",
  },
  OTP_CHALLENGE_UNSAFE: {
    what: "The challenge has a form that a YubiKey slot may shorten ({why}).",
    todo: "Nothing was sent. Draw another challenge of 32 random bytes.",
  },
} as const satisfies Record<string, Failure>;
