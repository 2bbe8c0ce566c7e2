import { hex } from "../../crypto/bytes.ts";
import { malformed } from "../errors.ts";
import { bytesAt, type CborMap, mapAt, textsAt, wholesAt } from "./cbor.ts";
import type { Protocol } from "./pin-protocol.ts";

/** What a key says of itself (authenticatorGetInfo, CTAP 2.1 §6.4), as far as this client asks. */
export interface Info {
  readonly versions: readonly string[];
  readonly extensions: readonly string[];
  /** Lower-case UUID text. */
  readonly aaguid: string;
  /** An option that is not there is not the same as one that is false. */
  readonly options: ReadonlyMap<string, boolean>;
  /** PIN/UV auth protocols in the key's order of preference, those that this client knows. */
  readonly protocols: readonly Protocol[];
  readonly firmware: number | null;
  readonly forcePinChange: boolean;
}

/** COSE: ECDSA with SHA-256 on P-256. */
export const ES256 = -7;

export function uuid(bytes: Uint8Array): string {
  const text = hex(bytes);
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]]
    .map(([from, to]) => text.slice(from, to))
    .join("-");
}

export function readInfo(map: CborMap): Info {
  const options = new Map<string, boolean>();
  if (map.has(4))
    for (const [name, value] of mapAt(map, 4))
      if (typeof name === "string" && typeof value === "boolean") options.set(name, value);
  const versions = textsAt(map, 1);
  if (versions.length === 0) malformed("no versions in GetInfo");
  // CTAP 2.0 keys with a PIN may leave the list out: protocol one is all there was.
  const firmware = map.get(14);
  const offered = map.has(6) ? wholesAt(map, 6) : [1];
  return {
    versions,
    extensions: textsAt(map, 2),
    aaguid: uuid(bytesAt(map, 3, 16)),
    options,
    protocols: offered.filter((protocol) => protocol === 1 || protocol === 2),
    firmware: typeof firmware === "number" ? firmware : null,
    forcePinChange: map.get(12) === true,
  };
}
