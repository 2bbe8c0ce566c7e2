import {
  createHash,
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
} from "node:crypto";
import { CodedError } from "../../crypto/errors.ts";
import {
  type ApproveRequest,
  type Assertion,
  type EnrolRequest,
  type Enrolment,
  type HardwareCode,
  type KeyInfo,
  PRACTICE_AAGUID,
  RELYING_PARTY,
  type SecurityKey,
  type TouchRequest,
} from "../../hardware/security-key.ts";
import { type Credential, type KeyState, readState, writeState } from "./state.ts";

/** CTAP 2.1 §6.5: eight wrong PINs in all, then the key blocks itself. */
const PIN_RETRIES = 8;
/** WebAuthn §6.1: user present, user verified. */
const UP_UV = 0x05;

const refuse = (
  code: HardwareCode,
  about: Readonly<Record<string, string | number>> = {},
): never => {
  throw new CodedError<HardwareCode>(code, about);
};

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));
const text = (data: Uint8Array): string => Buffer.from(data).toString("base64url");
const sha256 = (data: string): Uint8Array =>
  new Uint8Array(createHash("sha256").update(data).digest());

/**
 * A software security key for practice, at the façade: several credentials, hmac-secret with two
 * CredRandoms (with and without user verification, CTAP 2.1 §12.7), PIN with retries, ES256
 * assertions. Its state lies in a file, in the clear. Its credentials carry the practice AAGUID, and
 * a real vault refuses them.
 */
export class SoftwareKey implements SecurityKey {
  readonly #path: string;
  readonly #press: () => Promise<void>;

  constructor(path: string, press: () => Promise<void>) {
    this.#path = path;
    this.#press = press;
  }

  async info(): Promise<KeyInfo> {
    const { label, pinRetries } = readState(this.#path);
    return { label, aaguid: PRACTICE_AAGUID, hmacSecret: true, pinSet: true, pinRetries };
  }

  async holds(credentialId: Uint8Array): Promise<boolean> {
    return readState(this.#path).credentials.some(({ id }) => id === text(credentialId));
  }

  async enrol({ salt, pin, signal }: EnrolRequest): Promise<Enrolment> {
    await this.#user(pin, signal);
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const credential: Credential = {
      id: randomBytes(32).toString("base64url"),
      privateKey: privateKey.export({ format: "der", type: "pkcs8" }).toString("base64url"),
      credRandomWithUv: randomBytes(32).toString("base64url"),
      credRandomWithoutUv: randomBytes(32).toString("base64url"),
    };
    this.#change((state) => ({ ...state, credentials: [...state.credentials, credential] }));
    return {
      credentialId: bytes(credential.id),
      publicKey: pointOf(privateKey),
      aaguid: PRACTICE_AAGUID,
      output: hmac(credential.credRandomWithUv, salt),
      uvBound: !timingSafeEqual(
        hmac(credential.credRandomWithUv, salt),
        hmac(credential.credRandomWithoutUv, salt),
      ),
    };
  }

  async touch({ credentialId, salt, pin, signal }: TouchRequest): Promise<Uint8Array> {
    const credential = this.#credential(credentialId);
    await this.#user(pin, signal);
    this.#change((state) => ({ ...state, counter: state.counter + 1 }));
    return hmac(credential.credRandomWithUv, salt);
  }

  async approve({ credentialId, digest, pin, signal }: ApproveRequest): Promise<Assertion> {
    const { privateKey } = this.#credential(credentialId);
    await this.#user(pin, signal);
    const { counter } = this.#change((state) => ({ ...state, counter: state.counter + 1 }));
    const tail = Buffer.alloc(5);
    tail.writeUInt8(UP_UV, 0);
    tail.writeUInt32BE(counter, 1);
    const authenticatorData = new Uint8Array(Buffer.concat([sha256(RELYING_PARTY), tail]));
    const key = createPrivateKey({
      key: Buffer.from(privateKey, "base64url"),
      format: "der",
      type: "pkcs8",
    });
    const signature = sign("sha256", Buffer.concat([authenticatorData, digest]), key);
    return { authenticatorData, signature: new Uint8Array(signature) };
  }

  #credential(credentialId: Uint8Array): Credential {
    const { label, credentials } = readState(this.#path);
    return (
      credentials.find(({ id }) => id === text(credentialId)) ??
      refuse("KEY_HAS_NO_CREDENTIAL", { label, enrolled: "" })
    );
  }

  /** User verification, then presence. A retry is spent on disk before the PIN is compared. */
  async #user(pin: string, signal?: AbortSignal): Promise<void> {
    if (pin === "") refuse("KEY_NEEDS_PIN");
    const { pinRetries, pinHash } = readState(this.#path);
    if (pinRetries === 0) refuse("PIN_BLOCKED");
    this.#change((state) => ({ ...state, pinRetries: pinRetries - 1 }));
    if (!timingSafeEqual(sha256(pin), bytes(pinHash)))
      refuse(pinRetries === 1 ? "PIN_BLOCKED" : "PIN_WRONG", { retries: pinRetries - 1 });
    this.#change((state) => ({ ...state, pinRetries: PIN_RETRIES }));
    await this.#presence(signal);
  }

  async #presence(signal?: AbortSignal): Promise<void> {
    if (signal === undefined) return this.#press();
    const { promise, reject } = Promise.withResolvers<void>();
    const cancel = (): void => reject(new CodedError<HardwareCode>("TOUCH_CANCELLED"));
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await Promise.race([promise, this.#press()]);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  #change(next: (state: KeyState) => KeyState): KeyState {
    const state = next(readState(this.#path));
    writeState(this.#path, state);
    return state;
  }
}

/** Makes a key's file; refuses to overwrite one. The PIN is 4 to 63 bytes (CTAP 2.1 §6.5.1). */
export function createSoftwareKey(path: string, label: string, pin: string): void {
  const length = Buffer.byteLength(pin);
  if (length < 4 || length > 63) refuse("KEY_NEEDS_PIN");
  const pinHash = text(sha256(pin));
  const state = { label, pinHash, pinRetries: PIN_RETRIES, counter: 0, credentials: [] };
  writeState(path, state, "new");
}

const hmac = (credRandom: string, salt: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac("sha256", bytes(credRandom)).update(salt).digest());

/** SEC1, uncompressed: 4 | x | y. */
function pointOf(key: KeyObject): Uint8Array {
  const { x = "", y = "" } = key.export({ format: "jwk" });
  return new Uint8Array(Buffer.concat([Buffer.of(4), bytes(x), bytes(y)]));
}
