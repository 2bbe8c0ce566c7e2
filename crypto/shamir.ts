import { combine as combineRaw, split as splitRaw } from "shamir-secret-sharing";
import { fail } from "./errors.ts";
import { SecretBytes } from "./secret.ts";

/**
 * Shamir's scheme over GF(2^8) (x⁸+x⁴+x³+x+1), byte by byte, by `shamir-secret-sharing`; here stands
 * what the package leaves to its caller: every refusal, and the check that shares belong together.
 * A point's `x` is drawn at random by the package and is internal; people see a custodian's place.
 */
export interface Point {
  /** 1…255 */
  readonly x: number;
  /** As long as the secret. Secret. */
  readonly y: Uint8Array;
}

function checkThreshold(threshold: number, count: number): void {
  if (!Number.isInteger(count) || count < 2 || count > 255) fail("BAD_SHARE_COUNT", { n: count });
  if (!Number.isInteger(threshold) || threshold < 2 || threshold > count)
    fail("BAD_THRESHOLD", { k: threshold, n: count });
}

function checkPoints(points: readonly Point[]): void {
  const length = points[0]?.y.length ?? 0;
  const seen = new Set<number>();
  for (const { x, y } of points) {
    if (x === 0) fail("SHARE_X_ZERO");
    if (!Number.isInteger(x) || x < 0 || x > 255 || length === 0 || y.length !== length)
      fail("SHARE_MALFORMED");
    if (seen.has(x)) fail("SHARE_DUPLICATE");
    seen.add(x);
  }
}

/** `count` points of which any `threshold` give the secret back; 2 ≤ threshold ≤ count ≤ 255. */
export async function split(
  secret: SecretBytes,
  count: number,
  threshold: number,
): Promise<readonly Point[]> {
  checkThreshold(threshold, count);
  const shares = await splitRaw(secret.expose(), count, threshold);
  return shares.map((share) => {
    const point = { x: share.at(-1) ?? 0, y: share.slice(0, -1) };
    share.fill(0);
    return point;
  });
}

/** The secret of at least `threshold` points; fewer, x = 0, duplicates and mixed lengths are refused. */
export async function combine(points: readonly Point[], threshold: number): Promise<SecretBytes> {
  if (!Number.isInteger(threshold) || threshold < 2) fail("BAD_THRESHOLD", { k: threshold });
  if (points.length < threshold) fail("TOO_FEW_SHARES", { have: points.length, need: threshold });
  if (points.length > 255) fail("BAD_SHARE_COUNT", { n: points.length });
  checkPoints(points);
  const shares = points.map(({ x, y }) => Uint8Array.of(...y, x));
  try {
    return new SecretBytes(await combineRaw(shares));
  } finally {
    for (const share of shares) share.fill(0);
  }
}

/** Product in GF(2^8), without tables or branches on its operands. */
function times(a: number, b: number): number {
  let product = 0;
  let power = a;
  for (let bit = 0; bit < 8; bit++) {
    product ^= power & -((b >>> bit) & 1);
    power = ((power << 1) ^ (0x11b & -(power >>> 7))) & 0xff;
  }
  return product;
}

/** a^254, the inverse of a ≠ 0. */
function inverse(a: number): number {
  let result = 1;
  for (let bit = 0; bit < 7; bit++) result = times(times(result, result), a);
  return times(result, result);
}

/**
 * True when all points lie on one polynomial of degree < `threshold`: any `threshold` of them then
 * give the same secret. The work depends on the counts and lengths alone.
 */
export function onOnePolynomial(points: readonly Point[], threshold: number): boolean {
  checkThreshold(threshold, points.length);
  checkPoints(points);
  const base = points.slice(0, threshold);
  // Lagrange's denominators depend on the base alone
  const scale = base.map((own) =>
    inverse(base.reduce((all, { x }) => (x === own.x ? all : times(all, own.x ^ x)), 1)),
  );
  let differs = 0;
  for (const { x, y } of points.slice(threshold)) {
    const whole = base.reduce((all, point) => times(all, x ^ point.x), 1);
    const weights = base.map((point, index) =>
      times(times(whole, inverse(x ^ point.x)), scale[index] ?? 0),
    );
    for (let at = 0; at < y.length; at++) {
      let expected = 0;
      for (let index = 0; index < threshold; index++)
        expected ^= times(base[index]?.y[at] ?? 0, weights[index] ?? 0);
      differs |= expected ^ (y[at] ?? 0);
    }
  }
  return differs === 0;
}
