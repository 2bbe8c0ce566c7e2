import { hex, sha256 } from "../crypto/bytes.ts";
import type { RecordBody } from "../crypto/record.ts";

/**
 * Whether this is the policy's file that the record of this vault file's sealing names. A record of
 * before these names were kept says nothing against it.
 */
export function isSealedPolicy(
  story: readonly Pick<RecordBody, "kind" | "evidence">[],
  vault: Uint8Array,
  policy: Uint8Array,
): boolean {
  const live = hex(sha256(vault));
  const seal = story.findLast(
    ({ kind, evidence }) =>
      (kind === "sealed" || kind === "rotated") && evidence["fileSha256"] === live,
  );
  const { policySha256 } = Object(seal?.evidence["about"]) as { readonly policySha256?: unknown };
  return typeof policySha256 !== "string" || policySha256 === hex(sha256(policy));
}
