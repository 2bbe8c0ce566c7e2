import canonicalize from "canonicalize";
import { equal, fromUtf8, utf8 } from "./bytes.ts";
import { fail } from "./errors.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * The one byte form of a JSON value (RFC 8785, JCS), UTF-8. `NOT_CANONICAL` when it has none:
 * a lone surrogate, NaN, an infinity, nesting deeper than the stack.
 */
export function canonical(value: Json): Uint8Array {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    fail("NOT_CANONICAL", {}, cause);
  }
  return text === undefined ? fail("NOT_CANONICAL") : utf8(text);
}

/**
 * Reads JSON only in its canonical form: `NOT_CANONICAL` unless `canonical(result)` equals `bytes`.
 * So white space, duplicate keys, other key orders, escapes or number forms never get in.
 */
export function parseCanonical(bytes: Uint8Array): Json {
  let value: Json;
  try {
    value = JSON.parse(fromUtf8(bytes)) as Json;
  } catch (cause) {
    fail("NOT_CANONICAL", {}, cause);
  }
  return equal(canonical(value), bytes) ? value : fail("NOT_CANONICAL");
}
