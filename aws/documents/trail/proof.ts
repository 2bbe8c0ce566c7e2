import { fromHex, utf8 } from "../../../crypto/bytes.ts";
import { rsaHolds } from "../../../crypto/rsa.ts";
import type { Digest, TrailKey } from "./digest.ts";
import { type About, finding, type TrailFinding, type TrailProofCode } from "./finding.ts";
import { bareName } from "./names.ts";
import { put } from "./map.ts";
import { utc } from "./time.ts";

/** verified: AWS's signature holds for it; unverified: nothing says either way; edited: refuted. */
export type DigestState = "verified" | "unverified" | "edited";

export interface JudgedDigest {
  readonly digest: Digest;
  readonly state: DigestState;
}

export interface DigestProofs {
  readonly keys: readonly TrailKey[];
  /** Signatures (hex) from S3 metadata. */
  readonly signatures: readonly string[];
}

/** What AWS signs ("CloudTrail digest file structure", digital signature). */
export const signedText = (digest: Digest): string =>
  [digest.endText, digest.place, digest.sha256, digest.previous?.signature ?? "null"].join("\n");

/**
 * Judges digests by AWS's signatures and by what each says of the one before it. A signature of a
 * digest stands in its S3 metadata and in the digest after it: wherever it comes from, it holds or
 * it does not. So one edited digest is named alone, and those before it keep their proof.
 * `since`: epoch ms, digests that end before are not missed. `damaged`: files that could not be read.
 */
export function judgeDigests(
  digests: readonly Digest[],
  proofs: DigestProofs,
  since: number,
  damaged: readonly string[],
): {
  readonly judged: readonly JudgedDigest[];
  /** Those by which a signature holds. */
  readonly keys: readonly TrailKey[];
  readonly findings: readonly TrailFinding[];
} {
  const findings: TrailFinding[] = [];
  const error = (code: TrailProofCode, about: About): void => {
    findings.push(finding(code, "error", about));
  };
  const unique = [
    ...new Map(digests.map((one) => [`${one.place} ${one.sha256}`, one])).values(),
  ].toSorted((a, b) => b.to - a.to);
  const after = new Map<string, Digest[]>();
  for (const digest of unique)
    if (digest.previous !== null) put(after, digest.previous.place, digest);

  const keys = new Map<string, TrailKey>();
  for (const key of proofs.keys) keys.set(key.fingerprint, key);
  for (const { fingerprint, region, place } of unique)
    if (keys.size > 0 && !keys.has(fingerprint))
      findings.push(
        finding("DIGEST_KEY_MISSING", "warning", { fingerprint, region, digest: place }),
      );

  const { signed, unused } = signatures(unique, after, keys, proofs.signatures);
  for (const digest of signed) {
    const { from = null, to = null } = keys.get(digest.fingerprint) ?? {};
    if ((from !== null && digest.to < from) || (to !== null && digest.to > to))
      findings.push(
        finding("DIGEST_KEY_OUT_OF_TIME", "warning", {
          digest: digest.place,
          fingerprint: digest.fingerprint,
        }),
      );
  }
  // A file of that name which is not that digest: it is there, and not what AWS wrote.
  const damagedAt = new Map(
    [...damaged, ...unique.map(({ file }) => file)].map((file) => [bareName(file), file]),
  );
  const places = new Set(unique.map(({ place }) => place));
  const states = statesOf(unique, after, signed);
  const judged = unique.map((digest) => ({ digest, state: states.get(digest) ?? "unverified" }));
  for (const { digest, state } of judged) {
    const { place, previous } = digest;
    if (state === "edited") error("DIGEST_EDITED", { digest: place, file: digest.file });
    else if (state === "unverified" && keys.has(digest.fingerprint)) {
      // The newest one: what came with it does not fit it, or nothing came.
      const refused = !after.has(place) && unused.length > 0;
      if (refused) error("DIGEST_REFUSED", { digest: place, file: digest.file });
      else findings.push(finding("DIGEST_UNSIGNED", "warning", { digest: place }));
    }
    if (previous === null || places.has(previous.place)) continue;
    const file = damagedAt.get(bareName(previous.place));
    if (file !== undefined) error("DIGEST_EDITED", { digest: previous.place, file });
    else if (digest.from > since)
      error("DIGEST_MISSING", { digest: previous.place, after: place, until: utc(digest.from) });
  }
  if (keys.size > 0 && unused.length > 0)
    findings.push(finding("DIGEST_SIGNATURE_UNUSED", "error", { count: unused.length }));
  const names = new Set([...signed].map(({ fingerprint }) => fingerprint));
  const believed = [...keys.values()].filter(({ fingerprint }) => names.has(fingerprint));
  return { judged, keys: believed, findings };
}

/** More tries than any trail needs: what is beyond stays unverified. */
const MOST_TRIES = 20_000;

/** The digests for which a signature holds, and the metadata's signatures that fit none. */
function signatures(
  digests: readonly Digest[],
  after: ReadonlyMap<string, readonly Digest[]>,
  keys: ReadonlyMap<string, TrailKey>,
  fromMeta: readonly string[],
): { readonly signed: ReadonlySet<Digest>; readonly unused: readonly string[] } {
  const signed = new Set<Digest>();
  const used = new Set<string>();
  let tries = 0;
  const attempt = (digest: Digest, candidates: readonly string[]): void => {
    const key = keys.get(digest.fingerprint);
    if (key === undefined || candidates.length === 0) return;
    const check = checkOf(digest, key);
    const held = candidates.find((signature) => tries++ < MOST_TRIES && check(signature));
    if (held === undefined) return;
    signed.add(digest);
    used.add(held);
  };
  for (const digest of digests)
    attempt(
      digest,
      (after.get(digest.place) ?? []).flatMap(({ previous }) => previous?.signature ?? []),
    );
  const left = fromMeta.filter((signature) => !used.has(signature));
  for (const digest of digests) if (!signed.has(digest)) attempt(digest, left);
  return { signed, unused: left.filter((signature) => !used.has(signature)) };
}

/** What a digest with a proof says of the one before it is proven too. */
function statesOf(
  digests: readonly Digest[],
  after: ReadonlyMap<string, readonly Digest[]>,
  signed: ReadonlySet<Digest>,
): ReadonlyMap<Digest, DigestState> {
  const states = new Map<Digest, DigestState>();
  const at = new Map<string, Digest[]>();
  for (const digest of digests) put(at, digest.place, digest);
  const queue = [...signed];
  for (const digest of signed) states.set(digest, "verified");
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { place, previous } = next;
    for (const other of at.get(place) ?? [])
      if (states.get(other) !== "verified") states.set(other, "edited");
    for (const before of previous === null ? [] : (at.get(previous.place) ?? [])) {
      if (states.get(before) === "verified") continue;
      const same = before.sha256 === previous?.sha256;
      states.set(before, same ? "verified" : "edited");
      if (same) queue.push(before);
    }
  }
  for (const digest of digests) {
    if (states.has(digest)) continue;
    const next = (after.get(digest.place) ?? []).filter((one) => states.get(one) !== "edited");
    const refuted =
      next.length > 0 && next.every(({ previous }) => previous?.sha256 !== digest.sha256);
    states.set(digest, refuted ? "edited" : "unverified");
  }
  return states;
}

function checkOf(digest: Digest, key: TrailKey): (signature: string) => boolean {
  const message = utf8(signedText(digest));
  return (signature) =>
    signature.length % 2 === 0 &&
    rsaHolds({ publicKey: key.value, message, signature: fromHex(signature) });
}
