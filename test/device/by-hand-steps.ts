/** What only a real key, another system, or a person's hand can show. README.md lists the same. */
export interface Step {
  readonly id: string;
  /** Where it makes sense; a step for another system is not asked. */
  readonly systems: readonly ("linux" | "darwin" | "win32")[];
  readonly expect: string;
  readonly runs: readonly Run[];
}

/** One thing to do, and what is run meanwhile. */
export interface Run {
  readonly act: string;
  /** Arguments for `pullstation`, where WHICH is asked for; or a script beside this. */
  readonly run: readonly string[] | "sign-by-hand.ts" | "otp-by-hand.ts";
}

/** Stands for the part of a key's name, serial or path that the person gives. */
export const WHICH = "WHICH";

const EVERYWHERE = ["linux", "darwin", "win32"] as const;
const LIST = ["keys"] as const;
const TRY = ["keys", "--try"] as const;

export const STEPS: readonly Step[] = [
  {
    id: "list",
    systems: EVERYWHERE,
    expect:
      "It is listed with product, serial, firmware and tries left, as usable. On Windows without Administrator rights: it says that it may not be opened, and why.",
    runs: [{ act: "Plug in one FIDO2 key that has a PIN.", run: LIST }],
  },
  {
    id: "try",
    systems: EVERYWHERE,
    expect: "The wait is visible, the key blinks, and the same secret was derived twice.",
    runs: [{ act: "Touch the key whenever the terminal says so.", run: TRY }],
  },
  {
    id: "sign",
    systems: EVERYWHERE,
    expect: "OpenSSH's own ssh-keygen says that the signature is good.",
    runs: [{ act: "Touch the key whenever the terminal says so.", run: "sign-by-hand.ts" }],
  },
  {
    id: "cancel",
    systems: EVERYWHERE,
    expect: "It ends at once and the key stops blinking; listing works afterwards.",
    runs: [
      { act: "When it waits for a touch, press Ctrl-C instead.", run: TRY },
      { act: "List again.", run: LIST },
    ],
  },
  {
    id: "timeout",
    systems: EVERYWHERE,
    expect: "It says that nobody touched the key and what to do; it does not hang.",
    runs: [{ act: "When it waits for a touch, do nothing for a minute.", run: TRY }],
  },
  {
    id: "unplug",
    systems: EVERYWHERE,
    expect: "It says that the key is gone, and goes on once it is back.",
    runs: [
      {
        act: "When it waits for a touch, pull the key out; then plug it in again and touch it.",
        run: TRY,
      },
    ],
  },
  {
    id: "wrong-pin",
    systems: EVERYWHERE,
    expect: "It says how many tries are left; the right PIN restores them.",
    runs: [
      { act: "Enter a wrong PIN.", run: TRY },
      { act: "Enter the right PIN, and touch the key.", run: TRY },
      { act: "List again.", run: LIST },
    ],
  },
  {
    id: "paused",
    systems: EVERYWHERE,
    expect:
      "After the third wrong PIN it says that the key takes none until it is plugged in again; then the right one works, and all tries are back. It costs no key its life: five tries are left meanwhile.",
    runs: [
      { act: "Enter a wrong PIN.", run: TRY },
      { act: "Enter a wrong PIN again.", run: TRY },
      { act: "And once more.", run: TRY },
      { act: "List: tries left, and why it can't seal now.", run: LIST },
      { act: "Unplug the key, plug it in, and enter the right PIN.", run: TRY },
    ],
  },
  {
    id: "no-pin",
    systems: EVERYWHERE,
    expect: "It is listed as not usable: no PIN, with what to do.",
    runs: [{ act: "Plug in a key without a PIN (a new one).", run: LIST }],
  },
  {
    id: "u2f-only",
    systems: EVERYWHERE,
    expect: "It is listed as not usable, named, with the reason.",
    runs: [
      {
        act: "Plug in a key that knows only U2F, or has no hmac-secret, if there is one.",
        run: LIST,
      },
    ],
  },
  {
    id: "fingerprint",
    systems: EVERYWHERE,
    expect:
      "With its PIN it passes. If it insists on the finger even without the PIN (always-UV), it is refused because it answers the same without the PIN.",
    runs: [
      {
        act: "Plug in a key with a fingerprint reader, a finger and a PIN enrolled, if there is one.",
        run: TRY,
      },
    ],
  },
  {
    id: "two-keys",
    systems: EVERYWHERE,
    expect: "Both are listed and can be told apart; the one that was named is the one that blinks.",
    runs: [
      { act: "Plug in two keys of the same product.", run: LIST },
      { act: "Name one of them by its serial or path.", run: [...TRY, "--key", WHICH] },
    ],
  },
  {
    id: "busy",
    systems: EVERYWHERE,
    expect: "It says that another program uses the key, or waits its turn; it does not hang.",
    runs: [
      {
        act: "Open a web page that waits for the key's touch (webauthn.io); leave it waiting.",
        run: TRY,
      },
    ],
  },
  {
    id: "suspend",
    systems: EVERYWHERE,
    expect: "The key is listed again as before.",
    runs: [{ act: "Suspend the laptop with the key plugged in, wake it up.", run: LIST }],
  },
  {
    id: "udev",
    systems: ["linux"],
    expect:
      "It says that there is no permission, and names the udev rule; with the rule the key is listed.",
    runs: [
      {
        act: "As a user without rights on /dev/hidraw* (remove the rule 70-pullstation.rules, replug).",
        run: LIST,
      },
      { act: "Put the rule back as the message says, and replug.", run: LIST },
    ],
  },
  {
    id: "administrator",
    systems: ["win32"],
    expect: "The key that could not be opened is listed as usable.",
    runs: [{ act: "Run this walk as Administrator.", run: LIST }],
  },
  {
    id: "input-monitoring",
    systems: ["darwin"],
    expect: "Denied: it says so. Allowed: the OTP interface is listed.",
    runs: [
      { act: "With a YubiKey that has OTP: deny Input Monitoring for the terminal.", run: LIST },
      { act: "Allow it, in a terminal opened anew if the system asks for that.", run: LIST },
    ],
  },
  {
    id: "otp-list",
    systems: EVERYWHERE,
    expect: "The OTP interface is listed, slot 2 programmed, and said to be never the only kind.",
    runs: [
      { act: "Program a YubiKey's slot 2: `ykman otp chalresp --touch --generate 2`.", run: LIST },
    ],
  },
  {
    id: "otp-touch",
    systems: EVERYWHERE,
    expect:
      "The same answer twice; the third time it ends by itself and says that nobody touched the key.",
    runs: [
      {
        act: "Touch the key the first two times that it blinks, and not the third time.",
        run: "otp-by-hand.ts",
      },
    ],
  },
];
