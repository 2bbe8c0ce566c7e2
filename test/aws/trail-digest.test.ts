import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDigestMeta, readPublicKeys } from "../../aws/documents/trail/digest.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import { requireProgram } from "../requires.ts";
import { event, goodEvents, iso, type Json, makeSigner, makeTrail, OPENED } from "./trail-kit.ts";
import { type Stored, validateLogs } from "./trail-peer.ts";
import { bytes, codes, question, trailOf } from "./trail-reading.ts";

const HOUR = 3_600_000;
const signer = makeSigner();
const events = [
  ...goodEvents(),
  event("ec2:DescribeVpcs", OPENED - 30 * 60_000, {
    userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
  }),
];
const made = makeTrail(events, signer);
const [first, second, third] = made.digests;
const newest = made.digests.at(-1);
if (first === undefined || second === undefined || third === undefined || newest === undefined)
  throw new Error("the chain is too short");
/** The digest of the hour in which the access was open, and its logs. */
const busy = third;
const { logFiles } = JSON.parse(busy.content.toString()) as { logFiles: { s3Object: string }[] };
/** What is said of its logs when no digest speaks of them. */
const undigested = made.logs
  .filter(({ key }) => logFiles.some(({ s3Object }) => s3Object === key))
  .map(({ name }) => `LOG_NOT_DIGESTED ${name}`);
const [log] = made.logs.filter(({ content }) => content.includes("BreakGlassWindow"));
if (log === undefined) throw new Error("no log");

interface Bucket {
  readonly name: string;
  readonly content: Buffer;
  readonly key: string;
  readonly signature?: string;
}
const bucket: readonly Bucket[] = [...made.logs, ...made.digests];

const judged = (
  files: readonly Bucket[],
  { meta = made.meta as unknown, keys = signer.list as unknown } = {},
): Review =>
  review(
    trailOf(files.map(({ name, content }) => [name, content])),
    question({
      proofs: {
        keys: keys === null ? [] : (readPublicKeys(bytes(keys)) ?? []),
        signatures: meta === null ? [] : (readDigestMeta(bytes(meta)) ?? []),
      },
    }),
  );

const swap = (key: string, edit: (content: string) => string): readonly Bucket[] =>
  bucket.map((one) =>
    one.key === key ? { ...one, content: Buffer.from(edit(one.content.toString())) } : one,
  );
const without = (key: string): readonly Bucket[] => bucket.filter((one) => one.key !== key);
const field =
  (name: string, value: unknown) =>
  (content: string): string =>
    JSON.stringify({ ...(JSON.parse(content) as Json), [name]: value });

/** The findings of tampering, each with what it names. */
const named = ({ findings }: Review): string[] =>
  findings
    .filter(({ code }) => /^(?:LOG|DIGEST)_/.test(code))
    .map(({ code, about }) => `${code} ${String(about["file"] ?? about["log"] ?? about["digest"])}`)
    .map((text) => text.replace(/ .*\//, " "))
    .toSorted();

interface Mutation {
  readonly what: string;
  readonly files: readonly Bucket[];
  readonly meta?: unknown;
  readonly expected: readonly string[];
  /** It leaves a hole in the hours that the review needs. */
  readonly hole: boolean;
  /** What aws-cli writes of it; null: it can't see this one. */
  readonly peer: RegExp | null;
}

const added = {
  ...log,
  name: log.name.replace(/Unique\d+/, "Unique9999999999"),
  key: log.key.replace(/Unique\d+/, "Unique9999999999"),
  content: Buffer.from(
    log.content.toString().replace("203.0.113.7", "203.0.113.8").replace('"iam.', '"iam2.'),
  ),
};

const mutations: readonly Mutation[] = [
  {
    what: "a log with one character changed",
    files: swap(log.key, (content) => content.replace("198.51.100.4", "198.51.100.5")),
    expected: [`LOG_EDITED ${log.name}`],
    hole: true,
    peer: /Log file\s\S+INVALID: hash value doesn't match|Log file\s\S+\sINVALID/,
  },
  {
    what: "a log with an event taken out",
    files: swap(log.key, (content) => {
      const { Records } = JSON.parse(content) as { Records: Json[] };
      return JSON.stringify({ Records: Records.slice(1) });
    }),
    expected: [`LOG_EDITED ${log.name}`],
    hole: true,
    peer: /Log file\s\S+\sINVALID/,
  },
  {
    what: "a log deleted",
    files: without(log.key),
    expected: [`LOG_MISSING ${log.name}`],
    hole: true,
    peer: /Log file\s\S+\sINVALID: not found/,
  },
  {
    what: "a log added",
    files: [...bucket, added],
    expected: [`LOG_ADDED ${added.name}`],
    hole: false,
    peer: null,
  },
  {
    what: "a digest that forgets a log",
    files: swap(busy.key, (content) => {
      const digest = JSON.parse(content) as { logFiles: Json[] };
      return JSON.stringify({ ...digest, logFiles: digest.logFiles.slice(1) });
    }),
    expected: [`DIGEST_EDITED ${busy.name}`, ...undigested].toSorted(),
    hole: true,
    peer: /Digest file\s\S+\sINVALID/,
  },
  {
    what: "a digest in the middle deleted",
    files: without(busy.key),
    expected: [
      `DIGEST_MISSING ${busy.name}`,
      // Its signature stood in the one that is gone.
      `DIGEST_UNSIGNED ${second.name}`,
      ...undigested,
    ].toSorted(),
    hole: true,
    peer: /Digest file\s\S+\sINVALID: not found/,
  },
  {
    what: "the newest digest deleted",
    files: without(newest.key),
    expected: [`DIGEST_SIGNATURE_UNUSED`, `DIGEST_REFUSED ${made.digests.at(-2)?.name}`].toSorted(),
    // It starts from whatever is the newest.
    hole: false,
    peer: null,
  },
  {
    what: "the newest digest changed",
    files: swap(newest.key, field("digestStartTime", iso(newest.from + 1000))),
    expected: [`DIGEST_REFUSED ${newest.name}`, `DIGEST_SIGNATURE_UNUSED`].toSorted(),
    hole: false,
    peer: /Digest file\s\S+\sINVALID/,
  },
  {
    what: "the newest digest's signature changed",
    files: bucket.map((one) =>
      one.key === newest.key ? { ...one, signature: newest.signature.replace(/^../, "00") } : one,
    ),
    meta: { Metadata: { signature: newest.signature.replace(/^../, "00") } },
    expected: [`DIGEST_REFUSED ${newest.name}`, `DIGEST_SIGNATURE_UNUSED`].toSorted(),
    hole: false,
    peer: /Digest file\s\S+\sINVALID/,
  },
];

const broken = (name: string, value: unknown): Mutation => ({
  what: `a digest whose ${name} was changed`,
  files: swap(second.key, field(name, value)),
  expected: [`DIGEST_EDITED ${second.name}`],
  hole: true,
  peer: /Digest file\s\S+\sINVALID/,
});
const links: readonly Mutation[] = [
  broken("previousDigestHashValue", "00".repeat(32)),
  broken("digestEndTime", iso(second.to + 1000)),
  broken("newestEventTime", iso(OPENED)),
];

const stored = (files: readonly Bucket[]): Stored[] =>
  files.map(({ key, content, signature }) => ({ key, zipped: gzipSync(content), signature }));

describe("digests", () => {
  it("an untouched chain is verified, whoever signed its head", () => {
    const found = judged(bucket);
    expect(named(found)).toEqual([]);
    expect(found.proof).toMatchObject({
      status: "verified",
      digests: { verified: made.digests.length, unverified: 0, edited: 0 },
    });
  });

  it.each([...mutations, ...links])(
    "$what is named, and nothing else is",
    ({ files, meta, expected, hole }) => {
      const found = judged(files, meta === undefined ? {} : { meta });
      const shown = named(found).filter((text) =>
        files.length === bucket.length && text.startsWith("LOG_NOT_DIGESTED")
          ? expected.includes(text)
          : true,
      );
      expect(shown.map((text) => text.replace(" undefined", ""))).toEqual(expected);
      expect(found.proof.status).not.toBe("verified");
      expect(found.coverage[0]?.state === "whole").toBe(!hole);
    },
  );

  it("without keys or metadata nothing is called verified, and a changed link is still named", () => {
    for (const proofs of [{ keys: null }, { meta: null }, { keys: null, meta: null }]) {
      const found = judged(bucket, proofs);
      expect(found.proof.digests.edited).toBe(0);
      if (proofs.keys === null) {
        expect(found.proof.status).toBe("unverified");
        expect(found.proof.digests.verified).toBe(0);
      }
    }
    const bent = judged(swap(busy.key, field("newestEventTime", iso(OPENED))), { keys: null });
    expect(codes(bent)).toContain("DIGEST_EDITED");
  });

  it("another's key, or one of another time, is named", () => {
    const stranger = makeSigner();
    expect(codes(judged(bucket, { keys: stranger.list }))).toContain("DIGEST_KEY_MISSING");
    const [key] = signer.list["PublicKeyList"] as Json[];
    const forged = {
      ...(stranger.list["PublicKeyList"] as Json[])[0],
      Fingerprint: signer.fingerprint,
    };
    expect(() => readPublicKeys(bytes({ PublicKeyList: [forged] }))).toThrow("PUBLIC_KEY_MISNAMED");
    const old = { ...key, ValidityEndTime: "2020-01-01T00:00:00Z" };
    expect(codes(judged(bucket, { keys: { PublicKeyList: [old] } }))).toContain(
      "DIGEST_KEY_OUT_OF_TIME",
    );
  });

  it("a key is named by what it is, as in AWS's own example, and only by what it proves", () => {
    // aws-cli's example of list-public-keys.
    const Value =
      "MIIBCgKCAQEAlSS3cl92HDycr/MTj0moOhas8habjrraXw+KzlWF0axSI2tcF+3iJ9BKQAVSKxGwxwu3m0wG3J+kUl1xboEcEPHYoIYMbgfSw7KGnuDKwkLzsQWhUJ0cIbOHASox1vv/5fNXkrHhGbDCHeVXm804c83nvHUEFYThr1PfyP/8HwrCtR3FX5OANtQCP61C1nJtSSkC8JSQUOrIP4CuwJjc+4WGDk+BGH5m9iuiAKkipEHWmUl8/P7XpfpWQuk4h8g3pXZOrNXr08lbh4d39svj7UqdhvOXoBISp9t/EXYuePGEtBdrKD9Dz+VHwyUPtBQvYr9BnkF88qBnaPNhS44rzwIDAQAB";
    const Fingerprint = "7f3f401420072e50a65a141430817ab3";
    const answer = (claimed: string) => bytes({ PublicKeyList: [{ Value, Fingerprint: claimed }] });
    expect(readPublicKeys(answer(Fingerprint))).toMatchObject([{ fingerprint: Fingerprint }]);
    expect(() => readPublicKeys(answer(signer.fingerprint))).toThrow("PUBLIC_KEY_MISNAMED");
    const both = {
      PublicKeyList: [{ Value, Fingerprint }, (signer.list["PublicKeyList"] as Json[])[0]],
    };
    const der = signer.list["PublicKeyList"] as { Value: string }[];
    const sha256 = createHash("sha256")
      .update(Buffer.from(der[0]?.Value ?? "", "base64"))
      .digest("hex");
    expect(judged(bucket, { keys: both }).proof.keys).toEqual([
      { fingerprint: signer.fingerprint, sha256 },
    ]);
    expect(judged(bucket, { keys: both, meta: null }).proof.keys).toHaveLength(1);
    expect(judged([], { keys: both }).proof.keys).toEqual([]);
  });

  it("answers of several regions stand one after the other in one file", () => {
    const two = makeSigner();
    const text = `${JSON.stringify(signer.list, null, 2)}\n${JSON.stringify(two.list)}`;
    expect(readPublicKeys(Buffer.from(text))?.map(({ fingerprint }) => fingerprint)).toEqual([
      signer.fingerprint,
      two.fingerprint,
    ]);
    const byKey = { [newest.key]: made.meta, other: { Metadata: { signature: "ab" } } };
    expect(readDigestMeta(bytes(byKey))).toEqual([newest.signature, "ab"]);
    expect(readDigestMeta(bytes({ Metadata: {} }))).toBeNull();
    expect(readPublicKeys(bytes({ PublicKeyList: [] }))).toBeNull();
  });

  it("no single changed byte of a log or digest is ever verified", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: bucket.length - 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (which, where, flip) => {
          const files = bucket.map((one, index) => {
            if (index !== which) return one;
            const content = Buffer.from(one.content);
            const at = where % content.length;
            content[at] = (content[at] ?? 0) ^ flip;
            return { ...one, content };
          });
          const found = judged(files);
          expect(found.proof.status).not.toBe("verified");
          expect(found.verdict).toBe("EXPLAIN");
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe.skipIf(!requireProgram("aws"))("aws-cli's own validate-logs agrees", () => {
  const from = iso(OPENED - 2 * HOUR);
  const to = iso(newest.to);
  const ask = (files: readonly Bucket[]) => validateLogs(stored(files), signer.list, from, to);

  it("that the chain is whole", async () => {
    const { status, out, err } = await ask(bucket);
    expect(err).toBe("");
    expect(out).toContain(`${made.digests.length}/${made.digests.length} digest files valid`);
    expect(out).toContain(`${made.logs.length}/${made.logs.length} log files valid`);
    expect(status).toBe(0);
  }, 60_000);

  it.each([...mutations, ...links].filter(({ peer }) => peer !== null))(
    "that it is not: $what",
    async ({ files, peer }) => {
      const { status, err } = await ask(files);
      expect(err).toMatch(peer ?? /never/);
      expect(status).toBe(1);
    },
    60_000,
  );
});
