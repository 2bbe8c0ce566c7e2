import { concat } from "../../crypto/bytes.ts";
import { malformed } from "../errors.ts";
import type { Cbor, CborMap } from "./cbor.ts";
import type { SharedSecret } from "./pin-protocol.ts";

/** The hmac-secret extension of GetAssertion (CTAP 2.1 §12.5): one or two salts a touch. */

export const SALT_BYTES = 32;
export const OUTPUT_BYTES = 32;

export type Salts = readonly [Uint8Array] | readonly [Uint8Array, Uint8Array];

/** The extension's input. Protocol two names itself; keys of CTAP 2.0 know no field 4. */
export function hmacSecretInput(shared: SharedSecret, salts: Salts): CborMap {
  if (salts.some(({ length }) => length !== SALT_BYTES)) return malformed("a salt's length");
  const encrypted = shared.encrypt(concat(...salts));
  return new Map<number, Cbor>([
    [1, shared.platformKey],
    [2, encrypted],
    [3, shared.authenticate(encrypted)],
    ...(shared.protocol === 1 ? [] : [[4, shared.protocol] as const]),
  ]);
}

/** One output of 32 bytes for each salt. Secret. */
export function hmacSecretOutput(
  shared: SharedSecret,
  extensions: CborMap | null,
  salts: Salts,
): Uint8Array[] {
  const encrypted = extensions?.get("hmac-secret");
  if (!(encrypted instanceof Uint8Array)) return malformed("no hmac-secret in the assertion");
  const plain = shared.decrypt(encrypted);
  if (plain.length !== salts.length * OUTPUT_BYTES) {
    plain.fill(0);
    return malformed("the length of hmac-secret");
  }
  const outputs = salts.map((_, index) =>
    plain.slice(index * OUTPUT_BYTES, (index + 1) * OUTPUT_BYTES),
  );
  plain.fill(0);
  return outputs;
}
