import { generateKeyPairSync, sign } from "node:crypto";
import { BlockList, isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inRanges, parseRange } from "../../aws/documents/trail/sources.ts";
import { gaps, union } from "../../aws/documents/trail/spans.ts";
import { JsonEntries, jsonDocuments, parseJson } from "../../aws/documents/trail/split.ts";
import { parseTime } from "../../aws/documents/trail/time.ts";
import { rsaHolds } from "../../crypto/rsa.ts";

describe("address ranges agree with Node's own", () => {
  const v4 = fc.ipV4();
  const v6 = fc.ipV6();
  it.each([
    ["IPv4", v4, 32, "ipv4"],
    ["IPv6", v6, 128, "ipv6"],
  ] as const)("%s", (_, address, most, family) => {
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: most }), (net, asked, bits) => {
        const range = parseRange(`${net}/${bits}`);
        const list = new BlockList();
        list.addSubnet(net, bits, family);
        expect(range).not.toBeNull();
        expect(inRanges(asked, range === null ? [] : [range])).toBe(list.check(asked, family));
        expect(inRanges(net, range === null ? [] : [range])).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("anything else is no address and in no range", () => {
    const all = ["0.0.0.0/0", "::/0"].flatMap((text) => parseRange(text) ?? []);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.stringMatching(/^[0-9a-f:.]{0,20}$/),
          fc.stringMatching(/^\d{1,3}(\.\d{1,3}){3}$/),
        ),
        (text) => {
          expect(inRanges(text, all)).toBe(isIPv4(text) || isIPv6(text));
        },
      ),
      { numRuns: 3000 },
    );
    for (const text of ["1.2.3.4/33", "::/129", "1.2.3/8", "a/8", "1.2.3.4/", "1.2.3.04"])
      expect(parseRange(text)).toBeNull();
  });
});

const collect = (text: string, size: number): unknown[] => {
  const bytes = Buffer.from(text);
  const found: unknown[] = [];
  const entries = new JsonEntries(["Records"], (entry) => found.push(parseJson(entry)));
  for (let at = 0; at < bytes.length; at += size) entries.push(bytes.subarray(at, at + size));
  return [...found, entries.end()];
};

describe("entries of a stream", () => {
  it("are what JSON.parse gives, wherever chunks end and however it is written", () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 2 }),
        (records, before, after, size, indent) => {
          const text = JSON.stringify({ ...before, Records: records, ...after }, null, indent);
          const whole = JSON.parse(text) as { Records: unknown };
          if (!Array.isArray(whole.Records) || Object.hasOwn(after, "Records")) return;
          expect(collect(text, size)).toEqual([...whole.Records, { ...whole, Records: [] }]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("bytes of any kind end in a value or a coded error, never anything else", () => {
    const hostile = fc
      .stringMatching(/^[{}[\]",:\\ a0]{0,60}$/)
      .map((text) => `{"Records":[${text}`);
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string()), fc.integer({ min: 1, max: 7 }), (text, size) => {
        try {
          collect(text, size);
        } catch (error) {
          expect(error).toMatchObject({ code: "TRAIL_FILE_UNREADABLE" });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("documents follow each other or stand in an array", () => {
    expect(jsonDocuments(Buffer.from(`{"a":1}\n{"b":{"c":"}{"}} `))).toEqual([
      { a: 1 },
      { b: { c: "}{" } },
    ]);
    expect(jsonDocuments(Buffer.from(` [{"a":1},{"b":2}]`))).toEqual([{ a: 1 }, { b: 2 }]);
    expect(() => jsonDocuments(Buffer.from(`{"a":1} x`))).toThrow("TRAIL_FILE_UNREADABLE");
  });
});

describe("times", () => {
  it.each([
    ["2026-06-18T02:20:00Z", "2026-06-18T02:20:00Z"],
    ["2026-06-18T02:20:00.5+02:00", "2026-06-18T00:20:00.500Z"],
    ["Jun 18, 2026, 2:20:00 PM", "2026-06-18T14:20:00Z"],
    ["Jun 18, 2026 2:20:00\u202fAM", "2026-06-18T02:20:00Z"],
    [1781749200.5, "2026-06-18T02:20:00.500Z"],
  ])("%s is %s", (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  it.each(["", "2026-06-18", "2026-13-45T99:00:00Z", "now", "x".repeat(100), 5, null, {}])(
    "%s is none",
    (value) => {
      expect(parseTime(value)).toBeNull();
    },
  );
});

const span = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 10 }))
  .map(([from, length]) => ({ from, to: from + length }));

const isIn = (at: number, list: readonly { from: number; to: number }[]): boolean =>
  list.some(({ from, to }) => at >= from && at < to);

describe("spans", () => {
  it("union and gaps say of each instant what the spans say", () => {
    fc.assert(
      fc.property(fc.array(span), span, (spans, whole) => {
        for (let at = 0; at < 42; at++) {
          expect(isIn(at, union(spans))).toBe(isIn(at, spans));
          expect(isIn(at, gaps(whole, spans))).toBe(isIn(at, [whole]) && !isIn(at, spans));
        }
      }),
    );
  });
});

describe("RSA signatures by PKCS #1 keys", () => {
  it.each([1024, 2048, 3072])("of %i bits hold, and no changed part does", (modulusLength) => {
    const { privateKey, publicKey: key } = generateKeyPairSync("rsa", { modulusLength });
    const publicKey = new Uint8Array(key.export({ format: "der", type: "pkcs1" }));
    const message = Buffer.from("a digest");
    const signature = new Uint8Array(sign("sha256", message, privateKey));
    expect(rsaHolds({ publicKey, message, signature })).toBe(true);
    expect(rsaHolds({ publicKey, message: Buffer.from("another"), signature })).toBe(false);
    expect(rsaHolds({ publicKey, message, signature: signature.map((byte) => byte ^ 1) })).toBe(
      false,
    );
    expect(rsaHolds({ publicKey: publicKey.subarray(1), message, signature })).toBe(false);
    expect(rsaHolds({ publicKey: new Uint8Array(5000), message, signature })).toBe(false);
    const other = generateKeyPairSync("rsa", { modulusLength }).publicKey;
    const wrong = new Uint8Array(other.export({ format: "der", type: "pkcs1" }));
    expect(rsaHolds({ publicKey: wrong, message, signature })).toBe(false);
  });
});
