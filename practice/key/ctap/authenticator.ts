import { sign } from "node:crypto";
import { PRACTICE_AAGUID } from "../../../hardware/security-key.ts";
import { presence, type Press } from "../presence.ts";
import { fromText, type KeyStore, newKeyState } from "../store.ts";
import { needed, Params, toCbor } from "./cbor.ts";
import { ClientPin } from "./client-pin.ts";
import { cosePublicKey, type Credential, credentialOf, newCredential } from "./credential.ts";
import { hmacSha256, type PinProtocolVersion, sha256 } from "./pin-protocol.ts";
import {
  type AssertRequest,
  assertRequest,
  type MakeRequest,
  makeRequest,
  MAX_ID_BYTES,
  MAX_LIST,
} from "./requests.ts";
import { decline, Declined, STATUS } from "./status.ts";

const COMMAND = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  getInfo: 0x04,
  clientPin: 0x06,
  reset: 0x07,
  selection: 0x0b,
} as const;

/** WebAuthn §6.1: user present, user verified, attested credential, extensions. */
const FLAG = { up: 0x01, uv: 0x04, at: 0x40, ed: 0x80 } as const;

/** authenticatorReset is for the first ten seconds after plugging in (CTAP 2.1 §6.6). */
const RESET_WINDOW_MS = 10_000;
const MAX_MESSAGE_BYTES = 7609;

/** One command under way: how the host cancels it and how it learns that a touch is wanted. */
export interface Exchange {
  readonly cancel: AbortSignal;
  wantsTouch(wanted: boolean): void;
}

export interface AuthenticatorOptions {
  readonly store: KeyStore;
  readonly press: Press;
  readonly now: () => number;
  /** How long a touch is waited for; CTAP 2.1 §6 asks for at least 10 s, keys take about 30. */
  readonly touchTimeoutMs: number;
  /** The best first. */
  readonly pinProtocols: readonly PinProtocolVersion[];
  /** Which model it says it is; the practice key's own unless a test plays another. */
  readonly aaguid?: string;
}

/**
 * CTAP 2.1 as far as a vault or a tester asks for it: credentials by their id (none discoverable),
 * ES256 with packed self attestation, PIN protocols 1 and 2, hmac-secret, credProtect.
 */
export class Authenticator {
  readonly #store: KeyStore;
  readonly #press: Press;
  readonly #now: () => number;
  readonly #aaguid: Uint8Array;
  readonly #touchTimeoutMs: number;
  readonly #pin: ClientPin;
  readonly #pinProtocols: readonly PinProtocolVersion[];
  readonly #poweredAt: number;

  constructor({
    store,
    press,
    now,
    touchTimeoutMs,
    pinProtocols,
    aaguid = PRACTICE_AAGUID,
  }: AuthenticatorOptions) {
    this.#aaguid = new Uint8Array(Buffer.from(aaguid.replaceAll("-", ""), "hex"));
    this.#store = store;
    this.#press = press;
    this.#now = now;
    this.#touchTimeoutMs = touchTimeoutMs;
    this.#pin = new ClientPin(store, now, pinProtocols);
    this.#pinProtocols = pinProtocols;
    this.#poweredAt = now();
  }

  /** Power came back: what was held in memory only is gone, wrong PINs in a row among it. */
  powerUp(): void {
    this.#pin.forget();
  }

  /** A command byte and its CBOR map in, a status byte and its CBOR map out. Never rejects. */
  async answer(message: Uint8Array, exchange: Exchange): Promise<Uint8Array> {
    try {
      const value = await this.#command(message, exchange);
      const body = value === null || value.size === 0 ? new Uint8Array() : toCbor(value);
      return new Uint8Array(Buffer.concat([Buffer.of(STATUS.ok), body]));
    } catch (error) {
      return Uint8Array.of(error instanceof Declined ? error.status : STATUS.other);
    }
  }

  async #command(message: Uint8Array, exchange: Exchange): Promise<Map<number, unknown> | null> {
    const body = message.subarray(1);
    switch (message[0]) {
      case COMMAND.makeCredential:
        return this.#makeCredential(makeRequest(Params.parse(body)), exchange);
      case COMMAND.getAssertion:
        return this.#getAssertion(assertRequest(Params.parse(body)), exchange);
      case COMMAND.getInfo:
        return this.#info();
      case COMMAND.clientPin:
        return this.#pin.answer(Params.parse(body));
      case COMMAND.reset:
        return this.#reset(exchange);
      case COMMAND.selection:
        await this.#touch(exchange);
        return null;
      default:
        return decline(STATUS.invalidCommand);
    }
  }

  #info(): Map<number, unknown> {
    return new Map<number, unknown>([
      [1, ["FIDO_2_0", "FIDO_2_1"]],
      [2, ["credProtect", "hmac-secret"]],
      [3, this.#aaguid],
      [4, { rk: false, up: true, plat: false, clientPin: this.#pin.isSet, pinUvAuthToken: true }],
      [5, MAX_MESSAGE_BYTES],
      [6, this.#pinProtocols],
      [7, MAX_LIST],
      [8, MAX_ID_BYTES],
      [9, ["usb"]],
      [10, [{ alg: -7, type: "public-key" }]],
      [13, 4],
      [14, 1],
    ]);
  }

  async #makeCredential(asked: MakeRequest, exchange: Exchange): Promise<Map<number, unknown>> {
    const { relyingParty, clientDataHash, protection, hmacSecret } = asked;
    const uv = await this.#verified(asked, exchange);
    if (this.#pin.isSet && !uv) return decline(STATUS.puatRequired);
    const known = this.#held(asked, uv);
    await this.#touch(exchange);
    if (known.length > 0) return decline(STATUS.credentialExcluded);

    const credential = newCredential(this.#master(), relyingParty, protection ?? 1);
    const extensions = {
      ...(protection === undefined ? {} : { credProtect: protection }),
      ...(hmacSecret ? { "hmac-secret": true } : {}),
    };
    const idLength = Buffer.alloc(2);
    idLength.writeUInt16BE(credential.id.length);
    const attested = [this.#aaguid, idLength, credential.id, toCbor(cosePublicKey(credential))];
    const flags = FLAG.up | (uv ? FLAG.uv : 0) | FLAG.at;
    const data = this.#authenticatorData(relyingParty, flags, attested, extensions);
    // Self attestation (WebAuthn §8.2): signed by the new credential itself.
    return new Map<number, unknown>([
      [1, "packed"],
      [2, data],
      [3, { alg: -7, sig: signed(credential, data, clientDataHash) }],
    ]);
  }

  async #getAssertion(asked: AssertRequest, exchange: Exchange): Promise<Map<number, unknown>> {
    const { relyingParty, clientDataHash, hmacSecret, up } = asked;
    const uv = await this.#verified(asked, exchange);
    const credential = this.#held(asked, uv)[0];
    if (credential === undefined) return decline(STATUS.noCredentials);
    // Before the touch: nobody is asked for a finger that could not help.
    const output =
      hmacSecret === undefined ? undefined : this.#hmacSecret(hmacSecret, credential, uv);
    if (up) await this.#touch(exchange);

    const flags = (up ? FLAG.up : 0) | (uv ? FLAG.uv : 0);
    const extensions = output === undefined ? {} : { "hmac-secret": output };
    const data = this.#authenticatorData(relyingParty, flags, [], extensions);
    return new Map<number, unknown>([
      [1, { id: credential.id, type: "public-key" }],
      [2, data],
      [3, signed(credential, data, clientDataHash)],
    ]);
  }

  /** A new master secret and no PIN: every credential of before is gone. The OTP slots stay. */
  async #reset(exchange: Exchange): Promise<null> {
    if (this.#now() - this.#poweredAt > RESET_WINDOW_MS) return decline(STATUS.notAllowed);
    await this.#touch(exchange);
    const { label, otp } = this.#store.read();
    this.#store.write({ ...newKeyState(label), otp });
    this.#pin.forget();
    return null;
  }

  /** User verification: a token's signature over the request. False without one. */
  async #verified(asked: MakeRequest | AssertRequest, exchange: Exchange): Promise<boolean> {
    const { signature, pinProtocol, clientDataHash, permission, relyingParty } = asked;
    if (signature === undefined) return false;
    if (signature.length === 0) {
      // "Which key is it?": a touch, then whether it has a PIN.
      await this.#touch(exchange);
      return decline(this.#pin.isSet ? STATUS.pinInvalid : STATUS.pinNotSet);
    }
    const version = needed(pinProtocol);
    this.#pin.authorize(version, signature, clientDataHash, permission, relyingParty);
    return true;
  }

  /** Those of the list that this key made and may use now. */
  #held({ relyingParty, credentials }: MakeRequest | AssertRequest, uv: boolean): Credential[] {
    return credentials.flatMap((id) => {
      const credential = credentialOf(this.#master(), relyingParty, id);
      return credential === null || (credential.protection === 3 && !uv) ? [] : [credential];
    });
  }

  /** hmac-secret at GetAssertion (CTAP 2.1 §12.7): one or two salts, encrypted both ways. */
  #hmacSecret(input: Params, credential: Credential, uv: boolean): Uint8Array {
    const protocol = this.#pin.protocol(input.integer(4) ?? 1);
    const secret = protocol.decapsulate(needed(input.map(1)));
    const sealed = needed(input.bytes(2));
    if (!protocol.verify(secret, sealed, needed(input.bytes(3))))
      return decline(STATUS.pinAuthInvalid);
    const salts = protocol.decrypt(secret, sealed);
    if (salts.length !== 32 && salts.length !== 64) return decline(STATUS.invalidLength);
    const random = uv ? credential.withUv : credential.withoutUv;
    const outputs = [salts.subarray(0, 32), salts.subarray(32)]
      .filter((salt) => salt.length > 0)
      .map((salt) => hmacSha256(random, salt));
    return protocol.encrypt(secret, Buffer.concat(outputs));
  }

  async #touch({ cancel, wantsTouch }: Exchange): Promise<void> {
    wantsTouch(true);
    const shown = await presence(this.#press, cancel, this.#touchTimeoutMs);
    wantsTouch(false);
    if (shown === "cancelled") return decline(STATUS.keepaliveCancel);
    if (shown === "timeout") return decline(STATUS.userActionTimeout);
    this.#pin.spend();
  }

  #master(): Uint8Array {
    return fromText(this.#store.read().master);
  }

  #authenticatorData(
    relyingParty: string,
    flags: number,
    attested: readonly Uint8Array[],
    extensions: Readonly<Record<string, unknown>>,
  ): Uint8Array {
    const state = this.#store.read();
    const counter = state.counter + 1;
    this.#store.write({ ...state, counter });
    const extended = Object.keys(extensions).length > 0;
    const head = Buffer.alloc(5);
    head.writeUInt8(flags | (extended ? FLAG.ed : 0));
    head.writeUInt32BE(counter, 1);
    const tail = extended ? [toCbor(extensions)] : [];
    return new Uint8Array(Buffer.concat([sha256(relyingParty), head, ...attested, ...tail]));
  }
}

const signed = ({ privateKey }: Credential, data: Uint8Array, hashed: Uint8Array): Uint8Array =>
  new Uint8Array(sign("sha256", Buffer.concat([data, hashed]), privateKey));
