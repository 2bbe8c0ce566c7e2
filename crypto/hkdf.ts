import { hkdfSync } from "node:crypto";
import { utf8 } from "./bytes.ts";

/** HKDF-SHA256 (RFC 5869); `length` in bytes, at most 255 × 32. */
export const hkdf = (
  key: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array => new Uint8Array(hkdfSync("sha256", key, salt, info, length));

/** A derivation's label: ASCII and one NUL, so that no label is the beginning of another. */
export const label = (text: string): Uint8Array => utf8(`${text}\0`);
