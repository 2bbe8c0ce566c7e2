import { decode as cborgDecode, encode as cborgEncode } from "cborg";
import { fromUtf8 } from "../../crypto/bytes.ts";
import { malformed } from "../errors.ts";

/**
 * The CTAP2 canonical CBOR form (CTAP 2.1 §8) and nothing else: whole numbers, byte strings, text,
 * arrays, maps, booleans; shortest heads, definite lengths, keys in order and once, at most four
 * levels deep. Anything else in a key's answer is KEY_ANSWER_INVALID.
 */
export type Cbor =
  | number
  | bigint
  | boolean
  | string
  | Uint8Array
  | readonly Cbor[]
  | CborMap
  | { readonly [name: string]: Cbor };
export type CborMap = ReadonlyMap<Cbor, Cbor>;

/** Levels of arrays and maps in any combination (CTAP 2.1 §8). */
const MAX_DEPTH = 4;

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

export const encode = (value: Cbor): Uint8Array => cborgEncode(value);

/** The one item that fills `bytes`. */
export function decode(bytes: Uint8Array): Cbor {
  if (endOfItem(bytes, 0) !== bytes.length) return malformed("CBOR with bytes after it");
  try {
    return cborgDecode(bytes, STRICT) as Cbor;
  } catch {
    return malformed("CBOR");
  }
}

export function decodeMap(bytes: Uint8Array): CborMap {
  const value = decode(bytes);
  return value instanceof Map ? value : malformed("CBOR that is not a map");
}

/** The place after the item that begins at `at`; checks everything but shortest heads. */
export function endOfItem(bytes: Uint8Array, at: number, depth = 0): number {
  const first = bytes[at] ?? malformed("CBOR that ends early");
  const major = first >>> 5;
  const size = first & 0x1f;
  if (major === 7) {
    if (size !== 20 && size !== 21) malformed("CBOR of a kind that CTAP2 doesn't use");
    return at + 1;
  }
  const extra = [1, 2, 4, 8][size - 24] ?? 0;
  if (size > 27) malformed("CBOR of indefinite length");
  let next = at + 1 + extra;
  if (next > bytes.length) malformed("CBOR that ends early");
  if (major < 2) return next;
  let count = extra === 0 ? size : 0;
  for (let index = at + 1; index < next; index++) count = count * 256 + (bytes[index] ?? 0);
  if (count > bytes.length - next) malformed("CBOR that ends early");
  if (major === 3) checkText(bytes.subarray(next, next + count));
  if (major < 4) return next + count;
  if (major > 5) return malformed("CBOR of a kind that CTAP2 doesn't use");
  if (depth === MAX_DEPTH) malformed("CBOR nested too deep");
  let previous: Uint8Array | null = null;
  for (let index = 0; index < count; index++) {
    const end = endOfItem(bytes, next, depth + 1);
    if (major === 5) {
      const key: Uint8Array = bytes.subarray(next, end);
      if (previous !== null && !inOrder(previous, key)) malformed("CBOR keys out of order");
      previous = key;
      next = endOfItem(bytes, end, depth + 1);
    } else next = end;
  }
  return next;
}

/** cborg itself would put U+FFFD in the place of bytes that are no UTF-8. */
function checkText(bytes: Uint8Array): void {
  try {
    fromUtf8(bytes);
  } catch {
    malformed("CBOR text that is not UTF-8");
  }
}

/** Lower major type, then shorter, then lower byte by byte; equal keys are not in order. */
function inOrder(a: Uint8Array, b: Uint8Array): boolean {
  const majors = ((a[0] ?? 0) >>> 5) - ((b[0] ?? 0) >>> 5);
  if (majors !== 0) return majors < 0;
  if (a.length !== b.length) return a.length < b.length;
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

const absent = (key: string | number): never => malformed(`field ${key}`);

export function bytesAt(map: CborMap, key: string | number, length?: number): Uint8Array {
  const value = map.get(key);
  return value instanceof Uint8Array && (length === undefined || value.length === length)
    ? value
    : absent(key);
}

export function wholeAt(map: CborMap, key: string | number): number {
  const value = map.get(key);
  return typeof value === "number" && Number.isSafeInteger(value) ? value : absent(key);
}

export function mapAt(map: CborMap, key: string | number): CborMap {
  const value = map.get(key);
  return value instanceof Map ? value : absent(key);
}

/** An array's strings or whole numbers; absent is empty, and what is of another type is skipped. */
export const textsAt = (map: CborMap, key: string | number): readonly string[] =>
  listAt(map, key).filter((item) => typeof item === "string");

export const wholesAt = (map: CborMap, key: string | number): readonly number[] =>
  listAt(map, key).filter((item) => typeof item === "number");

function listAt(map: CborMap, key: string | number): readonly Cbor[] {
  const value = map.get(key) ?? [];
  return Array.isArray(value) ? value : absent(key);
}
