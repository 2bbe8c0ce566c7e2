import { timingSafeEqual } from "node:crypto";
import { fromText, type KeyStore, PIN_RETRIES, pinHashOf, toText } from "../store.ts";
import { needed, type Params } from "./cbor.ts";
import { PinProtocol, type PinProtocolVersion } from "./pin-protocol.ts";
import { decline, STATUS } from "./status.ts";

/** CTAP 2.1 §6.5.5.7: permissions of a pinUvAuthToken. Only the first two exist here. */
export const PERMISSION = { makeCredential: 0x01, getAssertion: 0x02 } as const;

const KNOWN_PERMISSIONS = PERMISSION.makeCredential | PERMISSION.getAssertion;

/** Wrong PINs in a row until the key wants to be plugged in again (CTAP 2.1 §6.5.5.7). */
const TRIES_PER_POWER_CYCLE = 3;
/** CTAP 2.1 §6.5.2.1: a token must be used within 30 s, and ends after 10 minutes. */
const FIRST_USE_MS = 30_000;
const LIFETIME_MS = 600_000;

const SUBCOMMAND = {
  getPinRetries: 1,
  getKeyAgreement: 2,
  setPin: 3,
  changePin: 4,
  getPinToken: 5,
  getTokenWithPermissions: 9,
} as const;

interface Token {
  readonly bytes: Uint8Array;
  readonly protocol: PinProtocolVersion;
  readonly at: number;
  permissions: number;
  relyingParty: string | null;
  used: boolean;
}

/** authenticatorClientPIN (CTAP 2.1 §6.5) and the tokens it hands out. */
export class ClientPin {
  readonly #store: KeyStore;
  readonly #now: () => number;
  readonly #protocols: ReadonlyMap<number, PinProtocol>;
  #token: Token | null = null;
  #wrongInARow = 0;

  constructor(store: KeyStore, now: () => number, versions: readonly PinProtocolVersion[]) {
    this.#store = store;
    this.#now = now;
    this.#protocols = new Map(versions.map((version) => [version, new PinProtocol(version)]));
  }

  get isSet(): boolean {
    return this.#store.read().pinHash !== null;
  }

  protocol(version: number): PinProtocol {
    return this.#protocols.get(version) ?? decline(STATUS.invalidParameter);
  }

  /** After a reset or a loss of power: no token of before is good any more. */
  forget(): void {
    this.#token = null;
    this.#wrongInARow = 0;
    for (const protocol of this.#protocols.values()) protocol.regenerate();
  }

  /** Declines unless `signature` was made over `message` with a live token that permits this. */
  authorize(
    version: number,
    signature: Uint8Array,
    message: Uint8Array,
    permission: number,
    relyingParty: string,
  ): void {
    const protocol = this.protocol(version);
    const token = this.#live(version);
    if (
      token === null ||
      !protocol.verify(token.bytes, message, signature) ||
      (token.permissions & permission) === 0 ||
      (token.relyingParty ?? relyingParty) !== relyingParty
    )
      return decline(STATUS.pinAuthInvalid);
    token.relyingParty = relyingParty;
    token.used = true;
  }

  /** A token is good for one touch: its permissions go once presence was shown. */
  spend(): void {
    if (this.#token !== null) this.#token.permissions = 0;
  }

  answer(params: Params): Map<number, unknown> {
    switch (needed(params.integer(2))) {
      case SUBCOMMAND.getPinRetries:
        return new Map<number, unknown>([
          [3, this.#store.read().pinRetries],
          [4, this.#wrongInARow >= TRIES_PER_POWER_CYCLE],
        ]);
      case SUBCOMMAND.getKeyAgreement:
        return new Map([[1, this.protocol(needed(params.integer(1))).publicKey()]]);
      case SUBCOMMAND.setPin:
        return this.#setPin(params);
      case SUBCOMMAND.changePin:
        return this.#changePin(params);
      case SUBCOMMAND.getPinToken:
        if (params.has(9) || params.has(10)) return decline(STATUS.invalidParameter);
        return this.#getToken(params, KNOWN_PERMISSIONS, null);
      case SUBCOMMAND.getTokenWithPermissions: {
        const permissions = needed(params.integer(9));
        if (permissions <= 0) return decline(STATUS.invalidParameter);
        if ((permissions & ~KNOWN_PERMISSIONS) !== 0) return decline(STATUS.unauthorizedPermission);
        return this.#getToken(params, permissions, needed(params.text(10)));
      }
      default:
        return decline(STATUS.invalidSubcommand);
    }
  }

  #live(version: number): Token | null {
    const token = this.#token;
    if (token === null || token.protocol !== version) return null;
    const age = this.#now() - token.at;
    return age > (token.used ? LIFETIME_MS : FIRST_USE_MS) ? null : token;
  }

  #setPin(params: Params): Map<number, unknown> {
    const protocol = this.protocol(needed(params.integer(1)));
    const peer = needed(params.map(3));
    const sealed = needed(params.bytes(5));
    const signature = needed(params.bytes(4));
    if (this.isSet) return decline(STATUS.pinAuthInvalid);
    const secret = protocol.decapsulate(peer);
    if (!protocol.verify(secret, sealed, signature)) return decline(STATUS.pinAuthInvalid);
    this.#keep(protocol.decrypt(secret, sealed));
    return new Map();
  }

  #changePin(params: Params): Map<number, unknown> {
    const protocol = this.protocol(needed(params.integer(1)));
    const peer = needed(params.map(3));
    const sealed = needed(params.bytes(5));
    const sealedHash = needed(params.bytes(6));
    const signature = needed(params.bytes(4));
    this.#mayTry();
    const secret = protocol.decapsulate(peer);
    if (!protocol.verify(secret, Buffer.concat([sealed, sealedHash]), signature))
      return decline(STATUS.pinAuthInvalid);
    this.#try(protocol, protocol.decrypt(secret, sealedHash));
    this.#keep(protocol.decrypt(secret, sealed));
    return new Map();
  }

  #getToken(
    params: Params,
    permissions: number,
    relyingParty: string | null,
  ): Map<number, unknown> {
    const protocol = this.protocol(needed(params.integer(1)));
    const peer = needed(params.map(3));
    const sealedHash = needed(params.bytes(6));
    this.#mayTry();
    const secret = protocol.decapsulate(peer);
    this.#try(protocol, protocol.decrypt(secret, sealedHash));
    const bytes = protocol.newToken();
    this.#token = {
      bytes,
      protocol: protocol.version,
      at: this.#now(),
      permissions,
      relyingParty,
      used: false,
    };
    return new Map([[2, protocol.encrypt(secret, bytes)]]);
  }

  #mayTry(): void {
    const { pinHash, pinRetries } = this.#store.read();
    if (pinHash === null) return decline(STATUS.pinNotSet);
    if (pinRetries === 0) return decline(STATUS.pinBlocked);
    if (this.#wrongInARow >= TRIES_PER_POWER_CYCLE) return decline(STATUS.pinAuthBlocked);
  }

  /** A try is spent, on disk, before the PIN is compared. */
  #try(protocol: PinProtocol, hash: Uint8Array): void {
    const state = this.#store.read();
    const left = state.pinRetries - 1;
    this.#store.write({ ...state, pinRetries: left });
    const right = fromText(state.pinHash ?? "");
    if (hash.length === right.length && timingSafeEqual(hash, right)) {
      this.#wrongInARow = 0;
      this.#store.write({ ...state, pinRetries: PIN_RETRIES });
      return;
    }
    this.#wrongInARow += 1;
    protocol.regenerate();
    if (left === 0) return decline(STATUS.pinBlocked);
    return decline(
      this.#wrongInARow >= TRIES_PER_POWER_CYCLE ? STATUS.pinAuthBlocked : STATUS.pinInvalid,
    );
  }

  /** The new PIN, zero-padded to 64 bytes: at least 4 code points, at most 63 bytes. */
  #keep(padded: Uint8Array): void {
    if (padded.length !== 64) return decline(STATUS.invalidParameter);
    const pin = padded.subarray(0, padded.findLastIndex((byte) => byte !== 0) + 1);
    const points = [...Buffer.from(pin).toString("utf8")].length;
    if (pin.length > 63 || points < 4) return decline(STATUS.pinPolicyViolation);
    this.#store.write({
      ...this.#store.read(),
      pinHash: toText(pinHashOf(pin)),
      pinRetries: PIN_RETRIES,
    });
    this.#token = null;
    this.#wrongInARow = 0;
  }
}
