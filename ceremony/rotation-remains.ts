import type { Subject } from "./ports.ts";

/** What a rotation can't undo, as codes of the catalogue: what stays true, and what to do about it. */
export type RotationRemainsCode =
  | "ROTATION_OLD_SET_OPENS"
  | "ROTATION_OLD_KEYS_LIVE"
  | "ROTATION_KEYS_KEPT"
  | "ROTATION_ACCOUNT_DROPPED"
  | "ROTATION_KEY_REVOKED"
  | "ROTATION_KEY_CARRIED"
  | "ROTATION_CANCELLED_OPENS";

export interface Remains {
  readonly code: RotationRemainsCode;
  readonly about: Readonly<Record<string, string | number>>;
}

/** An old copy of the vault, k old cards and a key of then open the old epoch for ever. */
export function remainsAfter(change: {
  readonly old: Pick<Subject, "epoch">;
  /** Of the old epoch. */
  readonly threshold: number;
  readonly newKeys: readonly string[];
  readonly keptKeys: readonly string[];
  readonly dropped: readonly string[];
  readonly carried: readonly string[];
  readonly revoked: readonly string[];
}): readonly Remains[] {
  const { epoch } = change.old;
  const some = (
    code: RotationRemainsCode,
    names: readonly string[],
    as: string,
  ): readonly Remains[] =>
    names.length === 0 ? [] : [{ code, about: { epoch, [as]: names.join(", ") } }];
  return [
    { code: "ROTATION_OLD_SET_OPENS", about: { epoch, threshold: change.threshold } },
    ...some("ROTATION_OLD_KEYS_LIVE", change.newKeys, "accounts"),
    ...some("ROTATION_KEYS_KEPT", change.keptKeys, "accounts"),
    ...some("ROTATION_ACCOUNT_DROPPED", change.dropped, "accounts"),
    ...some("ROTATION_KEY_REVOKED", change.revoked, "labels"),
    ...some("ROTATION_KEY_CARRIED", change.carried, "labels"),
  ];
}

/** A candidate that was given up opens with its own cards, its file and a key. */
export const remainsOfCancelled = (candidate: Pick<Subject, "epoch">): readonly Remains[] => [
  { code: "ROTATION_CANCELLED_OPENS", about: { epoch: candidate.epoch } },
];
