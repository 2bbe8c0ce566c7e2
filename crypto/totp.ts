import { createHmac } from "node:crypto";
import { fail } from "./errors.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648 §6) as authenticator seeds are written: spaces and padding don't count. */
function fromBase32(text: string): Uint8Array {
  const symbols = text.replace(/[\s=]/g, "").toUpperCase();
  const out = new Uint8Array(Math.floor((symbols.length * 5) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const symbol of symbols) {
    const value = ALPHABET.indexOf(symbol);
    if (value === -1) fail("BAD_ENCODING", { what: "base32" });
    bits = ((bits << 5) | value) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out[at++] = (bits >>> held) & 0xff;
    }
  }
  return out;
}

export const TOTP_STEP_SECONDS = 30;

/** The 30-second step that an instant (epoch ms) lies in. */
export const totpStep = (timeMs: number): number => Math.floor(timeMs / 1000 / TOTP_STEP_SECONDS);

/**
 * Six digits for a time step: RFC 6238 with HMAC-SHA-1, which is what AWS's virtual MFA devices
 * use. `BAD_ENCODING` when the seed is not base32.
 */
export function totp(seedBase32: string, step: number): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const seed = fromBase32(seedBase32);
  const mac = createHmac("sha1", seed).update(counter).digest();
  seed.fill(0);
  const offset = (mac[mac.length - 1] ?? 0) & 15;
  const view = new DataView(mac.buffer, mac.byteOffset, mac.byteLength);
  return String((view.getUint32(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
