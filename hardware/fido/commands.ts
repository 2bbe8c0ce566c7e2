import { equal, sha256, utf8 } from "../../crypto/bytes.ts";
import { malformed, refuse } from "../errors.ts";
import { type AuthenticatorData, FLAG, readAuthenticatorData } from "./auth-data.ts";
import { bytesAt, type Cbor, type CborMap, decodeMap, encode, mapAt, wholeAt } from "./cbor.ts";
import type { Channel, Interaction } from "./channel.ts";
import { COMMAND } from "./frames.ts";
import { type Info, readInfo } from "./info.ts";
import type { Protocol, SharedSecret } from "./pin-protocol.ts";
import { refuseStatus, STATUS } from "./status.ts";

/** The CTAP2 commands that a vault's key needs (CTAP 2.1 §6), one message each. */

export const CTAP = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  getInfo: 0x04,
  clientPin: 0x06,
  selection: 0x0b,
};

/** clientPIN subcommands (§6.5.5). */
export const PIN = { retries: 0x01, keyAgreement: 0x02, token: 0x05, tokenWithPermissions: 0x09 };

/** pinUvAuthToken permissions (§6.5.5.7). */
export const PERMISSION = { makeCredential: 0x01, getAssertion: 0x02 } as const;

/** An open key: where commands go and what it is called in errors. */
export interface Session {
  readonly channel: Channel;
  readonly label: string;
  /** Gives up whatever is under way: also what asks for no touch. */
  readonly signal?: AbortSignal | undefined;
}

/** Proof of a PIN for one operation: `param` authenticates its clientDataHash. */
export interface Verified {
  readonly param: Uint8Array;
  readonly protocol: Protocol;
}

export interface NewCredential {
  /** 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly rp: { readonly id: string; readonly name?: string };
  readonly user: {
    readonly id: Uint8Array;
    readonly name?: string;
    readonly displayName?: string;
  };
  readonly algorithms: readonly number[];
  /** Credentials that make the key refuse, when it holds one: it is KEY_ALREADY_ENROLLED. */
  readonly exclude?: readonly Uint8Array[];
  readonly extensions: { readonly [name: string]: Cbor };
  readonly options?: { readonly [name: string]: boolean };
  readonly verified?: Verified;
}

export interface AssertionWanted {
  readonly rpId: string;
  /** 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly allow: readonly Uint8Array[];
  readonly extensions?: { readonly [name: string]: Cbor };
  readonly options?: { readonly [name: string]: boolean };
  readonly verified?: Verified;
}

export interface MadeAssertion {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly data: AuthenticatorData;
  /** ASN.1 DER ECDSA over authenticatorData | clientDataHash. */
  readonly signature: Uint8Array;
}

/** Sends a map or nothing; a status that is not ok is thrown as its coded error. */
async function command(
  { channel, label, signal }: Session,
  operation: keyof typeof CTAP,
  request: CborMap | null,
  interaction: Interaction = { signal },
): Promise<CborMap> {
  const body = request === null ? new Uint8Array() : encode(request);
  const message = new Uint8Array(1 + body.length);
  message[0] = CTAP[operation];
  message.set(body, 1);
  const { payload, askedForTouch } = await channel.transact(COMMAND.CBOR, message, interaction);
  const status = payload[0] ?? malformed("an answer without a status");
  if (status !== STATUS.ok) return refuseStatus({ operation, label, status, askedForTouch });
  return payload.length === 1 ? new Map() : decodeMap(payload.subarray(1));
}

/** Leaves out what is undefined or has nothing in it. */
const fields = (entries: readonly (readonly [number, Cbor | undefined])[]): CborMap =>
  new Map(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));

const unlessEmpty = <T extends object>(value: T | undefined): T | undefined =>
  value === undefined || Object.keys(value).length === 0 ? undefined : value;

const descriptor = (id: Uint8Array): Cbor => ({ id, type: "public-key" });

export const getInfo = async (session: Session): Promise<Info> =>
  readInfo(await command(session, "getInfo", null));

export async function makeCredential(
  session: Session,
  wanted: NewCredential,
  interaction?: Interaction,
): Promise<AuthenticatorData> {
  const { clientDataHash, rp, user, algorithms, exclude, extensions, options, verified } = wanted;
  const request = fields([
    [1, clientDataHash],
    [2, rp],
    [3, user],
    [4, algorithms.map((alg) => ({ alg, type: "public-key" }))],
    [5, unlessEmpty(exclude?.map(descriptor))],
    [6, unlessEmpty(extensions)],
    [7, unlessEmpty(options)],
    [8, verified?.param],
    [9, verified?.protocol],
  ]);
  const answer = await command(session, "makeCredential", request, interaction);
  const data = readAuthenticatorData(bytesAt(answer, 2), sha256(utf8(rp.id)));
  if ((data.flags & FLAG.up) === 0) malformed("a credential without a touch");
  return data;
}

export async function getAssertion(
  session: Session,
  wanted: AssertionWanted,
  interaction?: Interaction,
): Promise<MadeAssertion> {
  const { rpId, clientDataHash, allow, extensions, options, verified } = wanted;
  const request = fields([
    [1, rpId],
    [2, clientDataHash],
    [3, allow.length === 0 ? undefined : allow.map(descriptor)],
    [4, unlessEmpty(extensions)],
    [5, unlessEmpty(options)],
    [6, verified?.param],
    [7, verified?.protocol],
  ]);
  const answer = await command(session, "getAssertion", request, interaction);
  // With one credential allowed the key may leave out which it was (§6.2.2).
  const [only] = allow;
  const named = answer.has(1) ? bytesAt(mapAt(answer, 1), "id") : undefined;
  const credentialId = named ?? (allow.length === 1 ? only : undefined);
  if (credentialId === undefined || !allow.some((id) => equal(id, credentialId)))
    return malformed("an assertion of another credential");
  const authenticatorData = bytesAt(answer, 2);
  return {
    credentialId,
    authenticatorData,
    data: readAuthenticatorData(authenticatorData, sha256(utf8(rpId))),
    signature: bytesAt(answer, 3),
  };
}

const clientPin = (
  session: Session,
  protocol: Protocol,
  subcommand: number,
  more: readonly (readonly [number, Cbor | undefined])[] = [],
): Promise<CborMap> =>
  command(session, "clientPin", fields([[1, protocol], [2, subcommand], ...more]));

/** CTAP 2.1 §6.5.2.2: no key allows more. */
const MOST_RETRIES = 8;

export interface PinRetries {
  /** PIN tries before the key blocks itself. */
  readonly left: number;
  /** It takes none until it is plugged in again. */
  readonly paused: boolean;
}

export async function pinRetries(session: Session, protocol: Protocol): Promise<PinRetries> {
  const answer = await clientPin(session, protocol, PIN.retries);
  const left = wholeAt(answer, 3);
  if (left < 0 || left > MOST_RETRIES) return malformed("the number of PIN tries");
  return { left, paused: answer.get(4) === true };
}

/** The key's half of a key agreement, a COSE key. */
export const keyAgreement = async (session: Session, protocol: Protocol): Promise<CborMap> =>
  mapAt(await clientPin(session, protocol, PIN.keyAgreement), 1);

/**
 * Spends one try of the PIN and gets a token for one operation. Secret: 16 or 32 bytes.
 * `pinHash`: the first 16 bytes of SHA-256 of the PIN. `use`: null asks for a token without
 * permissions, the only kind before CTAP 2.1.
 * A wrong PIN is PIN_WRONG; `pinRetries` then tells how many tries are left.
 */
export async function pinToken(
  session: Session,
  shared: SharedSecret,
  pinHash: Uint8Array,
  use: { readonly permissions: number; readonly rpId?: string } | null,
): Promise<Uint8Array> {
  const { protocol, platformKey } = shared;
  const subcommand = use === null ? PIN.token : PIN.tokenWithPermissions;
  const answer = await clientPin(session, protocol, subcommand, [
    [3, platformKey],
    [6, shared.encrypt(pinHash)],
    [9, use?.permissions],
    [10, use?.rpId],
  ]);
  const token = shared.decrypt(bytesAt(answer, 2));
  const fits = token.length === 32 || (protocol === 1 && token.length === 16);
  if (fits) return token;
  token.fill(0);
  return malformed("the length of the PIN token");
}

/** "Touch me if I am meant" (§6.9): no PIN, no credential, nothing changes. */
export async function selection(session: Session, interaction: Interaction): Promise<void> {
  await command(session, "selection", null, interaction);
}

/** The key blinks, so that a person sees which one is meant. Asks for nothing. */
export async function wink({ channel, label }: Session): Promise<void> {
  if (!channel.winks) return refuse("KEY_REFUSED", { label, operation: "wink", status: "absent" });
  await channel.transact(COMMAND.WINK, new Uint8Array());
}
