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
import { equal, hex, sha256 } from "../crypto/bytes.ts";
import { refuse } from "./errors.ts";

const VAULT = "vault.pullstation";
const CANDIDATE = "vault.pullstation.candidate";
const PREVIOUS = "vault.pullstation.prev";
/** Readable while the vault is sealed: they change only together with it. */
const BESIDE = ["runbook.md", "policy.json"] as const;
export type Beside = Readonly<Record<(typeof BESIDE)[number], Uint8Array>>;
const next = (dir: string, name: string): string => join(dir, `${name}.candidate`);

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
 * Writes a sealed vault beside the live one and reads it back, then what will stand beside it. It
 * counts for nothing until `commitCandidate`; `CANDIDATE_EXISTS` when an earlier sealing was left
 * unfinished.
 */
export function writeCandidate(dir: string, bytes: Uint8Array, beside?: Beside): Uint8Array {
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
  if (beside !== undefined) for (const name of BESIDE) replaceFile(next(dir, name), beside[name]);
  return readBack;
}

export function readCandidate(dir: string): Uint8Array | null {
  return readOrNull(join(dir, CANDIDATE));
}

/** What was to stand beside goes first: without its candidate it would count as committed. */
export function discardCandidate(dir: string): void {
  const beside = BESIDE.map((name) => next(dir, name));
  const paths = [...beside, ...beside.map((path) => `${path}.tmp`)];
  if (paths.some((path) => existsSync(path))) {
    for (const path of paths) rmSync(path, { force: true });
    syncFolder(dir);
  }
  rmSync(join(dir, CANDIDATE), { force: true });
  rmSync(join(dir, `${CANDIDATE}.tmp`), { force: true });
  syncFolder(dir);
}

/**
 * After a crash, with no candidate: what was to stand beside the vault that took its place takes its
 * own, and the half of a writing that nobody was told of goes. True when anything was there.
 */
export function settleBeside(dir: string): boolean {
  const halves = [CANDIDATE, ...BESIDE.map((name) => `${name}.candidate`)]
    .map((name) => join(dir, `${name}.tmp`))
    .filter((path) => existsSync(path));
  const waiting = BESIDE.filter((name) => existsSync(next(dir, name)));
  if (halves.length + waiting.length === 0) return false;
  for (const path of halves) rmSync(path, { force: true });
  if (halves.length > 0) syncFolder(dir);
  for (const name of waiting) {
    renameSync(next(dir, name), join(dir, name));
    syncFolder(dir);
  }
  return true;
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
  settleBeside(dir);
}

export function readVault(dir: string): Uint8Array {
  const bytes = readOrNull(vaultPath(dir));
  if (bytes === null) refuse("VAULT_MISSING");
  return bytes;
}

/**
 * The vault file with this SHA-256 (hex), which the chain of records calls live. It is `.prev` while
 * a rotation has changed the file and its committed record could not be written. Null: it is gone.
 */
export function readLive(dir: string, committed: string | null): Uint8Array | null {
  const files = [VAULT, PREVIOUS].map((name) => readOrNull(join(dir, name)));
  return files.find((bytes) => bytes !== null && hex(sha256(bytes)) === committed) ?? null;
}

/** As `readLive`; `VAULT_NOT_COMMITTED` for a file that the records don't call live, `VAULT_MISSING`. */
export function liveVault(dir: string, committed: string | null): Uint8Array {
  const live = readLive(dir, committed);
  if (live !== null) return live;
  return hasVault(dir) ? refuse("VAULT_NOT_COMMITTED", { dir }) : refuse("VAULT_MISSING");
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
