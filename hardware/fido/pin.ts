import { sha256, utf8 } from "../../crypto/bytes.ts";
import { isCode, malformed, refuse } from "../errors.ts";
import { keyAgreement, pinRetries, pinToken, type Session, type Verified } from "./commands.ts";
import type { Info } from "./info.ts";
import { authenticate, type Draw, type Protocol, SharedSecret } from "./pin-protocol.ts";

const HASH_BYTES = 16;
const MIN_BYTES = 4;
const MAX_BYTES = 63;

/** The protocol that the key likes best, of those that this client knows. */
export const protocolOf = (info: Info): Protocol =>
  info.protocols[0] ?? malformed("no PIN protocol that this client knows");

/** A new key agreement: one exchange only. */
export async function agree(session: Session, info: Info, draw: Draw): Promise<SharedSecret> {
  const protocol = protocolOf(info);
  return SharedSecret.agree(protocol, await keyAgreement(session, protocol), draw);
}

/** LEFT(SHA-256(PIN), 16), the PIN in NFC (CTAP 2.1 §6.5.1). Spends no try. Secret. */
function hashOf(pin: string): Uint8Array {
  if (pin === "") return refuse("KEY_NEEDS_PIN");
  const bytes = utf8(pin.normalize("NFC"));
  try {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) return refuse("PIN_MALFORMED");
    return sha256(bytes).subarray(0, HASH_BYTES);
  } finally {
    bytes.fill(0);
  }
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
  const hash = hashOf(wanted.pin);
  if (info.options.get("clientPin") !== true) return refuse("KEY_PIN_NOT_SET", { label });
  if (info.forcePinChange) return refuse("KEY_PIN_MUST_CHANGE", { label });
  const shared = await agree(session, info, draw);
  const { protocol } = shared;
  const { permissions, rpId } = wanted;
  const use = info.options.get("pinUvAuthToken") === true ? { permissions, rpId } : null;
  try {
    const token = await pinToken(session, shared, hash, use);
    const param = authenticate(protocol, token, wanted.clientDataHash);
    token.fill(0);
    return { param, protocol };
  } catch (error) {
    if (!isCode(error, "PIN_WRONG")) throw error;
    const retries = await pinRetries(session, protocol);
    return refuse(retries === 0 ? "PIN_BLOCKED" : "PIN_WRONG", { label, retries });
  } finally {
    hash.fill(0);
    shared.wipe();
  }
}
