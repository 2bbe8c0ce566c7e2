import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { sep } from "node:path";

/**
 * Preloaded (`node --import`): counts every operation that changes files under one folder, and
 * ends its own process by SIGKILL just before the nth of them, or in the middle of it when it is a
 * write. The state before the nth operation is the state after the one before it.
 */
export interface Bomb {
  readonly dir: string;
  /** Left alone: the rehearsal stage's own memory. */
  readonly except: string;
  /** From 1; 0: only count. */
  readonly at: number;
  /** Half of the nth operation's bytes are written, if it writes. */
  readonly torn: boolean;
}

const bomb = JSON.parse(process.env["PULLSTATION_TEST_BOMB"] ?? "null") as Bomb | null;
if (bomb !== null) arm(bomb);

function arm({ dir, except, at, torn }: Bomb): void {
  const real = { ...fs };
  const fds = new Map<number, string>();
  const seen: string[] = [];
  const isOurs = (path: string): boolean =>
    (path === dir || path.startsWith(dir + sep)) && !path.startsWith(except);
  const pathOf = (target: unknown): string =>
    typeof target === "number" ? (fds.get(target) ?? "") : String(target);
  /** True when this very operation is the last. */
  const isLast = (name: string, target: unknown): boolean => {
    const path = pathOf(target);
    if (!isOurs(path)) return false;
    seen.push(`${name} ${path.slice(dir.length + 1)}`);
    return seen.length === at;
  };
  const before =
    <A extends readonly unknown[], R>(name: string, work: (...args: A) => R) =>
    (...args: A): R =>
      isLast(name, args[0]) ? die() : work(...args);

  Object.assign(fs, {
    mkdirSync: before("mkdir", real.mkdirSync),
    fsyncSync: before("fsync", real.fsyncSync),
    renameSync: before("rename", real.renameSync),
    rmSync: before("rm", real.rmSync),
    unlinkSync: before("unlink", real.unlinkSync),
    linkSync: before("link", real.linkSync),
    writeFileSync: before("writeFile", real.writeFileSync),
    appendFileSync: before("appendFile", real.appendFileSync),
    copyFileSync: before("copyFile", real.copyFileSync),
    truncateSync: before("truncate", real.truncateSync),
    openSync: (path: string, flags = "r", mode?: number): number => {
      if (flags !== "r" && isLast("open", path)) return die();
      const fd = real.openSync(path, flags, mode);
      fds.set(fd, path);
      return fd;
    },
    closeSync: (fd: number): void => {
      fds.delete(fd);
      real.closeSync(fd);
    },
    writeSync: (fd: number, bytes: Uint8Array, from = 0): number => {
      if (!isLast("write", fd)) return real.writeSync(fd, bytes, from);
      if (torn) real.writeSync(fd, bytes, from, Math.floor((bytes.length - from) / 2));
      return die();
    },
  });
  syncBuiltinESMExports();
  process.on("exit", () => process.stdout.write(`${JSON.stringify(seen)}\n`));
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal is on its way; nothing more may happen here.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
