import { join } from "node:path";
import { isSealedPolicy } from "../ceremony/sealed-policy.ts";
import type { Policy } from "../ceremony/subject.ts";
import { utf8 } from "../crypto/bytes.ts";
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
 * the record of the vault's sealing names.
 */
export function policyBeside(dir: string): Policy | null {
  try {
    const file = join(dir, "policy.json");
    const text = utf8(readText(file));
    return isSealedPolicy(readStory(dir), readVault(dir), text) ? readPolicy(file) : null;
  } catch {
    return null;
  }
}

export function durationsOf(policy: Policy | null): Durations {
  if (policy === null) return UNTOLD;
  return { usual: policy.defaultDurationSeconds, most: policy.maxDurationSeconds };
}
