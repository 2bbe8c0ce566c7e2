import { sha256, utf8 } from "../../crypto/bytes.ts";
import { isCode, malformed, refuse } from "../errors.ts";
import { keyAgreement, pinRetries, pinToken, type Session, type Verified } from "./commands.ts";
import type { Info } from "./info.ts";
import { authenticate, type Draw, type Protocol, SharedSecret } from "./pin-protocol.ts";

const HASH_BYTES = 16;
const MIN_CODE_POINTS = 4;
const MAX_BYTES = 63;

/** The protocol that the key likes best, of those that this client knows. */
export const protocolOf = (info: Info): Protocol =>
  info.protocols[0] ?? malformed("no PIN protocol that this client knows");

/** A new key agreement: one exchange only. */
export async function agree(session: Session, info: Info, draw: Draw): Promise<SharedSecret> {
  const protocol = protocolOf(info);
  return SharedSecret.agree(protocol, await keyAgreement(session, protocol), draw);
}

/** CTAP 2.1 §6.5.1: at least four code points, at most 63 bytes, in NFC. Spends no try. */
function checkPin(pin: string): void {
  if (pin === "") refuse("KEY_NEEDS_PIN");
  const normal = pin.normalize("NFC");
  const bytes = utf8(normal);
  const fits = [...normal].length >= MIN_CODE_POINTS && bytes.length <= MAX_BYTES;
  bytes.fill(0);
  if (!fits) refuse("PIN_MALFORMED");
}

/** SHA-256 of the PIN, of which a key is told the first half. Secret, all 32 bytes. */
function digestOf(pin: string): Uint8Array {
  const bytes = utf8(pin.normalize("NFC"));
  const digest = sha256(bytes);
  bytes.fill(0);
  return digest;
}

/**
 * User verification for one operation: a fresh token, because CTAP 2.1 keys clear a token's
 * permissions after its use, and the authentication of `clientDataHash` under it.
 */
export async function verifyUser(
  session: Session,
  info: Info,
  draw: Draw,
  wanted: {
    readonly pin: string;
    readonly permissions: number;
    readonly rpId: string;
    readonly clientDataHash: Uint8Array;
  },
): Promise<Verified> {
  const { label } = session;
  checkPin(wanted.pin);
  if (info.options.get("clientPin") !== true) return refuse("KEY_PIN_NOT_SET", { label });
  if (info.forcePinChange) return refuse("KEY_PIN_MUST_CHANGE", { label });
  const shared = await agree(session, info, draw);
  const { protocol } = shared;
  const { permissions, rpId } = wanted;
  const use = info.options.get("pinUvAuthToken") === true ? { permissions, rpId } : null;
  const digest = digestOf(wanted.pin);
  try {
    const token = await pinToken(session, shared, digest.subarray(0, HASH_BYTES), use);
    try {
      return { param: authenticate(protocol, token, wanted.clientDataHash), protocol };
    } finally {
      token.fill(0);
    }
  } catch (error) {
    if (!isCode(error, "PIN_WRONG")) throw error;
    const { left } = await pinRetries(session, protocol);
    return refuse(left === 0 ? "PIN_BLOCKED" : "PIN_WRONG", { label, retries: left });
  } finally {
    digest.fill(0);
    shared.wipe();
  }
}
