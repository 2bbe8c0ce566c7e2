import type { Finding } from "../ceremony/finding.ts";
import { besideOf } from "../ceremony/restore.ts";
import type { Copy, Question } from "../ceremony/verify.ts";
import type { RestoreFound } from "../contract/restore.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseVault } from "../crypto/vault.ts";
import { readCopy } from "./record-store.ts";
import { judgeCopies, type JudgedCopies, layCopy, restorable } from "./restorable.ts";

interface Named {
  readonly name: string;
  readonly folder: string;
}

/** More findings than these are no list that anyone reads. */
const FINDINGS_MOST = 100;

/**
 * What these copies make together, told rather than thrown; with `into`, and where one will do, it is
 * laid out beside that folder. `spare`: the folder whose own records are compared with them.
 */
export function foundIn(
  named: readonly Named[],
  question: Question,
  into: string | null,
  spare: string | null = null,
): RestoreFound {
  const found = named.flatMap(({ name, folder }) => {
    const copy = readCopy(folder);
    return copy === null || copy.records.size === 0
      ? []
      : [{ dir: folder, copy: { ...copy, name } }];
  });
  try {
    if (found.length === 0)
      throw new CodedError("COPY_MISSING", { path: named.map(({ name }) => name).join(", ") });
    const judged = judgeCopies(found, question);
    const failure = failureOf(judged);
    if (failure === null && into !== null) layCopy(into, restorable(judged));
    return { ...told(judged, failure), beside: besideSpare(judged, spare) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { ...NOTHING, copies: found.length, failure: { code: error.code, about: error.about } };
  }
}

const NOTHING: RestoreFound = {
  failure: null,
  take: null,
  copies: 0,
  mode: null,
  vaultId: null,
  epoch: null,
  head: null,
  vault: null,
  certified: false,
  findings: [],
  maybeOpen: [],
  anchoredBy: { vaultId: false, head: false },
  beside: null,
};

/** What the spare recorded itself, against the copy that is taken. */
function besideSpare({ take }: JudgedCopies, spare: string | null): RestoreFound["beside"] {
  const own = spare === null ? null : readCopy(spare);
  return own === null || take === null ? null : besideOf(hashesIn(own), hashesIn(take));
}

const hashesIn = ({ records }: Copy): { readonly sha256: string }[] =>
  [...records]
    .filter(([name]) => /^\d{6}\.json$/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, bytes]) => ({ sha256: hex(sha256(bytes)) }));

function failureOf(judged: JudgedCopies): RestoreFound["failure"] {
  try {
    restorable(judged);
    return null;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { code: error.code, about: error.about };
  }
}

function told(
  judged: JudgedCopies,
  failure: RestoreFound["failure"],
): Omit<RestoreFound, "beside"> {
  const { verdict, errors, notes, take, copies, maybeOpen, anchoredBy } = judged;
  const { mode, vaultId, epoch, head } = verdict;
  return {
    failure,
    take: take?.name ?? null,
    copies,
    mode,
    vaultId,
    epoch,
    head,
    vault: take?.vault === undefined ? null : vaultIn(take.vault),
    certified: ![...errors, ...notes].some(({ code }) => code === "STATION_UNCERTIFIED"),
    findings: [...errors, ...onceEach(notes)].slice(0, FINDINGS_MOST).map(view),
    maybeOpen: [...maybeOpen],
    anchoredBy,
  };
}

function vaultIn(bytes: Uint8Array): RestoreFound["vault"] {
  const { header } = parseVault(bytes);
  return {
    name: header.name,
    sealedAt: header.createdAt,
    threshold: header.threshold,
    custodians: header.custodians.length,
    keys: header.keys.length,
    fileSha256: hex(sha256(bytes)),
  };
}

/** An uncertified laptop is named once, not with each of its records. */
const onceEach = (notes: readonly Finding[]): readonly Finding[] => [
  ...new Map(
    notes.map((one) => [
      one.code === "STATION_UNCERTIFIED" ? `${one.code} ${one.about["key"]}` : JSON.stringify(one),
      one,
    ]),
  ).values(),
];

const view = ({ code, severity, about, seq, copy }: Finding): RestoreFound["findings"][number] => ({
  code,
  // What a restore tolerates is no error to whoever restores.
  severity: code === "STATION_UNCERTIFIED" ? "note" : severity,
  about: { ...about },
  count: 1,
  seq: seq ?? null,
  copy: copy ?? null,
});
