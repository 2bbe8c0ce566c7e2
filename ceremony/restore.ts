import { hex, sha256 } from "../crypto/bytes.ts";
import { parseRecord } from "../crypto/record.ts";
import type { Finding } from "./finding.ts";
import type { StationEntry, Subject, Written } from "./ports.ts";
import { recordedAccesses } from "./recorded-access.ts";
import { type Copy, type Question, replay, type Verdict, verify } from "./verify.ts";

/** What became of the station that a copy is of, as people say. */
export type OldStation = "gone" | "kept";

/** Whether a station may be made of these copies, and of which of them. */
export interface RestoreVerdict {
  /** The copy to take; null: none will do, and `why` says so. */
  readonly take: Copy | null;
  readonly why: "NOT_WHOLE" | "STALE" | "NO_VAULT" | null;
  readonly verdict: Verdict;
  /** What kept it from being used. */
  readonly errors: readonly Finding[];
  /** What people should know before they go on. */
  readonly notes: readonly Finding[];
  /** Accesses that have no closing record: they may be open still. */
  readonly maybeOpen: readonly string[];
  /** Compared with a share card, and with a record on paper. */
  readonly anchoredBy: { readonly vaultId: boolean; readonly head: boolean };
}

/** A laptop that no seal names yet signed there: true of every restored one until the next epoch. */
const isTolerated = ({ severity, code }: Finding): boolean =>
  severity === "note" || code === "STATION_UNCERTIFIED";

/** A stale vault file beside whole records costs that copy, not the others. */
const isStale = ({ code }: Finding): boolean => code === "VAULT_FILE_DIFFERS";

/** Valid, but for what a restored station signed before a seal names it. */
export const isWholeSinceRestored = ({ verdict, findings, records }: Verdict): boolean =>
  verdict === "VALID" ||
  (records.some(({ kind }) => kind === "restored") && findings.every((one) => isTolerated(one)));

/** What a station's own screens say of its records: one that was restored is no broken one. */
export const verdictAtStation = (found: Verdict): Verdict["verdict"] | "RESTORED" =>
  found.verdict === "INVALID" && isWholeSinceRestored(found) ? "RESTORED" : found.verdict;

/**
 * Judges copies together: forks, gaps and forgeries refuse them all; of what is left the copy is taken
 * whose records go furthest and whose vault file is the live one. That a single copy is not the newest
 * of all only a record on paper or another copy can tell.
 */
export function judgeRestore(copies: readonly Copy[], question: Question): RestoreVerdict {
  const verdict = verify(copies, question);
  const wrong = verdict.findings.filter((one) => !isTolerated(one) && !isStale(one));
  const stale = verdict.findings.filter(isStale);
  const { walk, ends } = replay(copies);
  const live = walk.result().live?.fileSha256 ?? null;
  const most = Math.max(0, ...ends);
  const isLive = ({ vault }: Copy): boolean =>
    vault !== undefined && live !== null && hex(sha256(vault)) === live;
  const take = copies.find((copy, index) => ends[index] === most && isLive(copy)) ?? null;
  const some = copies.some(({ vault }) => vault !== undefined);
  const why = wrong.length > 0 ? "NOT_WHOLE" : take !== null ? null : some ? "STALE" : "NO_VAULT";
  return {
    take: wrong.length > 0 ? null : take,
    why,
    verdict,
    errors: why === null ? [] : [...wrong, ...stale],
    notes: [...verdict.findings.filter((one) => isTolerated(one)), ...(why === null ? stale : [])],
    maybeOpen: why === null && take !== null ? leftOpen(take) : [],
    anchoredBy: { vaultId: question.vaultId !== undefined, head: question.head !== undefined },
  };
}

/** Accesses that the copy's records leave without an end. */
function leftOpen({ records }: Copy): readonly string[] {
  const stored = [...records]
    .filter(([name]) => /^\d{6}\.json$/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, bytes]) => ({ body: parseRecord(bytes), sha256: hex(sha256(bytes)) }));
  return recordedAccesses(stored)
    .filter(({ closedMs }) => closedMs === null)
    .map(({ incident }) => incident);
}

/** A spare's own records beside a copy of its vault's. */
export interface Beside {
  /** So many records, from the first, are the same in both. */
  readonly common: number;
  /** How many the spare has: those after `common` fork from the copy's, and are in no copy of it. */
  readonly own: number;
}

export function besideOf(
  own: readonly { readonly sha256: string }[],
  copy: readonly { readonly sha256: string }[],
): Beside {
  const first = own.findIndex(({ sha256: each }, index) => each !== copy[index]?.sha256);
  return { common: first === -1 ? own.length : first, own: own.length };
}

/** The first word of a restored station, signed with a key that no seal names yet. */
export function restoredEntry(told: {
  readonly subject: Subject;
  readonly officer: string;
  readonly oldStation: OldStation;
  readonly head: { readonly seq: number; readonly sha256: string };
  readonly anchoredBy: RestoreVerdict["anchoredBy"];
  readonly copies: number;
  readonly notes: readonly { readonly code: string }[];
  readonly stationKey: string;
  /** The spare that this was until now: where its folder is kept, and its own records in it. */
  readonly aside: (Beside & { readonly folder: string; readonly head: Written }) | null;
  readonly time: string;
}): StationEntry {
  const { oldStation, head, anchoredBy, copies, notes, stationKey } = told;
  return {
    kind: "restored",
    who: { officer: told.officer },
    why:
      oldStation === "gone"
        ? "restored from a copy; the old station is gone, and this is the primary one"
        : "restored from a copy as a spare; the old station stays the primary one",
    at: { time: told.time, clock: "station" },
    evidence: {
      oldStation,
      role: oldStation === "gone" ? "primary" : "spare",
      head: { ...head },
      anchoredBy: { ...anchoredBy },
      copies,
      notes: [...new Set(notes.map(({ code }) => code))],
      stationKey,
      ...(told.aside === null ? {} : { aside: told.aside }),
    },
  };
}
