import { decode, encode } from "cborg";
import { decline, STATUS } from "./status.ts";

/** Arrays and maps inside each other: what a CTAP message needs at most (CTAP 2.1 §8: four). */
const MAX_DEPTH = 4;

/** What is sent: integer keys need a Map. Keys are put in CTAP2's canonical order. */
export const toCbor = (value: unknown): Uint8Array => new Uint8Array(encode(value));

/** Counts the nesting before anything recursive reads the input. */
function tooDeep(input: Uint8Array): boolean {
  const open: number[] = [];
  for (let at = 0; at < input.length;) {
    const head = input[at] ?? 0;
    const major = head >> 5;
    const small = head & 0x1f;
    const width = small < 24 ? 0 : small < 28 ? 1 << (small - 24) : -1;
    if (width < 0) return false;
    let count = small;
    if (width > 0) {
      count = 0;
      for (let index = 1; index <= width; index++) count = count * 256 + (input[at + index] ?? 0);
    }
    at += 1 + width;
    if (major === 2 || major === 3) at += count;
    if (major === 4 || major === 5) {
      open.push(major === 5 ? count * 2 : count);
      if (open.length > MAX_DEPTH) return true;
      if (count > 0) continue;
      open.pop();
    }
    for (let last = open.length - 1; last >= 0; last--) {
      const left = (open[last] ?? 0) - 1;
      open[last] = left;
      if (left > 0) break;
      open.pop();
    }
  }
  return false;
}

function fromCbor(input: Uint8Array): unknown {
  if (tooDeep(input)) return decline(STATUS.invalidCbor);
  let value: unknown;
  let again: Uint8Array;
  try {
    value = decode(input, {
      strict: true,
      useMaps: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowBigInt: false,
      allowInfinity: false,
      allowNaN: false,
      rejectDuplicateMapKeys: true,
    });
    again = toCbor(value);
  } catch {
    return decline(STATUS.invalidCbor);
  }
  // Canonical form is unique: what encodes to other bytes was not in it (CTAP 2.1 §8).
  if (!Buffer.from(again).equals(input)) return decline(STATUS.invalidCbor);
  return value;
}

/** A map of a request. A value of another type is declined, an absent one is undefined. */
export class Params {
  readonly #map: ReadonlyMap<unknown, unknown>;

  constructor(value: unknown) {
    this.#map = value instanceof Map ? value : decline(STATUS.cborUnexpectedType);
  }

  static parse(input: Uint8Array): Params {
    return new Params(fromCbor(input));
  }

  bytes(key: number | string): Uint8Array | undefined {
    return this.#typed(key, (value) => value instanceof Uint8Array);
  }

  integer(key: number | string): number | undefined {
    return this.#typed(key, (value) => typeof value === "number" && Number.isSafeInteger(value));
  }

  text(key: number | string): string | undefined {
    return this.#typed(key, (value) => typeof value === "string");
  }

  flag(key: number | string): boolean | undefined {
    return this.#typed(key, (value) => typeof value === "boolean");
  }

  list(key: number | string): readonly unknown[] | undefined {
    return this.#typed(key, (value) => Array.isArray(value));
  }

  map(key: number | string): Params | undefined {
    const value = this.#map.get(key);
    return value === undefined ? undefined : new Params(value);
  }

  has(key: number | string): boolean {
    return this.#map.has(key);
  }

  #typed<T>(key: number | string, is: (value: unknown) => boolean): T | undefined {
    const value = this.#map.get(key);
    if (value === undefined) return undefined;
    return is(value) ? (value as T) : decline(STATUS.cborUnexpectedType);
  }
}

export const needed = <T>(value: T | undefined): T => value ?? decline(STATUS.missingParameter);
