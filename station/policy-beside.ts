import { join } from "node:path";
import { hex, sha256, utf8 } from "../crypto/bytes.ts";
import type { Policy } from "../ceremony/subject.ts";
import { readPolicy, readText } from "./inputs.ts";
import { readStory } from "./records-folder.ts";
import { readVault } from "./vault-file.ts";

/** How long an access may last. `most` null: not known here; the sealed policy decides. */
export interface Durations {
  readonly usual: number;
  readonly most: number | null;
}

/** With an unknown limit, little is asked for: what is too long is refused only once all have come. */
const UNTOLD: Durations = { usual: 900, most: null };
/** No policy can allow more. */
export const LONGEST = 39_600;

/**
 * The policy that lies beside the vault for reading; null when it can't be read, or isn't the one that
 * the record of the vault's sealing names. A record of before these names were kept says nothing
 * against it.
 */
export function policyBeside(dir: string): Policy | null {
  try {
    const file = join(dir, "policy.json");
    const sealed = sealedPolicy(dir);
    if (sealed !== null && hex(sha256(utf8(readText(file)))) !== sealed) return null;
    return readPolicy(file);
  } catch {
    return null;
  }
}

export function durationsOf(policy: Policy | null): Durations {
  if (policy === null) return UNTOLD;
  return { usual: policy.defaultDurationSeconds, most: policy.maxDurationSeconds };
}

/** SHA-256 of the policy's file, as the record of the live vault's sealing names it. */
function sealedPolicy(dir: string): string | null {
  const live = hex(sha256(readVault(dir)));
  const seal = readStory(dir).findLast(
    ({ kind, evidence }) =>
      (kind === "sealed" || kind === "rotated") && evidence["fileSha256"] === live,
  );
  const { policySha256 } = Object(seal?.evidence["about"]) as { readonly policySha256?: unknown };
  return typeof policySha256 === "string" ? policySha256 : null;
}
