import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { judgeRestore, type RestoreVerdict } from "../ceremony/restore.ts";
import { isSealedPolicy } from "../ceremony/sealed-policy.ts";
import type { Copy, Question } from "../ceremony/verify.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { parseRecord, recordName } from "../crypto/record.ts";
import { parseVault } from "../crypto/vault.ts";
import { readCopy } from "./record-store.ts";
import { reviewsIn } from "./review-files.ts";
import { asideOf, refuse, textAt } from "./restoring.ts";
import { makeFolder, writeNew } from "./vault-file.ts";

const VAULT = "vault.pullstation";
const RUNBOOK = "runbook.md";
const POLICY = "policy.json";
/** A copy of a vault's folder, and the folder that it lies in. */
interface Found {
  readonly dir: string;
  readonly copy: Copy;
}

/** A folder with records, or a stick with one such folder at its top. */
function copyAt(path: string): Found {
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

/** What was found in all of the copies together. */
export interface JudgedCopies extends RestoreVerdict {
  /** The folder of the copy to take; null: none will do. */
  readonly from: string | null;
  readonly copies: number;
}

export interface Restorable extends JudgedCopies {
  readonly take: Copy;
  readonly from: string;
}

/** Judges what lies in these folders, and changes nothing. A folder that holds no copy is one less. */
export function judgeCopies(found: readonly Found[], question: Question): JudgedCopies {
  const vaults = new Set(found.flatMap(({ copy }) => claimedBy(copy)));
  if (vaults.size > 1) refuse("COPIES_OF_SEVERAL_VAULTS", { vaults: [...vaults].join(", ") });
  const judged = judgeRestore(
    found.map(({ copy }) => copy),
    question,
  );
  const from = found.find(({ copy }) => copy === judged.take)?.dir ?? null;
  return { ...judged, from, copies: found.length };
}

/** Which vault a copy says that it is of; judged elsewhere. */
function claimedBy({ records }: Copy): string[] {
  const first = records.get(recordName(1));
  if (first === undefined) return [];
  try {
    return [parseRecord(first).vaultId];
  } catch {
    // A finding says that it can't be read.
    return [];
  }
}

/** Coded errors say why none of them will do. */
export function restorable(judged: JudgedCopies): Restorable {
  const { take, from, why, errors, verdict } = judged;
  if (take !== null && from !== null) return { ...judged, take, from };
  const codes = [...new Set(errors.map(({ code }) => code))].join(", ");
  if (why === "STALE") return refuse("RESTORE_STALE", { epoch: verdict.epoch ?? 0 });
  if (why === "NO_VAULT") return refuse("RESTORE_NO_VAULT", {});
  return refuse("RESTORE_NOT_WHOLE", { codes });
}

/** Reads and judges the copies at these paths, and changes nothing. */
export const readRestorable = (paths: readonly string[], question: Question): Restorable =>
  restorable(judgeCopies(paths.map(copyAt), question));

/**
 * Lays out beside `dir` what of a copy makes a station: vault, records, of runbook and policy what was
 * sealed, and the reviews' files that were signed; another file under their names stays behind. It counts for nothing until it has a key of its own and its name.
 */
export function layCopy(dir: string, { take, from }: Pick<Restorable, "take" | "from">): string {
  const temp = asideOf(dir);
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
  const story = [...take.records]
    .filter(([name]) => /^\d{6}\.json$/.test(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, file]) => parseRecord(file));
  const policy = textAt(join(from, POLICY));
  if (policy !== null && isSealedPolicy(story, bytes, policy)) writeNew(join(temp, POLICY), policy);
  for (const [file, review] of reviewsIn(from, take.records)) {
    makeFolder(dirname(join(temp, file)), 0o700);
    writeNew(join(temp, file), review);
  }
  return temp;
}
