import { needed, Params } from "./cbor.ts";
import { PERMISSION } from "./client-pin.ts";
import type { Protection } from "./credential.ts";
import { decline, STATUS } from "./status.ts";

/** Entries of an allowList or excludeList, and the longest id in one: both told by GetInfo. */
export const MAX_LIST = 16;
export const MAX_ID_BYTES = 64;

/** What makeCredential and getAssertion have in common. */
interface Asked {
  readonly clientDataHash: Uint8Array;
  readonly relyingParty: string;
  /** What a pinUvAuthToken must permit. */
  readonly permission: number;
  /** pinUvAuthParam; empty: "which key is it?" (CTAP 2.1 §6.1.2, step 1). */
  readonly signature: Uint8Array | undefined;
  readonly pinProtocol: number | undefined;
  /** excludeList or allowList. */
  readonly credentials: readonly Uint8Array[];
}

export interface MakeRequest extends Asked {
  readonly hmacSecret: boolean;
  readonly protection: Protection | undefined;
}

export interface AssertRequest extends Asked {
  /** False: a silent probe, no touch. */
  readonly up: boolean;
  readonly hmacSecret: Params | undefined;
}

/** authenticatorMakeCredential's parameters (CTAP 2.1 §6.1). */
export function makeRequest(params: Params): MakeRequest {
  const clientDataHash = hash(params, 1);
  const relyingParty = needed(needed(params.map(2)).text("id"));
  const user = needed(needed(params.map(3)).bytes("id"));
  if (user.length === 0 || user.length > 64) return decline(STATUS.invalidLength);
  const suits = needed(params.list(4)).some((entry) => {
    const { type, algorithm } = algorithmOf(new Params(entry));
    return type === "public-key" && algorithm === -7;
  });
  if (!suits) return decline(STATUS.unsupportedAlgorithm);
  const options = params.map(7);
  if (options?.flag("rk") === true) return decline(STATUS.unsupportedOption);
  if (options?.flag("uv") === true || options?.flag("up") === false)
    return decline(STATUS.invalidOption);
  const extensions = params.map(6);
  return {
    clientDataHash,
    relyingParty,
    permission: PERMISSION.makeCredential,
    signature: params.bytes(8),
    pinProtocol: params.integer(9),
    credentials: ids(params.list(5) ?? []),
    hmacSecret: extensions?.flag("hmac-secret") === true,
    protection: protectionOf(extensions?.integer("credProtect")),
  };
}

/** authenticatorGetAssertion's parameters (CTAP 2.1 §6.2). */
export function assertRequest(params: Params): AssertRequest {
  const options = params.map(5);
  if (options?.has("rk") === true) return decline(STATUS.unsupportedOption);
  if (options?.flag("uv") === true) return decline(STATUS.invalidOption);
  const up = options?.flag("up") ?? true;
  const hmacSecret = params.map(4)?.map("hmac-secret");
  if (hmacSecret !== undefined && !up) return decline(STATUS.unsupportedOption);
  return {
    clientDataHash: hash(params, 2),
    relyingParty: needed(params.text(1)),
    permission: PERMISSION.getAssertion,
    signature: params.bytes(6),
    pinProtocol: params.integer(7),
    credentials: ids(params.list(3) ?? []),
    up,
    hmacSecret,
  };
}

function hash(params: Params, key: number): Uint8Array {
  const value = needed(params.bytes(key));
  return value.length === 32 ? value : decline(STATUS.invalidLength);
}

const algorithmOf = (entry: Params): { type: string; algorithm: number } => ({
  type: needed(entry.text("type")),
  algorithm: needed(entry.integer("alg")),
});

function protectionOf(level: number | undefined): Protection | undefined {
  if (level === undefined || level === 1 || level === 2 || level === 3) return level;
  return decline(STATUS.invalidOption);
}

/** Descriptors of a kind that we don't know are passed over, as the specification asks. */
function ids(list: readonly unknown[]): Uint8Array[] {
  if (list.length > MAX_LIST) return decline(STATUS.limitExceeded);
  return list.flatMap((entry) => {
    const descriptor = new Params(entry);
    const id = needed(descriptor.bytes("id"));
    return needed(descriptor.text("type")) === "public-key" ? [id] : [];
  });
}
