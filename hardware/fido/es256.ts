import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { base64url, concat } from "../../crypto/bytes.ts";
import { malformed } from "../errors.ts";

/** `point`: uncompressed SEC1 P-256, 65 bytes. One that is not on the curve is KEY_ANSWER_INVALID. */
export function es256Key(point: Uint8Array): KeyObject {
  const x = base64url(point.subarray(1, 33));
  const y = base64url(point.subarray(33));
  try {
    return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  } catch {
    return malformed("the credential's public key");
  }
}

/** Refuses an assertion that the credential's key did not sign (WebAuthn §7.2, step 20). */
export function checkAssertion(
  point: Uint8Array,
  signed: { readonly authenticatorData: Uint8Array; readonly clientDataHash: Uint8Array },
  signature: Uint8Array,
): void {
  const message = concat(signed.authenticatorData, signed.clientDataHash);
  if (!verify("sha256", message, es256Key(point), signature)) malformed("an assertion's signature");
}
