import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  judgeRestore,
  type OldStation,
  restoredEntry,
  type RestoreVerdict,
} from "../ceremony/restore.ts";
import type { Subject, Written } from "../ceremony/ports.ts";
import type { Copy, Question } from "../ceremony/verify.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseVault } from "../crypto/vault.ts";
import { readBounded } from "./bounded-read.ts";
import { readCopy } from "./record-store.ts";
import { openRecords, readStory } from "./records-folder.ts";
import { subjectOf } from "./recover-sealing.ts";
import { makeFolder, syncFolder, writeNew } from "./vault-file.ts";

export type RestoreCode =
  | "COPY_MISSING"
  | "COPIES_SEVERAL"
  | "RESTORE_NOT_WHOLE"
  | "RESTORE_STALE"
  | "RESTORE_NO_VAULT"
  | "RESTORE_FOLDER_USED";

const refuse = (code: RestoreCode, about: Readonly<Record<string, string | number>>): never => {
  throw new CodedError<RestoreCode>(code, about);
};

const VAULT = "vault.pullstation";
const RUNBOOK = "runbook.md";
const POLICY = "policy.json";
/** What is no part of a runbook or policy that somebody wrote. */
const TEXT_BYTES = 1024 * 1024;

/** A folder with records, or a stick with one such folder at its top. */
function copyAt(path: string): { readonly dir: string; readonly copy: Copy } {
  const dir = resolve(path);
  const inside = statSync(dir, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(dir, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(dir, name))
    : [];
  const found = [dir, ...inside].flatMap((folder) => {
    const copy = existsSync(join(folder, VAULT)) ? readCopy(folder) : null;
    return copy === null || copy.records.size === 0 ? [] : [{ dir: folder, copy }];
  });
  const [one, ...others] = found;
  if (others.length > 0)
    refuse("COPIES_SEVERAL", { path, folders: found.map((each) => each.dir).join(", ") });
  return one ?? refuse("COPY_MISSING", { path });
}

export interface Restorable extends RestoreVerdict {
  readonly take: Copy;
  /** The folder that it lies in. */
  readonly from: string;
  readonly copies: number;
}

/** Reads and judges the copies, and changes nothing. Coded errors say why none will do. */
export function readRestorable(paths: readonly string[], question: Question): Restorable {
  const found = paths.map(copyAt);
  const judged = judgeRestore(
    found.map(({ copy }) => copy),
    question,
  );
  const { take, why, errors } = judged;
  const from = found.find(({ copy }) => copy === take)?.dir;
  if (take !== null && from !== undefined) return { ...judged, take, from, copies: paths.length };
  const codes = [...new Set(errors.map(({ code }) => code))].join(", ");
  if (why === "STALE") return refuse("RESTORE_STALE", { epoch: judged.verdict.epoch ?? 0 });
  if (why === "NO_VAULT") return refuse("RESTORE_NO_VAULT", {});
  return refuse("RESTORE_NOT_WHOLE", { codes });
}

/** `RESTORE_FOLDER_USED`: a station is never written over another. */
export function requireEmpty(into: string): string {
  const dir = resolve(into);
  if (existsSync(dir) && readdirSync(dir).length > 0) refuse("RESTORE_FOLDER_USED", { dir });
  return dir;
}

/**
 * Makes a station of a copy: vault, records, and of runbook and policy what was sealed; a station's key
 * of its own; and the record that says so. It appears whole under its name or not at all.
 */
export async function restoreInto(
  into: string,
  { take, from, copies, anchoredBy, notes }: Restorable,
  said: {
    readonly officer: string;
    readonly oldStation: OldStation;
    readonly seed: () => Uint8Array;
    readonly time: string;
  },
): Promise<{ readonly dir: string; readonly subject: Subject; readonly record: Written }> {
  const dir = requireEmpty(into);
  const temp = `${dir}.restoring`;
  rmSync(temp, { recursive: true, force: true });
  makeFolder(join(temp, "records"), 0o700);
  const bytes = take.vault ?? refuse("RESTORE_NO_VAULT", {});
  const { header } = parseVault(bytes);
  // A signature before its record, as the store writes them.
  for (const [name, file] of [...take.records].toSorted(([a], [b]) => (a > b ? -1 : 1)))
    if (/^\d{6}\.json(?:\.sig)?$/.test(name)) writeNew(join(temp, "records", name), file, 0o644);
  writeNew(join(temp, VAULT), bytes);
  const runbook = textAt(join(from, RUNBOOK));
  if (runbook !== null && hex(sha256(runbook)) === header.runbookSha256)
    writeNew(join(temp, RUNBOOK), runbook);
  const policy = textAt(join(from, POLICY));
  if (policy !== null) writeNew(join(temp, POLICY), policy);
  const store = await openRecords(temp, header.mode, said.seed);
  const committed = readStory(temp).findLast(({ kind }) => kind === "committed");
  const last = readStory(temp).at(-1)?.written;
  if (committed === undefined || last === undefined) return refuse("RESTORE_NO_VAULT", {});
  const subject = subjectOf(committed);
  const record = store.append(
    subject,
    restoredEntry({
      subject,
      officer: said.officer,
      oldStation: said.oldStation,
      head: last,
      anchoredBy,
      copies,
      notes,
      stationKey: store.stationKey,
      time: said.time,
    }),
  );
  rmSync(dir, { recursive: true, force: true });
  renameSync(temp, dir);
  syncFolder(join(dir, ".."));
  return { dir, subject, record };
}

function textAt(path: string): Uint8Array | null {
  try {
    return readBounded(path, TEXT_BYTES);
  } catch {
    // It is for reading only; the vault opens without it, and says that it is not there.
    return null;
  }
}
