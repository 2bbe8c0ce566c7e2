import { CodedError } from "../crypto/errors.ts";
import type { HardwareCode } from "./security-key.ts";

type About = Readonly<Record<string, string | number>>;

/**
 * Throws the room's error. It carries no cause: what a platform library says about a failed call
 * may quote the call's input.
 */
export function refuse(code: HardwareCode, about: About = {}): never {
  throw new CodedError<HardwareCode>(code, about);
}

/** The key, or whoever speaks for it, broke the protocol: `what` says where. */
export function malformed(what: string): never {
  return refuse("KEY_ANSWER_INVALID", { what });
}

export const hardwareError = (code: HardwareCode, about: About = {}): CodedError<HardwareCode> =>
  new CodedError<HardwareCode>(code, about);

/** True for an error of this room with one of these codes. */
export const isCode = (
  error: unknown,
  ...codes: readonly HardwareCode[]
): error is CodedError<HardwareCode> =>
  error instanceof CodedError && codes.some((code) => code === error.code);
