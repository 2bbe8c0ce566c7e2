import { fail } from "./errors.ts";
import type { Contents } from "./subject.ts";

/** What the epoch before held of AWS's, by id: ids are public at AWS. */
export interface HeldKeys {
  readonly accessKeyIds: readonly string[];
  /** Why old keys are sealed once more, in people's words; the seal record repeats it. Null: they are not. */
  readonly keptBecause: string | null;
}

/** Every access key id in a vault's contents: activators, closers, emergency users. */
export const accessKeyIdsOf = ({ accounts }: Pick<Contents, "accounts">): readonly string[] =>
  accounts.flatMap(({ activator, closer, emergency }) =>
    [activator, ...(closer === undefined ? [] : [closer]), emergency].map(
      ({ accessKeyId }) => accessKeyId,
    ),
  );

/**
 * New AWS keys alone make an old vault with its old cards worthless, so old ones are refused:
 * `OLD_KEYS`, which names them. The next preflight names those that were not deleted at AWS.
 */
export function requireNewKeys(contents: Contents, { accessKeyIds, keptBecause }: HeldKeys): void {
  if (keptBecause !== null) return;
  const old = new Set(accessKeyIds);
  const ids = accessKeyIdsOf(contents).filter((id) => old.has(id));
  if (ids.length > 0) fail("OLD_KEYS", { ids: ids.join(", ") });
}
