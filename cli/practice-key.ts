import { type Command, InvalidArgumentError, Option } from "commander";

export interface PracticeKeyOptions {
  readonly listen: LoopbackAddress;
  readonly listenOtp?: LoopbackAddress;
  readonly state?: string;
  readonly pin?: string;
  readonly touch: "enter" | "auto";
  readonly touchTimeout: number;
  readonly pinProtocol: "1" | "2" | "both";
}

export interface LoopbackAddress {
  readonly host: "127.0.0.1";
  readonly port: number;
}

function loopback(text: string): LoopbackAddress {
  const [, port = ""] = /^127\.0\.0\.1:(\d{1,5})$/.exec(text) ?? [];
  if (port === "" || Number(port) > 65535)
    throw new InvalidArgumentError("Loopback only: 127.0.0.1:PORT, port 0 takes a free one.");
  return { host: "127.0.0.1", port: Number(port) };
}

function newPin(text: string): string {
  if ([...text].length < 4 || Buffer.byteLength(text) > 63)
    throw new InvalidArgumentError("A PIN has at least 4 characters and at most 63 bytes.");
  return text;
}

function seconds(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 600))
    throw new InvalidArgumentError("Give whole seconds between 1 and 600.");
  return value;
}

const help = `
FIDO packets cross the first port as they are: 64-byte CTAPHID reports both ways, no framing of
their own; every connection gets every report, as every open handle of a device does. The second
port carries the feature report of a YubiKey's OTP interface: "G" and 8 bytes reads it, "S" and 8
bytes writes it, each answered by 8 bytes.

Whoever reaches these ports can use the key. It opens practice vaults only: a real vault refuses
what it made.

Examples:
  $ pullstation practice-key --listen 127.0.0.1:7112
  $ pullstation practice-key --listen 127.0.0.1:0 --listen-otp 127.0.0.1:0 --state key.json
  $ pullstation practice-key --listen 127.0.0.1:7112 --pin 2468 --touch enter

Exit status: 0 ended by Ctrl-C, 1 the key failed, 2 unusable input.`;

export function registerPracticeKey(program: Command): void {
  program
    .command("practice-key")
    .summary("serve a software security key, for tests")
    .description(
      "Serve a software security key (FIDO2 and YubiKey OTP) on loopback, so that other programs " +
        "can be bridged to it. For practice and tests only.",
    )
    .requiredOption("--listen <address>", "where FIDO packets are served: 127.0.0.1:PORT", loopback)
    .option("--listen-otp <address>", "where the OTP feature report is served", loopback)
    .option("--state <file>", "keep the key's state here, in the clear (default: nowhere)")
    .option("--pin <pin>", "set this PIN if the key has none", newPin)
    .addOption(
      new Option("--touch <how>", "a touch is Enter in this terminal, or given at once")
        .choices(["enter", "auto"])
        .default("enter"),
    )
    .option("--touch-timeout <seconds>", "how long a touch is waited for", seconds, 30)
    .addOption(
      new Option("--pin-protocol <which>", "the PIN/UV auth protocols that the key speaks")
        .choices(["1", "2", "both"])
        .default("both"),
    )
    .addHelpText("after", help)
    .action(async (options: PracticeKeyOptions) => {
      const { servePracticeKey } = await import("./practice-key-run.ts");
      process.exitCode = await servePracticeKey(options);
    });
}
