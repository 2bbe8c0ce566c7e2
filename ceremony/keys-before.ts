import type { OnlineOpening } from "../contract/online.ts";

/** A note, never a refusal: an inactive key opens nothing until somebody turns it on. */
export type KeysBeforeCode = "KEYS_LEFT_OVER";

/** What the look before an opening found in an account: kept by the record, and by nothing else. */
export interface KeysBefore {
  readonly account: string;
  /** Inactive keys of the emergency user that are not the sealed one. */
  readonly leftOvers: readonly string[];
  /** When AWS last saw the sealed key before this, RFC 3339. */
  readonly lastUsed: string | null;
}

/** Of each account that opened. */
export const keysBefore = (
  opening: Extract<OnlineOpening, { kind: "OPENED" }>,
): readonly KeysBefore[] =>
  opening.accounts.flatMap((one) =>
    one.state === "ACTIVE"
      ? [{ account: one.accountId, leftOvers: one.leftOvers, lastUsed: one.lastUsed }]
      : [],
  );

/** Old keys that an administrator forgot to delete: "AKIA… (111122223333)". Null: none. */
export function leftOverNote(before: readonly KeysBefore[]) {
  const keys = before.flatMap(({ account, leftOvers }) =>
    leftOvers.map((key) => `${key} (${account})`),
  );
  return keys.length === 0
    ? null
    : ({ code: "KEYS_LEFT_OVER", about: { keys: keys.join(", ") } } as const);
}
