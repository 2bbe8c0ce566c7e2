import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromUtf8, utf8 } from "../../crypto/bytes.ts";
import { canonical, type Json, parseCanonical } from "../../crypto/canonical.ts";

const vectors = JSON.parse(
  readFileSync(new URL("../vectors/rfc8785/vectors.json", import.meta.url), "utf8"),
) as { name: string; input: string; output: string }[];

describe("canonical JSON", () => {
  it.each(vectors)("RFC 8785: $name", ({ input, output }) => {
    expect(fromUtf8(canonical(JSON.parse(input) as Json))).toBe(output);
    expect(canonical(parseCanonical(utf8(output)))).toEqual(utf8(output));
    expect(() => parseCanonical(utf8(input))).toThrow("NOT_CANONICAL");
  });

  it("reads back whatever it wrote", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const bytes = canonical(value as Json);
        expect(canonical(parseCanonical(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each([
    ["white space", '{"a": 1}'],
    ["another key order", '{"b":1,"a":2}'],
    ["a doubled key", '{"a":1,"a":1}'],
    ["another number form", "1.0"],
    ["a negative zero", "-0"],
    ["an infinite number", "1e400"],
    ["a needless escape", '"\\u0041"'],
    ["a lone surrogate", '"\\ud800"'],
    ["a BOM", "\uFEFF1"],
    ["a trailing line end", "1\n"],
    ["nothing", ""],
    ["a nesting deeper than the stack", "[".repeat(200_000) + "]".repeat(200_000)],
  ])("refuses %s", (_, text) => {
    expect(() => parseCanonical(utf8(text))).toThrow("NOT_CANONICAL");
  });

  it("refuses bytes that are no UTF-8, and values that have no form", () => {
    expect(() => parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toThrow("NOT_CANONICAL");
    for (const value of ["\uD800", { "\uDC00": 1 }, Number.NaN, Infinity])
      expect(() => canonical(value)).toThrow("NOT_CANONICAL");
  });
});
