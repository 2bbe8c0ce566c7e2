import { hex, sha256 as hashOf } from "../../../crypto/bytes.ts";
import { CodedError } from "../../../crypto/errors.ts";
import { trailKeyName } from "../../../crypto/rsa.ts";
import { fromBase64 } from "../../../crypto/ssh-wire.ts";
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
  /** Read from its place in S3, as are the bucket and the trail's name. */
  readonly region: string;
  readonly bucket: string;
  readonly trail: string;
  /** The region in which the trail itself is. */
  readonly home: string;
  /** Of an organization's trail: whose account it is in, no digest says. */
  readonly isOrganization: boolean;
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
  const [, organization, owner, region, named, trail, home] = PLACE.exec(object) ?? [];
  if (region === undefined || trail === undefined || home === undefined) return "digestS3Object";
  if (named !== region || owner !== account) return "digestS3Object";
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
  const isOrganization = organization !== undefined;
  const at = { account, region, bucket, trail, home, isOrganization };
  return { file, sha256, ...at, from, to, endText, place, fingerprint, previous, logs };
}

/** Anchored at its end: the prefix before AWSLogs is whatever the trail's owner chose. */
const PLACE =
  /(?:^|\/)AWSLogs\/(o-[a-z0-9]+\/)?(\d{12})\/CloudTrail-Digest\/([a-z0-9-]+)\/\d{4}\/\d\d\/\d\d\/\d{12}_CloudTrail-Digest_([a-z0-9-]+)_([A-Za-z0-9._-]+)_([a-z0-9-]+)_\d{8}T\d{6}Z\.json(?:\.gz)?$/;

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
  /** MD5 (hex) of the key, computed from it: digests name their key so. */
  readonly fingerprint: string;
  /** SHA-256 (hex) of the key, for people to compare. */
  readonly sha256: string;
  /** RSAPublicKey (PKCS #1), DER. */
  readonly value: Uint8Array;
  readonly from: number | null;
  readonly to: number | null;
}

export type TrailKeyCode = "PUBLIC_KEY_MISNAMED";

/**
 * From one or several answers of `aws cloudtrail list-public-keys`; null: there is no key in it.
 * `PUBLIC_KEY_MISNAMED`: the fingerprint beside a key is not that key's.
 */
export function readPublicKeys(bytes: Uint8Array): readonly TrailKey[] | null {
  const keys = jsonDocuments(bytes).flatMap((document) => {
    const list = fieldsOf(document)?.["PublicKeyList"];
    return (Array.isArray(list) ? list : []).flatMap((item): TrailKey[] => {
      const key = fieldsOf(item);
      const value = keyOf(whole(key?.["Value"]));
      const claimed = textOf(key, "Fingerprint");
      if (value === null || claimed === null) return [];
      const fingerprint = trailKeyName(value);
      if (claimed.toLowerCase() !== fingerprint)
        throw new CodedError<TrailKeyCode>("PUBLIC_KEY_MISNAMED", { claimed, fingerprint });
      const from = parseTime(key?.["ValidityStartTime"]);
      const to = parseTime(key?.["ValidityEndTime"]);
      return [{ fingerprint, sha256: hex(hashOf(value)), value, from, to }];
    });
  });
  return keys.length === 0 ? null : keys;
}

function keyOf(base64: string | null): Uint8Array | null {
  try {
    return base64 === null ? null : fromBase64(base64);
  } catch {
    return null;
  }
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
