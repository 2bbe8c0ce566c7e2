import { type Cbor, type CborMap, decodeMap, wholeAt } from "../../../hardware/fido/cbor.ts";
import { CTAP, PIN } from "../../../hardware/fido/commands.ts";
import { COMMAND } from "../../../hardware/fido/frames.ts";
import type { Salts } from "../../../hardware/fido/hmac-secret.ts";
import type { Step } from "./recording.ts";

// What a recorded request asks for, read from its packets.

const KNOWN_FIELDS: Readonly<Record<number, readonly number[]>> = {
  [CTAP.makeCredential]: [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [CTAP.getAssertion]: [1, 2, 3, 4, 5, 6, 7],
};

export function missing(what: string): never {
  throw new Error(`the recording lacks ${what}`);
}

/** A CTAP2 request that the client has a command for; null: it is sent as it was. */
export function typed(payload: Uint8Array): { ctap: number; map: CborMap } | null {
  const [ctap = 0] = payload;
  if (ctap === CTAP.getInfo && payload.length === 1) return { ctap, map: new Map() };
  let map: CborMap;
  try {
    map = decodeMap(payload.subarray(1));
  } catch {
    return null;
  }
  const known: readonly Cbor[] | undefined =
    ctap === CTAP.clientPin
      ? Object.values(PIN).includes(Number(map.get(2)))
        ? [...map.keys()]
        : []
      : KNOWN_FIELDS[ctap];
  return known !== undefined && [...map.keys()].every((key) => known.includes(key))
    ? { ctap, map }
    : null;
}

export function protocolAt(map: CborMap, key: number): 1 | 2 {
  const protocol = wholeAt(map, key);
  return protocol === 1 || protocol === 2 ? protocol : missing(`protocol ${protocol}`);
}

export function plain(map: CborMap): Record<string, Cbor> {
  return Object.fromEntries([...map].map(([name, value]) => [String(name), value]));
}

/** As recorded beside the packets; else what the recorded client encrypted. */
export function saltsOf({ salt1, salt2 }: Step, sent: Uint8Array): Salts {
  const one = salt1 ?? sent.slice(0, 32);
  const two = salt2 ?? (salt1 === null ? sent.slice(32) : null);
  return two === null || two.length === 0 ? [one] : [one, two];
}

/** Its answer is of use only for a request that must still come. */
export function prepares(step: Step | undefined): boolean {
  if (step === undefined || step.command === COMMAND.INIT) return true;
  const request = step.command === COMMAND.CBOR ? typed(step.payload) : null;
  if (request === null) return false;
  const { ctap, map } = request;
  return (
    ctap === CTAP.getInfo ||
    ctap === CTAP.makeCredential ||
    (ctap === CTAP.clientPin && map.get(2) !== PIN.retries)
  );
}
