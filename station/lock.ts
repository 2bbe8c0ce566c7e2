import { linkSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";
import { writeNew } from "./vault-file.ts";

/** Names its holder; in the folder that it locks. */
export const LOCK = "station.lock";

/** What tells a process from another that has its number later, even after a new start: Linux only. */
function identityOf(pid: number): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // proc(5): pid (comm) state …, field 22 is the start time; comm may hold anything.
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""}`;
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** The process that holds a lock of this text; null when it is gone, or the text names none. */
function holderIn(text: string): number | null {
  const [, number = "", identity = ""] = /^(\d+)(?: (.*))?\n$/.exec(text) ?? [];
  const pid = Number(number);
  if (!(pid > 0) || pid === process.pid || !isAlive(pid)) return null;
  return identity === "" || identity === identityOf(pid) ? pid : null;
}

function textAt(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/**
 * One writer per folder: `STATION_BUSY` names the process that holds it. A lock that a crash or a
 * power cut left behind is known by its process being gone, and is taken over. The lock appears whole
 * or not at all, and only one of several takes a stale one over. Call the result to release it.
 */
export function lockFolder(dir: string): () => void {
  const path = join(dir, LOCK);
  const mine = `${path}.${process.pid}`;
  rmSync(mine, { force: true });
  writeNew(mine, utf8(`${process.pid} ${identityOf(process.pid)}\n`));
  try {
    for (;;) {
      try {
        linkSync(mine, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if ((error as { code?: string }).code !== "EEXIST") throw error;
      }
      const found = textAt(path);
      if (found === null) continue;
      const pid = holderIn(found);
      if (pid !== null) refuse("STATION_BUSY", { pid, dir });
      takeAway(path, `${mine}.stale`, found);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Takes the stale lock away, unless it was another's fresh one by then: that is put back. */
function takeAway(path: string, aside: string, stale: string): void {
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (textAt(aside) !== stale) {
    try {
      linkSync(aside, path);
    } catch {
      // A third one has it meanwhile; whoever lost it finds that out at its next write.
    }
  }
  rmSync(aside, { force: true });
}
