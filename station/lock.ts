import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "./errors.ts";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
};

/**
 * One writer per folder: `STATION_BUSY` names the process that holds it. A lock that a crash left
 * behind is known by its process being gone, and is taken over. Call the result to release it.
 */
export function lockFolder(dir: string): () => void {
  const path = join(dir, "station.lock");
  for (let tried = 0; ; tried++) {
    try {
      const fd = openSync(path, "wx", 0o600);
      writeSync(fd, `${process.pid}\n`);
      closeSync(fd);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST" || tried > 1) throw error;
    }
    const pid = holder(path);
    if (pid !== null && pid !== process.pid && isAlive(pid)) refuse("STATION_BUSY", { pid, dir });
    rmSync(path, { force: true });
  }
}

function holder(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}
