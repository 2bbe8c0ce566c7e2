import { fail } from "./finding.ts";
import { Walk } from "./walk.ts";
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

/** `members`: where the entry's members stand, when it was walked the short way; else null. */
type Take = (entry: Uint8Array, list: string, members: Walk | null) => void;

/**
 * Cuts JSON into its entries while it streams in, so that a log of any size is never held whole.
 * `list`: the objects in the top object's array of one of these names; `null`: whole objects, one
 * after the other, as several answers of aws-cli in one file. What stands around the entries is
 * kept (bounded) and must be JSON itself. `TRAIL_FILE_UNREADABLE` names what is wrong.
 */
export class JsonEntries {
  readonly #lists: readonly string[] | null;
  readonly #take: Take;
  readonly #walk = new Walk();
  readonly #around = new Growing();
  #depth = 0;
  #quoted = false;
  #escaped = false;
  /** Depth at which entries begin; -1 while no list is open. */
  #level: number;
  #list = "";
  /** Pieces of an entry that began in an earlier chunk; null outside of entries. */
  #pieces: Uint8Array[] | null = null;
  #pieceBytes = 0;
  readonly #mostEntry: number;
  #after: "open" | "entry" | "comma" = "open";

  constructor(lists: readonly string[] | null, take: Take) {
    this.#lists = lists;
    this.#level = lists === null ? 0 : -1;
    this.#mostEntry = lists === null ? MOST_AROUND_BYTES : MOST_ENTRY_BYTES;
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    // Of one class, whatever was pushed: looking at bytes of several takes twice as long.
    const chunk = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    const { length } = chunk;
    let depth = this.#depth;
    let level = this.#level;
    // Where the entry, or what stands around, begins in this chunk.
    let from = 0;
    let at = this.#quoted ? this.#skipQuoted(chunk, 0) : 0;
    while (at < length) {
      const byte = chunk[at] ?? 0;
      at++;
      if (byte === QUOTE) {
        if (depth === level) fail("TRAIL_FILE_UNREADABLE", { why: NO_OBJECT });
        at = this.#skipQuoted(chunk, at);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (depth === level) {
          this.#begin(byte);
          from = at - 1;
          const end = this.#walk.over(chunk, from);
          if (end !== -1) {
            this.#emit(chunk.subarray(from, end), this.#walk);
            at = end;
            from = end;
            continue;
          }
        } else if (depth === 1 && byte === OPEN_BRACKET && level === -1) {
          this.#keepAround(chunk.subarray(from, at));
          this.#openList();
          level = this.#level;
          from = at;
        }
        depth++;
        if (depth > MOST_DEPTH) fail("TRAIL_FILE_UNREADABLE", { why: "nested too deeply" });
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth < 0) fail("TRAIL_FILE_UNREADABLE", { why: "brackets don't match" });
        if (depth === level) {
          this.#emit(chunk.subarray(from, at), null);
          from = at;
        } else if (depth < level) {
          if (this.#after === "comma") fail("TRAIL_FILE_UNREADABLE", { why: "a comma too many" });
          this.#level = -1;
          level = -1;
          from = at - 1;
        }
      } else if (depth === level) this.#between(byte);
    }
    this.#depth = depth;
    this.#keepRest(chunk.subarray(from));
  }

  /** From inside a string to behind it, or to the chunk's end. */
  #skipQuoted(chunk: Uint8Array, from: number): number {
    const { length } = chunk;
    let at = this.#escaped ? from + 1 : from;
    this.#escaped = false;
    while (at < length) {
      const byte = chunk[at] ?? 0;
      at++;
      if (byte === QUOTE) {
        this.#quoted = false;
        return at;
      }
      if (byte === BACKSLASH) at++;
    }
    this.#quoted = true;
    this.#escaped = at > length;
    return length;
  }

  /** What stands around the entries, with their list empty. */
  end(): unknown {
    if (this.#pieces !== null || this.#depth !== 0 || this.#quoted)
      fail("TRAIL_FILE_UNREADABLE", { why: "it ends in the middle" });
    if (this.#lists === null) return null;
    return parseJson(this.#around.bytes());
  }

  #begin(byte: number): void {
    if (byte !== OPEN_BRACE) fail("TRAIL_FILE_UNREADABLE", { why: NO_OBJECT });
    if (this.#level > 0 && this.#after === "entry")
      fail("TRAIL_FILE_UNREADABLE", { why: "a comma is missing" });
    this.#pieces = [];
    this.#pieceBytes = 0;
  }

  #between(byte: number): void {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return;
    if (byte !== COMMA || this.#level === 0 || this.#after !== "entry")
      fail("TRAIL_FILE_UNREADABLE", { why: NO_OBJECT });
    this.#after = "comma";
  }

  #openList(): void {
    const around = this.#around.bytes();
    let end = around.length - 1;
    while (isSpace(around[end - 1])) end--;
    if (around[end - 1] !== COLON) return;
    do end--;
    while (isSpace(around[end - 1]));
    const written = NAME.exec(ascii(around.subarray(Math.max(0, end - TAIL), end)))?.[0];
    const name = written === undefined ? null : parsedName(written);
    if (name === null || this.#lists?.includes(name) !== true) return;
    if (written !== `"${name}"`)
      fail("TRAIL_FILE_UNREADABLE", { why: "a list's name is written as AWS never does" });
    this.#list = name;
    this.#level = 2;
    this.#after = "open";
  }

  #emit(last: Uint8Array, members: Walk | null): void {
    const pieces = this.#pieces ?? [];
    const size = this.#pieceBytes + last.length;
    if (size > this.#mostEntry) fail("TRAIL_FILE_UNREADABLE", { why: "an entry is too large" });
    this.#pieces = null;
    this.#after = "entry";
    this.#take(pieces.length === 0 ? last : joined([...pieces, last], size), this.#list, members);
  }

  #keepRest(rest: Uint8Array): void {
    if (rest.length === 0) return;
    if (this.#pieces !== null) {
      this.#pieceBytes += rest.length;
      if (this.#pieceBytes > this.#mostEntry)
        fail("TRAIL_FILE_UNREADABLE", { why: "an entry is too large" });
      this.#pieces.push(rest.slice());
    } else if (this.#level === -1) this.#keepAround(rest);
  }

  #keepAround(bytes: Uint8Array): void {
    if (this.#around.size + bytes.length > MOST_AROUND_BYTES)
      fail("TRAIL_FILE_UNREADABLE", { why: "it is no log, and too large for a digest" });
    this.#around.add(bytes);
  }
}

/** Whole JSON objects that follow each other in one file, or stand in one array; each parsed. */
export function jsonDocuments(bytes: Uint8Array): readonly unknown[] {
  if (/^\s*\[/.test(ascii(bytes.subarray(0, TAIL)))) {
    const list = parseJson(bytes);
    return Array.isArray(list) ? list : [];
  }
  const documents: unknown[] = [];
  const entries = new JsonEntries(null, (entry) => {
    documents.push(parseJson(entry));
  });
  entries.push(bytes);
  entries.end();
  return documents;
}

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    // The parser's own message quotes the file: it is not passed on.
    return fail("TRAIL_FILE_UNREADABLE", { why: "it is not JSON" });
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const NO_OBJECT = "something else stands where an object should";
/** CloudTrail cuts events at 256 KB; LookupEvents carries one as a quoted string. */
const MOST_ENTRY_BYTES = 1024 * 1024;
/** A digest lists every log of an hour, some 300 bytes each. */
const MOST_AROUND_BYTES = 16 * 1024 * 1024;
const MOST_DEPTH = 200;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Enough for a list's name with each of its letters escaped. */
const TAIL = 64;
const NAME = /"(?:[^"\\]|\\.)*"$/;

function parsedName(written: string): string | null {
  try {
    return String(JSON.parse(written));
  } catch {
    return null;
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const out = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

const ascii = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

class Growing {
  #held = new Uint8Array(1024);
  size = 0;

  add(bytes: Uint8Array): void {
    const needed = this.size + bytes.length;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#held.length));
      larger.set(this.#held.subarray(0, this.size));
      this.#held = larger;
    }
    this.#held.set(bytes, this.size);
    this.size = needed;
  }

  bytes(): Uint8Array {
    return this.#held.subarray(0, this.size);
  }
}
