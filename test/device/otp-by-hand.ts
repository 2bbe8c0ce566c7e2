import { randomBytes } from "node:crypto";
import { equal } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { explain } from "../../contract/failures.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { findKeys } from "../../hardware/keys.ts";
import { systemHid } from "../../hardware/node-hid.ts";
import { newChallenge } from "../../hardware/otp/key.ts";
import { systemTimers } from "../../hardware/timers.ts";

/**
 * Asks slot 2 of a plugged-in YubiKey three times, with one challenge: twice for a touch, and once for
 * none. Shows no answer, only whether two are the same.
 */
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  const found = await findKeys(await systemHid(), { draw: drawFrom(bytes), timers: systemTimers });
  const key = found.find((one) => one.kind === "otp")?.key;
  if (key === undefined) throw new CodedError("KEY_NOT_PRESENT", { label: "OTP slot" });
  const challenge = newChallenge(bytes);
  const ask = (what: string) =>
    key.respond({
      slot: 2,
      challenge,
      waiting: (now) => {
        if (now === "touch") say(what);
      },
    });
  const one = await ask("first: touch the key now");
  const other = await ask("second: touch the key now");
  say(equal(one, other) ? "the same answer twice" : "TWO DIFFERENT ANSWERS");
  await ask("third: do NOT touch the key");
  say("IT ANSWERED WITHOUT A TOUCH");
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  const { what, todo } = explain(error.code, error.about);
  say(`${what} ${todo}`);
}
process.exit(0);
