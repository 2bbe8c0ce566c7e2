import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { failPractice } from "../aws/errors.ts";

/** One of the two OTP slots, programmed for HMAC-SHA1 challenge-response. */
export interface OtpSlot {
  /** 20 bytes, base64url. */
  readonly key: string;
  /** HMAC_LT64: the challenge may be shorter than 64 bytes; equal last bytes are padding. */
  readonly variable: boolean;
  readonly touch: boolean;
}

/** All that a software key remembers. Bytes are base64url. */
export interface KeyState {
  readonly label: string;
  /** LEFT(SHA-256(PIN), 16) (CTAP 2.1 §6.5.5.5), or null without a PIN. */
  readonly pinHash: string | null;
  readonly pinRetries: number;
  /** Signature counter, shared by all credentials. */
  readonly counter: number;
  /** 32 bytes: every credential is derived from it, so a reset makes them all worthless. */
  readonly master: string;
  readonly otp: readonly [OtpSlot | null, OtpSlot | null];
}

/** Where the state lies. */
export interface KeyStore {
  read(): KeyState;
  write(state: KeyState): void;
}

/** CTAP 2.1 §6.5.5: eight wrong PINs in all, then the key blocks itself. */
export const PIN_RETRIES = 8;

const FORMAT = "PRACTICE security key 2: opens nothing real";

export const fromText = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text, "base64url"));
export const toText = (data: Uint8Array): string => Buffer.from(data).toString("base64url");

/** LEFT(SHA-256(PIN), 16): all that an authenticator keeps of a PIN. */
export const pinHashOf = (pin: Uint8Array): Uint8Array =>
  new Uint8Array(createHash("sha256").update(pin).digest().subarray(0, 16));

/** A key as it leaves the factory, or with its PIN set. */
export const newKeyState = (label: string, pin: string | null = null): KeyState => ({
  label,
  pinHash: pin === null ? null : toText(pinHashOf(Buffer.from(pin))),
  pinRetries: PIN_RETRIES,
  counter: 0,
  master: toText(randomBytes(32)),
  otp: [null, null],
});

export function memoryStore(initial: KeyState): KeyStore {
  let state = initial;
  return {
    read: () => state,
    write: (next) => {
      state = next;
    },
  };
}

/**
 * A state file, in the clear, for this user only; made from `initial` when it is not there. Each
 * write replaces it in one step: a wrong PIN counts also when the key is killed right after it.
 * PRACTICE_KEY_STATE_UNREADABLE when the file is something else, PRACTICE_KEY_STATE_UNWRITABLE when
 * it can't be made.
 */
export function fileStore(path: string, initial: () => KeyState): KeyStore {
  let state: KeyState;
  const write = (next: KeyState): void => {
    const beside = `${path}.next`;
    try {
      writeFileSync(beside, `${JSON.stringify({ format: FORMAT, ...next }, null, 2)}\n`, {
        mode: 0o600,
      });
      renameSync(beside, path);
    } catch (cause) {
      failPractice("PRACTICE_KEY_STATE_UNWRITABLE", { file: path }, cause);
    }
    state = next;
  };
  if (existsSync(path)) state = kept(path);
  else write(initial());
  return { read: () => state, write };
}

function kept(path: string): KeyState {
  const unreadable = (cause?: unknown): never =>
    failPractice("PRACTICE_KEY_STATE_UNREADABLE", { file: path }, cause);
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    return unreadable(cause);
  }
  const { format, ...state } = Object(found) as { readonly format?: unknown };
  return format === FORMAT && isState(state) ? state : unreadable();
}

type Unchecked<T> = { readonly [K in keyof T]?: unknown };

function isState(found: Unchecked<KeyState>): found is KeyState {
  const { label, pinHash, pinRetries, counter, master, otp } = found;
  return (
    typeof label === "string" &&
    (pinHash === null || isBytes(pinHash, 16)) &&
    isWhole(pinRetries, PIN_RETRIES) &&
    isWhole(counter, 0xffffffff) &&
    isBytes(master, 32) &&
    Array.isArray(otp) &&
    otp.length === 2 &&
    otp.every((slot) => slot === null || isSlot(Object(slot)))
  );
}

const isSlot = ({ key, variable, touch }: Unchecked<OtpSlot>): boolean =>
  isBytes(key, 20) && typeof variable === "boolean" && typeof touch === "boolean";

const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;

const isBytes = (value: unknown, length: number): boolean =>
  typeof value === "string" &&
  fromText(value).length === length &&
  toText(fromText(value)) === value;
