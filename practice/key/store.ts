import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";

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

/** Where the state lies. `write` returns when it is safe against a crash. */
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

/** A key as it leaves the factory. */
export const newKeyState = (label: string): KeyState => ({
  label,
  pinHash: null,
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
 */
export function fileStore(path: string, initial: () => KeyState): KeyStore {
  let state: KeyState;
  const write = (next: KeyState): void => {
    const beside = `${path}.next`;
    const file = openSync(beside, "w", 0o600);
    try {
      writeSync(file, `${JSON.stringify({ format: FORMAT, ...next }, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    state = next;
  };
  if (existsSync(path)) {
    const { format, ...kept } = JSON.parse(readFileSync(path, "utf8")) as KeyState & {
      readonly format?: unknown;
    };
    if (format !== FORMAT) throw new Error("this file is not a practice security key");
    state = kept;
  } else write(initial());
  return { read: () => state, write };
}
