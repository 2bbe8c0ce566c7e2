import {
  QUOTE,
  BACKSLASH,
  COMMA,
  COLON,
  OPEN_BRACE,
  CLOSE_BRACE,
  OPEN_BRACKET,
  CLOSE_BRACKET,
} from "./json-bytes.ts";

/**
 * One JSON object from its first byte to its last, and where its members stand: the short way, for
 * what AWS writes. Whatever is rare (escapes where they would matter, numbers that are not counts,
 * deep nesting) or no JSON is left to the long way. Of bytes that are UTF-8, what this calls an
 * object `JSON.parse` takes too, and it ends at the same byte.
 */
export class Walk {
  /** How many members the last object had. */
  members = 0;
  /** Of each: where its name begins and ends, then its value, counted from the object's first byte. */
  readonly places = new Int32Array(4 * MOST_MEMBERS);

  /** Where the object that begins at `from` ends; -1: not within these bytes, or not the short way. */
  over(bytes: Uint8Array, from: number): number {
    const { places } = this;
    // Nothing behind the last byte is ever looked at: that would make every look slow.
    const last = bytes.length - 1;
    this.members = 0;
    let place = 0;
    let depth = 1;
    /** One bit for each level, the innermost lowest: 1 is an object. */
    let kinds = 1;
    let at = from;
    let byte = OPEN_BRACE;
    let isNew = true;
    for (;;) {
      // Behind a bracket that opens, or a comma.
      do byte = at < last ? (bytes[++at] as number) : 0;
      while (isSpace(byte));
      if (!(isNew && byte === ((kinds & 1) === 1 ? CLOSE_BRACE : CLOSE_BRACKET))) {
        if ((kinds & 1) === 1) {
          if (byte !== QUOTE) return -1;
          const name = at + 1;
          do byte = at < last ? (bytes[++at] as number) : 0;
          while (byte > QUOTE ? byte !== BACKSLASH : byte === 0x20 || byte === 0x21);
          if (byte !== QUOTE) return -1;
          if (depth === 1) {
            if (place === places.length) return -1;
            places[place] = name - from;
            places[place + 1] = at - from;
          }
          do byte = at < last ? (bytes[++at] as number) : 0;
          while (isSpace(byte));
          if (byte !== COLON) return -1;
          do byte = at < last ? (bytes[++at] as number) : 0;
          while (isSpace(byte));
        }
        if (depth === 1) places[place + 2] = at - from;
        if (byte === QUOTE) {
          do {
            byte = at < last ? (bytes[++at] as number) : 0;
            if (byte === BACKSLASH) {
              if (depth === 1 || at === last || SIMPLE[bytes[++at] as number] !== 1) return -1;
              byte = 0x20;
            }
          } while (byte > QUOTE || byte === 0x20 || byte === 0x21);
          if (byte !== QUOTE) return -1;
        } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
          if (depth === MOST_DEPTH) return -1;
          depth++;
          kinds = (kinds << 1) | (byte === OPEN_BRACE ? 1 : 0);
          isNew = true;
          continue;
        } else {
          at = lastOfWord(bytes, at);
          if (at === -1) return -1;
        }
        if (depth === 1) {
          places[place + 3] = at + 1 - from;
          place += 4;
        }
        do byte = at < last ? (bytes[++at] as number) : 0;
        while (isSpace(byte));
      }
      isNew = false;
      // A value is over, and with it perhaps what it stands in.
      while (byte === ((kinds & 1) === 1 ? CLOSE_BRACE : CLOSE_BRACKET)) {
        depth--;
        kinds >>>= 1;
        if (depth === 0) {
          this.members = place / 4;
          return at + 1;
        }
        if (depth === 1) {
          places[place + 3] = at + 1 - from;
          place += 4;
        }
        do byte = at < last ? (bytes[++at] as number) : 0;
        while (isSpace(byte));
      }
      if (byte !== COMMA) return -1;
    }
  }
}

const isSpace = (byte: number): boolean =>
  byte <= 0x20 && (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09);

const MOST_MEMBERS = 64;
/** A level is a bit of a small integer. */
const MOST_DEPTH = 30;

/** Behind a backslash; \u is not among them: it may stand for a letter that matters. */
const SIMPLE = Uint8Array.from({ length: 256 }, (_, byte) =>
  /["\\/bfnrt]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
const WORDS = ["true", "false", "null"].map((word) =>
  Uint8Array.from(word, (char) => char.charCodeAt(0)),
);

/** Of true, false, null, or a count. */
function lastOfWord(bytes: Uint8Array, from: number): number {
  const { length } = bytes;
  for (const word of WORDS)
    if (bytes[from] === word[0]) {
      if (length - from < word.length) return -1;
      for (let index = 1; index < word.length; index++)
        if (bytes[from + index] !== word[index]) return -1;
      return from + word.length - 1;
    }
  let at = from;
  while (at < length && (bytes[at] as number) >= 0x30 && (bytes[at] as number) <= 0x39) at++;
  return at === from || (bytes[from] === 0x30 && at > from + 1) ? -1 : at - 1;
}
