import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { equal } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";

const VAULT = "vault.pullstation";
const CANDIDATE = "vault.pullstation.candidate";
const PREVIOUS = "vault.pullstation.prev";

export const vaultPath = (dir: string): string => join(dir, VAULT);

/** fsync of the folder: makes a new or renamed entry survive a power cut. */
export function syncFolder(dir: string): void {
  // Windows can't open a folder for fsync; its file systems journal the entry themselves.
  if (process.platform === "win32") return;
  const fd = openSync(dir, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes a folder and those above it that are missing, each on disk before the next. Not Node's own
 * recursive way: that one never returns where the system refuses new folders with ENOENT (/proc).
 */
export function makeFolder(dir: string, mode?: number): void {
  const missing: string[] = [];
  for (let at = resolve(dir); !existsSync(at) && dirname(at) !== at; at = dirname(at))
    missing.unshift(at);
  for (const folder of missing) {
    mkdirSync(folder, mode);
    syncFolder(dirname(folder));
  }
}

/** Creates a file that must not exist yet, 0600 unless told, on disk before this returns. */
export function writeNew(path: string, bytes: Uint8Array, mode = 0o600): void {
  const fd = openSync(path, "wx", mode);
  try {
    let at = 0;
    while (at < bytes.length) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncFolder(dirname(path));
}

/** Replaces a file in one step: readers see the old bytes or the new, never a mixture. */
export function replaceFile(path: string, bytes: Uint8Array, mode = 0o600): void {
  const temp = `${path}.tmp`;
  rmSync(temp, { force: true });
  writeNew(temp, bytes, mode);
  renameSync(temp, path);
  syncFolder(dirname(path));
}

/**
 * Writes a sealed vault beside the live one and reads it back. It counts for nothing until
 * `commitCandidate`; `CANDIDATE_EXISTS` when an earlier sealing was left unfinished.
 */
export function writeCandidate(dir: string, bytes: Uint8Array): Uint8Array {
  makeFolder(dir);
  const path = join(dir, CANDIDATE);
  if (existsSync(path)) refuse("CANDIDATE_EXISTS");
  const temp = `${path}.tmp`;
  rmSync(temp, { force: true });
  writeNew(temp, bytes);
  const readBack = new Uint8Array(readFileSync(temp));
  if (!equal(readBack, bytes)) refuse("DISK_READ_BACK_DIFFERS");
  renameSync(temp, path);
  syncFolder(dir);
  return readBack;
}

export function readCandidate(dir: string): Uint8Array | null {
  return readOrNull(join(dir, CANDIDATE));
}

export function discardCandidate(dir: string): void {
  rmSync(join(dir, CANDIDATE), { force: true });
  rmSync(join(dir, `${CANDIDATE}.tmp`), { force: true });
  syncFolder(dir);
}

/** The candidate becomes the vault; the vault that it replaces stays as `.prev`. */
export function commitCandidate(dir: string): void {
  const candidate = join(dir, CANDIDATE);
  if (!existsSync(candidate)) refuse("CANDIDATE_MISSING");
  if (existsSync(vaultPath(dir))) {
    const previous = join(dir, PREVIOUS);
    rmSync(previous, { force: true });
    linkSync(vaultPath(dir), previous);
    syncFolder(dir);
  }
  renameSync(candidate, vaultPath(dir));
  syncFolder(dir);
}

export function readVault(dir: string): Uint8Array {
  const bytes = readOrNull(vaultPath(dir));
  if (bytes === null) refuse("VAULT_MISSING");
  return bytes;
}

export const hasVault = (dir: string): boolean => existsSync(vaultPath(dir));

function readOrNull(path: string): Uint8Array | null {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw error;
  }
}
