import { fieldsOf, textOf } from "./event.ts";
import { jsonDocuments } from "./split.ts";
import { parseTime } from "./time.ts";

/** A CloudTrail digest file ("CloudTrail digest file structure"), as far as it is judged. */
export interface Digest {
  /** The file in which it was found. */
  readonly file: string;
  /** SHA-256 (hex) of its uncompressed content. */
  readonly sha256: string;
  readonly account: string;
  /** Read from its place in S3. */
  readonly region: string;
  /** Epoch ms: log files delivered in between are listed. */
  readonly from: number;
  readonly to: number;
  /** As the digest writes it: the signature is over this text. */
  readonly endText: string;
  /** bucket/key */
  readonly place: string;
  readonly fingerprint: string;
  readonly previous: {
    readonly place: string;
    readonly sha256: string;
    readonly signature: string;
  } | null;
  readonly logs: readonly DigestedLog[];
}

export interface DigestedLog {
  readonly place: string;
  readonly sha256: string;
  /** Epoch ms. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

const whole = (value: unknown): string | null =>
  typeof value === "string" && value !== "" && value.length <= 4096 ? value : null;
const HASH = /^[0-9a-f]{64}$/;

export const looksLikeDigest = (value: unknown): boolean =>
  fieldsOf(value)?.["digestS3Object"] !== undefined;

/** The digest, or the field that can't be read. */
export function readDigest(value: unknown, file: string, sha256: string): Digest | string {
  const digest = fieldsOf(value);
  const account = textOf(digest, "awsAccountId");
  const from = parseTime(digest?.["digestStartTime"]);
  const to = parseTime(digest?.["digestEndTime"]);
  const endText = whole(digest?.["digestEndTime"]);
  const bucket = whole(digest?.["digestS3Bucket"]);
  const object = whole(digest?.["digestS3Object"]);
  const fingerprint = textOf(digest, "digestPublicKeyFingerprint");
  if (account === null) return "awsAccountId";
  if (from === null) return "digestStartTime";
  if (to === null || endText === null) return "digestEndTime";
  if (bucket === null) return "digestS3Bucket";
  if (object === null) return "digestS3Object";
  if (fingerprint === null) return "digestPublicKeyFingerprint";
  const region = /\/CloudTrail-Digest\/([a-z0-9-]+)\//.exec(object)?.[1];
  if (region === undefined) return "digestS3Object";
  const previous = previousOf(digest);
  if (typeof previous === "string") return previous;
  const list = digest?.["logFiles"];
  if (!Array.isArray(list)) return "logFiles";
  const logs: DigestedLog[] = [];
  for (const item of list) {
    const log = fieldsOf(item);
    const logBucket = whole(log?.["s3Bucket"]);
    const logObject = whole(log?.["s3Object"]);
    const hash = whole(log?.["hashValue"]);
    if (logBucket === null || logObject === null || hash === null || !HASH.test(hash))
      return "logFiles";
    logs.push({
      place: `${logBucket}/${logObject}`,
      sha256: hash,
      oldest: parseTime(log?.["oldestEventTime"]),
      newest: parseTime(log?.["newestEventTime"]),
    });
  }
  const place = `${bucket}/${object}`;
  return { file, sha256, account, region, from, to, endText, place, fingerprint, previous, logs };
}

/** All of it or none: the first digest of a chain has none. */
function previousOf(digest: ReturnType<typeof fieldsOf>): Digest["previous"] | string {
  const bucket = whole(digest?.["previousDigestS3Bucket"]);
  const object = whole(digest?.["previousDigestS3Object"]);
  const sha256 = whole(digest?.["previousDigestHashValue"]);
  const signature = whole(digest?.["previousDigestSignature"]);
  if (bucket === null && object === null && sha256 === null && signature === null) return null;
  if (bucket === null || object === null) return "previousDigestS3Object";
  if (sha256 === null || !HASH.test(sha256)) return "previousDigestHashValue";
  if (signature === null || !/^[0-9a-f]{2,4096}$/.test(signature)) return "previousDigestSignature";
  return { place: `${bucket}/${object}`, sha256, signature };
}

/** One entry of `aws cloudtrail list-public-keys`. */
export interface TrailKey {
  readonly fingerprint: string;
  /** RSAPublicKey (PKCS #1), base64 DER. */
  readonly value: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** From one or several answers of `aws cloudtrail list-public-keys`; null: there is no key in it. */
export function readPublicKeys(bytes: Uint8Array): readonly TrailKey[] | null {
  const keys = jsonDocuments(bytes).flatMap((document) => {
    const list = fieldsOf(document)?.["PublicKeyList"];
    return (Array.isArray(list) ? list : []).flatMap((item): TrailKey[] => {
      const key = fieldsOf(item);
      const value = whole(key?.["Value"]);
      const fingerprint = textOf(key, "Fingerprint");
      if (value === null || fingerprint === null || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
        return [];
      const from = parseTime(key?.["ValidityStartTime"]);
      return [{ fingerprint, value, from, to: parseTime(key?.["ValidityEndTime"]) }];
    });
  });
  return keys.length === 0 ? null : keys;
}

/**
 * Signatures (hex) from the S3 metadata of digests: one or several answers of `aws s3api
 * head-object`, or an object of such answers by key. Which digest each is of, the arithmetic tells.
 * Null: there is none in it.
 */
export function readDigestMeta(bytes: Uint8Array): readonly string[] | null {
  const found = new Set<string>();
  const look = (value: unknown, depth: number): void => {
    const fields = fieldsOf(value);
    if (fields === null) return;
    for (const [name, inner] of Object.entries(fields)) {
      const isSignature = /^(?:x-amz-meta-)?signature$/i.test(name);
      if (isSignature && typeof inner === "string" && /^[0-9a-f]{2,4096}$/i.test(inner))
        found.add(inner.toLowerCase());
      else if (depth < 3) look(inner, depth + 1);
    }
  };
  for (const document of jsonDocuments(bytes)) look(document, 0);
  return found.size === 0 ? null : [...found];
}
