import { createHmac } from "node:crypto";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_SECONDS = 30;

function fromBase32(text: string): Buffer {
  const out: number[] = [];
  let bits = 0;
  let held = 0;
  for (const char of text.replace(/[\s=]/g, "").toUpperCase()) {
    bits = ((bits << 5) | BASE32.indexOf(char)) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out.push((bits >>> held) & 0xff);
    }
  }
  return Buffer.from(out);
}

/** RFC 6238 with HMAC-SHA-1, six digits, 30 s steps: what AWS's virtual MFA devices use. */
export function totpCode(seedBase32: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac("sha1", fromBase32(seedBase32)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export const totpStep = (timeMs: number): number => Math.floor(timeMs / 1000 / STEP_SECONDS);

/**
 * The time step of a code that may be used now, or null. One step of drift either way; a step is
 * used once and none before it again (RFC 6238 §5.2: no second acceptance).
 */
export function acceptTotp(
  seedBase32: string,
  code: string,
  timeMs: number,
  lastStep: number,
): number | null {
  const now = totpStep(timeMs);
  return (
    [now - 1, now, now + 1].find(
      (step) => step > lastStep && totpCode(seedBase32, step) === code,
    ) ?? null
  );
}
