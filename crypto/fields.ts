import { fromBase64url } from "./bytes.ts";
import type { Json } from "./canonical.ts";

/** Called with the field's path and what is wrong with it; throws the reading room's own error. */
export type Refuse = (field: string, why: string) => never;

/** Line ends, control, bidi and other invisible characters, but for the two joiners that some scripts need. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3})?Z$/;

/** Strict readers of JSON fields: closed objects, exact lengths, integers in bounds. */
export const fieldReaders = (refuse: Refuse) => {
  const string = (value: Json | undefined, at: string): string =>
    typeof value === "string" ? value : refuse(at, "not text");

  return {
    /** An object with exactly `keys`, and of `optional` any. */
    record(
      value: Json | undefined,
      at: string,
      keys: readonly string[],
      optional: readonly string[] = [],
    ): { readonly [key: string]: Json } {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return refuse(at, "not an object");
      for (const key of keys)
        if (!Object.hasOwn(value, key)) refuse(`${at}.${key}`.replace(/^\./, ""), "missing");
      for (const key of Object.keys(value))
        if (!keys.includes(key) && !optional.includes(key)) refuse(at, "unknown field");
      return value as { readonly [key: string]: Json };
    },

    list(value: Json | undefined, at: string, least: number, most: number): readonly Json[] {
      if (!Array.isArray(value)) return refuse(at, "not a list");
      return value.length < least || value.length > most ? refuse(at, "length") : value;
    },

    integer(value: Json | undefined, at: string, least: number, most: number): number {
      if (typeof value !== "number" || !Number.isSafeInteger(value))
        return refuse(at, "not an integer");
      return value < least || value > most ? refuse(at, "out of bounds") : value;
    },

    boolean: (value: Json | undefined, at: string): boolean =>
      typeof value === "boolean" ? value : refuse(at, "not true or false"),

    /** A name shown to people: NFC, one line, nothing invisible, no outer spaces. */
    name(value: Json | undefined, at: string, most = 64): string {
      const text = string(value, at);
      if (text.length === 0 || [...text].length > most) return refuse(at, "length");
      if (text.normalize("NFC") !== text) return refuse(at, "not NFC");
      return INVISIBLE.test(text) || text.trim() !== text ? refuse(at, "characters") : text;
    },

    /** Any text of at most `most` UTF-16 units. */
    prose(value: Json | undefined, at: string, most: number): string {
      const text = string(value, at);
      return text.length > most ? refuse(at, "length") : text;
    },

    match(value: Json | undefined, at: string, form: RegExp): string {
      const text = string(value, at);
      return form.test(text) ? text : refuse(at, "form");
    },

    /** RFC 3339 in UTC, seconds or milliseconds. */
    time(value: Json | undefined, at: string): string {
      const text = string(value, at);
      return TIME.test(text) ? text : refuse(at, "not an RFC 3339 time in UTC");
    },

    oneOf<Option extends string>(
      value: Json | undefined,
      at: string,
      options: readonly Option[],
    ): Option {
      return options.find((option) => option === value) ?? refuse(at, "not one of its values");
    },

    /** base64url of `least` to `most` bytes (exactly `least` by default). */
    bytes(value: Json | undefined, at: string, least: number, most = least): Uint8Array {
      const text = string(value, at);
      if (text.length > Math.ceil((most * 4) / 3)) return refuse(at, "length");
      let bytes: Uint8Array;
      try {
        bytes = fromBase64url(text);
      } catch {
        return refuse(at, "not base64url");
      }
      return bytes.length < least || bytes.length > most ? refuse(at, "length") : bytes;
    },

    /** Refuses when two of `values` are equal. */
    distinct(values: readonly (string | number)[], at: string): void {
      if (new Set(values).size !== values.length) refuse(at, "not unique");
    },
  };
};
