import { describe, expect, it } from "vitest";
import { totp, totpStep } from "../../crypto/totp.ts";

/** RFC 6238, appendix B: the SHA-1 rows; its eight digits end in the six that AWS takes. */
const SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const ROWS: readonly (readonly [number, string])[] = [
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
];

describe("time-based codes (RFC 6238)", () => {
  it.each(ROWS)("at %i s: …%s", (seconds, digits) => {
    expect(totp(SEED, totpStep(seconds * 1000))).toBe(digits.slice(2));
  });

  it("reads seeds as people copy them", () => {
    const spaced = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq====";
    expect(totp(spaced, 1)).toBe(totp(SEED, 1));
  });

  it("refuses what is no base32", () => {
    expect(() => totp("GEZD1", 1)).toThrow("BAD_ENCODING");
  });
});
