import type { RecordBody } from "../crypto/record.ts";
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
  /** Of the old epoch; "enough" where no record says it. */
  readonly threshold: number | "enough";
  readonly newKeys: readonly string[];
  /** Those of them that the old epoch does not hold. */
  readonly added: readonly string[];
  readonly keptKeys: readonly string[];
  readonly dropped: readonly string[];
  readonly carried: readonly string[];
  readonly revoked: readonly string[];
}): readonly Remains[] {
  const { epoch } = change.old;
  const replaced = change.newKeys.filter((account) => !change.added.includes(account));
  const some = (
    code: RotationRemainsCode,
    names: readonly string[],
    as: string,
  ): readonly Remains[] =>
    names.length === 0 ? [] : [{ code, about: { epoch, [as]: names.join(", ") } }];
  return [
    { code: "ROTATION_OLD_SET_OPENS", about: { epoch, threshold: change.threshold } },
    ...some("ROTATION_OLD_KEYS_LIVE", replaced, "accounts"),
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

/** How a sealing or a rotation ended, by its record. */
export interface Ending {
  /** Of the record that ended it. */
  readonly seq: number;
  /** The one that was made. */
  readonly epoch: number;
  readonly after: "seal" | "rotation" | "cancelled";
  readonly remains: readonly Remains[];
}

type Told = Pick<RecordBody, "kind" | "epoch" | "vaultHash" | "evidence"> & {
  readonly written: { readonly seq: number };
};

/**
 * Every sealing that ended, the oldest first, with what it left behind: from the records alone, since
 * whoever sealed may be gone by the time it is told.
 */
export function endingsIn(story: readonly Told[]): readonly Ending[] {
  const sealOf = (file: unknown): Told | undefined =>
    story.findLast(
      ({ kind, evidence }) =>
        (kind === "sealed" || kind === "rotated") && evidence["fileSha256"] === file,
    );
  return story.flatMap(({ kind, evidence, written: { seq } }): Ending[] => {
    if (kind !== "committed" && kind !== "cancelled") return [];
    // An incident is cancelled too, and names no file.
    const seal = sealOf(evidence["fileSha256"]);
    if (seal === undefined) return [];
    const epoch = Number(seal.evidence["epoch"]);
    if (kind === "cancelled")
      return [{ seq, epoch, after: "cancelled", remains: remainsOfCancelled({ epoch }) }];
    if (seal.kind === "sealed") return [{ seq, epoch, after: "seal", remains: [] }];
    return [{ seq, epoch, after: "rotation", remains: recorded(seal, sealOf(seal.vaultHash)) }];
  });
}

/** What a rotation's own record says that it changed. */
function recorded(rotated: Told, old: Told | undefined): readonly Remains[] {
  const { threshold } = aboutOf(old);
  const about = aboutOf(rotated);
  const names = (key: string): readonly string[] => {
    const listed = about[key];
    return Array.isArray(listed) ? listed.map(String) : [];
  };
  return remainsAfter({
    old: { epoch: rotated.epoch },
    threshold: typeof threshold === "number" ? threshold : "enough",
    newKeys: names("newKeys"),
    added: names("added"),
    keptKeys: names("keptKeys"),
    dropped: names("dropped"),
    carried: names("carried"),
    revoked: names("revoked"),
  });
}

const aboutOf = (seal: Told | undefined): Readonly<Record<string, unknown>> =>
  Object(seal?.evidence["about"]) as Readonly<Record<string, unknown>>;

/**
 * The accounts that the live vault holds, where a record of its own names them all: the rotation that
 * made it, or a use. Null: none does, and only whoever opens it learns them.
 */
export function accountsIn(story: readonly Told[]): readonly string[] | null {
  const live = story.findLast(({ kind }) => kind === "committed")?.evidence["fileSha256"];
  const rotated = story.findLast(
    ({ kind, evidence }) => kind === "rotated" && evidence["fileSha256"] === live,
  );
  const { newKeys, keptKeys } = aboutOf(rotated);
  if (Array.isArray(newKeys) && Array.isArray(keptKeys))
    return [...new Set([...newKeys, ...keptKeys].map(String))].toSorted();
  const used = story.findLast(
    ({ kind, vaultHash }) => kind === "glass-broken" && vaultHash === live,
  )?.evidence["accounts"];
  return Array.isArray(used) ? used.map(String).toSorted() : null;
}
