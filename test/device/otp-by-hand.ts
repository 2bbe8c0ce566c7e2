import { randomBytes } from "node:crypto";
import { CodedError } from "../../crypto/errors.ts";
import { explain } from "../../contract/failures.ts";
import { drawFrom } from "../../hardware/fido/pin-protocol.ts";
import { findKeys } from "../../hardware/keys.ts";
import { systemHid } from "../../hardware/node-hid.ts";
import { newChallenge } from "../../hardware/otp/key.ts";
import { systemTimers } from "../../hardware/timers.ts";

/** Asks slot 2 of a plugged-in YubiKey twice, with one challenge; shows no answer, only if both fit. */
const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  const found = await findKeys(await systemHid(), { draw: drawFrom(bytes), timers: systemTimers });
  const key = found.find((one) => one.kind === "otp")?.key;
  if (key === undefined) throw new CodedError("KEY_NOT_PRESENT", { label: "OTP slot" });
  const challenge = newChallenge(bytes);
  const answers: string[] = [];
  for (const round of ["first", "second"]) {
    const answer = await key.respond({
      slot: 2,
      challenge,
      waiting: (what) => say(what === "touch" ? `${round}: touch the key now` : `${round}: works`),
    });
    answers.push(Buffer.from(answer).toString("hex"));
  }
  say(answers[0] === answers[1] ? "the same answer twice" : "TWO DIFFERENT ANSWERS");
} catch (error) {
  if (!(error instanceof CodedError)) throw error;
  const { what, todo } = explain(error.code, error.about);
  say(`${what} ${todo}`);
}
process.exit(0);
