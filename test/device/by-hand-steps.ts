/** What only a real key, another system, or a person's hand can show. README.md lists the same. */
export interface Step {
  readonly id: string;
  /** Where it makes sense; a step for another system is not asked. */
  readonly systems: readonly ("linux" | "darwin" | "win32")[];
  readonly act: string;
  readonly expect: string;
  /** Arguments for `pullstation`, or the script beside this that asks an OTP slot. */
  readonly run: readonly string[] | "otp-by-hand.ts";
}

const EVERYWHERE = ["linux", "darwin", "win32"] as const;

export const STEPS: readonly Step[] = [
  {
    id: "list",
    systems: EVERYWHERE,
    act: "Plug in one FIDO2 key that has a PIN.",
    expect:
      "It is listed with product, serial, firmware and tries left, as usable. On Windows without Administrator rights: it says that it may not be opened, and why.",
    run: ["keys"],
  },
  {
    id: "try",
    systems: EVERYWHERE,
    act: "Touch the key whenever the terminal says so.",
    expect: "The wait is visible, the key blinks, and the same secret was derived twice.",
    run: ["keys", "--try"],
  },
  {
    id: "cancel",
    systems: EVERYWHERE,
    act: "When it waits for a touch, press Ctrl-C instead.",
    expect: "It ends at once, the key stops blinking, and a second `keys` works.",
    run: ["keys", "--try"],
  },
  {
    id: "timeout",
    systems: EVERYWHERE,
    act: "When it waits for a touch, do nothing for a minute.",
    expect: "It says that nobody touched the key and what to do; it does not hang.",
    run: ["keys", "--try"],
  },
  {
    id: "unplug",
    systems: EVERYWHERE,
    act: "When it waits for a touch, pull the key out; then plug it in again.",
    expect: "It says that the key is gone, and goes on once it is back.",
    run: ["keys", "--try"],
  },
  {
    id: "wrong-pin",
    systems: EVERYWHERE,
    act: "Enter a wrong PIN once; then run it again with the right one.",
    expect: "It says how many tries are left; the right PIN restores them.",
    run: ["keys", "--try"],
  },
  {
    id: "no-pin",
    systems: EVERYWHERE,
    act: "Plug in a key without a PIN (a new one).",
    expect: "It is listed as not usable: no PIN, with what to do.",
    run: ["keys"],
  },
  {
    id: "u2f-only",
    systems: EVERYWHERE,
    act: "Plug in a key that knows only U2F, or has no hmac-secret, if there is one.",
    expect: "It is listed as not usable, named, with the reason.",
    run: ["keys"],
  },
  {
    id: "two-keys",
    systems: EVERYWHERE,
    act: "Plug in two keys of the same product.",
    expect: "Both are listed and can be told apart; `keys --try --key` takes the one asked for.",
    run: ["keys"],
  },
  {
    id: "busy",
    systems: EVERYWHERE,
    act: "Open a web page that waits for the key's touch (webauthn.io); leave it waiting.",
    expect: "It says that another program uses the key, or waits its turn; it does not hang.",
    run: ["keys", "--try"],
  },
  {
    id: "suspend",
    systems: EVERYWHERE,
    act: "Suspend the laptop with the key plugged in, wake it up.",
    expect: "The key is listed again as before.",
    run: ["keys"],
  },
  {
    id: "udev",
    systems: ["linux"],
    act: "As a user without rights on /dev/hidraw* (remove the rule 70-pullstation.rules, replug).",
    expect: "It says that there is no permission, and names the udev rule.",
    run: ["keys"],
  },
  {
    id: "administrator",
    systems: ["win32"],
    act: "Run the terminal as Administrator and list again.",
    expect: "The key that could not be opened is listed as usable.",
    run: ["keys"],
  },
  {
    id: "input-monitoring",
    systems: ["darwin"],
    act: "With a YubiKey that has OTP: deny, then allow Input Monitoring for the terminal.",
    expect: "Denied: it says so. Allowed: the OTP interface is listed.",
    run: ["keys"],
  },
  {
    id: "otp-list",
    systems: EVERYWHERE,
    act: "Program a YubiKey's slot 2: `ykman otp chalresp --touch --generate 2`.",
    expect: "The OTP interface is listed, slot 2 programmed, and said to be never the only kind.",
    run: ["keys"],
  },
  {
    id: "otp-touch",
    systems: EVERYWHERE,
    act: "Ask slot 2 and touch the key when it blinks; then ask again and don't touch it.",
    expect: "Twice the same with a touch; without one it ends by itself and says so.",
    run: "otp-by-hand.ts",
  },
];
