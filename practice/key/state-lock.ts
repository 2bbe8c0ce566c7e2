import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { CodedError } from "../../crypto/errors.ts";
import { failPractice } from "../aws/errors.ts";

/** The process and when it began: another that has its number later is told from it (Linux). */
function identityOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): field 22 is the start time; the second, in brackets, may hold anything.
    return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
  } catch {
    return String(pid);
  }
}

/** The living process that a lock of this text names; null: none, or this one. */
function holderIn(text: string): number | null {
  const pid = Number(text.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return null;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== "EPERM") return null;
  }
  return identityOf(pid) === text.trim() ? pid : null;
}

/**
 * One key on one state file: PRACTICE_KEY_STATE_TAKEN names the process that has it. A lock whose
 * process is gone is taken over. It appears whole or not at all. Call the result to release it.
 */
export function lockState(file: string): () => void {
  const lock = `${file}.lock`;
  const mine = `${lock}.${process.pid}`;
  try {
    rmSync(mine, { force: true });
    writeFileSync(mine, `${identityOf(process.pid)}\n`, { flag: "wx", mode: 0o600 });
    for (;;) {
      if (linked(mine, lock)) return () => rmSync(lock, { force: true });
      const text = textAt(lock);
      const pid = text === null ? null : holderIn(text);
      if (pid !== null) return failPractice("PRACTICE_KEY_STATE_TAKEN", { file, pid });
      if (text !== null) takeAway(lock, `${mine}.stale`, text);
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    return failPractice("PRACTICE_KEY_STATE_UNWRITABLE", { file }, cause);
  } finally {
    rmSync(mine, { force: true });
  }
}

function linked(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "EEXIST") return false;
    throw error;
  }
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** Takes a stale lock away; one that is another's fresh lock by then is put back. */
function takeAway(lock: string, aside: string, stale: string): void {
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (textAt(aside) !== stale) linked(aside, lock);
  rmSync(aside, { force: true });
}
