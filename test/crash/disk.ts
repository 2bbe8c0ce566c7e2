import fs from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join, sep } from "node:path";
import { DiskTree } from "./disk-tree.ts";

/**
 * A disk that fails: every operation that changes files under one folder passes here, in this
 * process, whether it waits (node:fs) or not (node:fs/promises). It can end the "process" (every later
 * operation is refused too), cut the power (what was not synced is lost, in part or whole), or refuse
 * as a full, read-only or broken disk does. fs-bomb.ts kills a real process at the same points; this
 * one is fast enough for every state.
 */
export type Trouble =
  | { readonly kind: "none" }
  /** Before the nth operation, from 1, or in the middle of it when it writes. */
  | { readonly kind: "die"; readonly at: number; readonly torn: boolean }
  | {
      readonly kind: "refuse";
      readonly at: number;
      readonly code: "ENOSPC" | "EROFS" | "EIO";
      /** Every later operation of its kind too, until `lift`. */
      readonly stays: boolean;
    };

/** The death of the process that works on this disk. */
export class Died extends Error {
  override readonly name = "Died";
}

type Verb = "mkdir" | "open" | "write" | "fsync" | "rename" | "link" | "rm" | "truncate";

/** A full disk refuses what needs room; a read-only one whatever changes it. */
export const REFUSED: Readonly<Record<"ENOSPC" | "EROFS" | "EIO", readonly Verb[]>> = {
  ENOSPC: ["mkdir", "open", "write", "link"],
  EROFS: ["mkdir", "open", "write", "rename", "link", "rm", "truncate"],
  EIO: ["mkdir", "open", "write", "fsync", "rename", "link", "rm", "truncate"],
};

type Flags = string | number;
const reads = (flags: Flags): boolean =>
  typeof flags === "number" ? (flags & 3) === 0 : flags === "r";

export class Disk {
  readonly #dir: string;
  readonly #except: readonly string[];
  readonly #real = { ...fs };
  readonly #later = { ...fs.promises };
  readonly #paths = new Map<number, string>();
  #tree: DiskTree;
  #operations: string[] = [];
  #trouble: Trouble = { kind: "none" };
  #dead = false;

  /** `except`: left alone, a rehearsal stage's own memory and its cards, which are on no disk. */
  constructor(dir: string, ...except: readonly string[]) {
    this.#dir = dir;
    this.#except = except;
    this.#tree = this.#asIs();
    this.#install();
  }

  /** Names of the operations since `arm`. */
  get operations(): readonly string[] {
    return this.#operations;
  }

  /** Whether the trouble came. */
  get dead(): boolean {
    return this.#dead;
  }

  arm(trouble: Trouble): void {
    this.#operations = [];
    this.#trouble = trouble;
  }

  /** The disk is well again, and another process may work on it. */
  lift(): void {
    this.#trouble = { kind: "none" };
    this.#dead = false;
  }

  /** See `DiskTree.lose`. */
  cutPower(choose: (among: number) => number): void {
    // `writeFileSync` of the real one would pass here too.
    this.end();
    this.#tree.lose(choose);
    this.#tree = this.#asIs();
    this.#install();
  }

  end(): void {
    const { mkdirSync, openSync, closeSync, writeSync } = this.#real;
    const { fsyncSync, renameSync, linkSync, rmSync } = this.#real;
    const one = { mkdirSync, openSync, closeSync, writeSync };
    Object.assign(fs, { ...one, fsyncSync, renameSync, linkSync, rmSync });
    const { open, copyFile, rm, truncate } = this.#later;
    Object.assign(fs.promises, { open, copyFile, rm, truncate });
    syncBuiltinESMExports();
  }

  readonly #asIs = (): DiskTree =>
    new DiskTree(this.#real, this.#dir, (path) => this.#isOurs(path));

  #isOurs(path: string): boolean {
    const isExcepted = this.#except.some((one) => path === one || path.startsWith(one + sep));
    return path.startsWith(this.#dir + sep) && !isExcepted;
  }

  /** Passes an operation, or brings the trouble. True: a write that is torn. */
  #pass(verb: Verb, path: string): boolean {
    const ours = this.#isOurs(path) || path === this.#dir;
    if (!ours) return false;
    if (this.#dead) throw new Died();
    this.#operations.push(`${verb} ${path.slice(this.#dir.length + 1)}`);
    const at = this.#operations.length;
    const trouble = this.#trouble;
    if (trouble.kind === "die" && at === trouble.at) {
      this.#dead = true;
      if (trouble.torn && verb === "write") return true;
      throw new Died();
    }
    if (trouble.kind !== "refuse") return false;
    const hit = trouble.stays ? at >= trouble.at : at === trouble.at;
    if (!hit || !REFUSED[trouble.code].includes(verb)) return false;
    const { code } = trouble;
    throw Object.assign(new Error(`${code}: ${verb} '${path}'`), { code, syscall: verb, path });
  }

  /** Passes an opening; what is new is told to the tree by the answer, once it is there. */
  #opening(path: string, flags: Flags, mode = 0o666): () => void {
    if (reads(flags)) return () => undefined;
    this.#pass("open", path);
    const isNew = this.#isOurs(path) && !this.#real.existsSync(path);
    return () => (isNew ? this.#tree.created(path, mode) : undefined);
  }

  /** As a real one does it: what lies in a folder goes first, one by one. */
  #remove(path: string, options?: fs.RmOptions): void {
    const real = this.#real;
    const stat = real.lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true && options?.recursive === true && this.#isOurs(path))
      for (const name of real.readdirSync(path).toSorted()) this.#remove(join(path, name), options);
    if (stat !== undefined) this.#pass("rm", path);
    if (stat !== undefined) this.#tree.at(path);
    real.rmSync(path, options);
    if (stat !== undefined && this.#isOurs(path)) this.#tree.change([path, null]);
  }

  #synced(path: string): void {
    this.#pass("fsync", path);
    this.#tree.synced(path);
  }

  #install(): void {
    const real = this.#real;
    const ours = (path: string): boolean => this.#isOurs(path);
    Object.assign(fs, {
      mkdirSync: (path: string, options?: fs.MakeDirectoryOptions | number) => {
        this.#pass("mkdir", path);
        const missing = this.#tree.missing(path);
        const made = real.mkdirSync(path, options as fs.MakeDirectoryOptions);
        const mode = typeof options === "number" ? options : options?.mode;
        this.#tree.made(missing, typeof mode === "number" ? mode : 0o777);
        return made;
      },
      openSync: (path: string, flags: Flags = "r", mode?: number): number => {
        const opened = this.#opening(path, flags, mode);
        const fd = real.openSync(path, flags, mode);
        this.#paths.set(fd, path);
        opened();
        return fd;
      },
      closeSync: (fd: number): void => {
        this.#paths.delete(fd);
        real.closeSync(fd);
      },
      writeSync: (fd: number, bytes: Uint8Array, from = 0): number => {
        const torn = this.#pass("write", this.#paths.get(fd) ?? "");
        if (!torn) return real.writeSync(fd, bytes, from);
        real.writeSync(fd, bytes, from, (bytes.length - from) >> 1);
        throw new Died();
      },
      fsyncSync: (fd: number): void => this.#synced(this.#paths.get(fd) ?? ""),
      renameSync: (from: string, to: string): void => {
        this.#pass("rename", from);
        for (const path of [from, to]) this.#tree.at(path);
        real.renameSync(from, to);
        if (ours(from)) this.#tree.renamed(from, to);
      },
      linkSync: (from: string, to: string): void => {
        this.#pass("link", to);
        for (const path of [from, to]) this.#tree.at(path);
        real.linkSync(from, to);
        if (ours(to)) this.#tree.change([to, this.#tree.at(from)]);
      },
      rmSync: (path: string, options?: fs.RmOptions): void => this.#remove(path, options),
    });
    this.#installLater();
    syncBuiltinESMExports();
  }

  #installLater(): void {
    const later = this.#later;
    Object.assign(fs.promises, {
      open: async (path: string, flags: Flags = "r", mode?: number) => {
        const opened = this.#opening(path, flags, mode);
        const file = await later.open(path, flags, mode);
        opened();
        return this.#isOurs(path) || path === this.#dir ? this.#handle(path, file) : file;
      },
      copyFile: async (from: string, to: string): Promise<void> => {
        const bytes = this.#real.readFileSync(from);
        const opened = this.#opening(to, "w");
        this.#real.closeSync(this.#real.openSync(to, "w"));
        opened();
        const torn = this.#pass("write", to);
        this.#write(to, torn ? bytes.subarray(0, bytes.length >> 1) : bytes);
        if (torn) throw new Died();
      },
      rm: async (path: string, options?: fs.RmOptions) => this.#remove(path, options),
      truncate: async (path: string, length = 0): Promise<void> => {
        this.#pass("truncate", path);
        await later.truncate(path, length);
      },
    });
  }

  #write(path: string, bytes: Uint8Array): void {
    const real = this.#real;
    const fd = real.openSync(path, "a");
    real.writeSync(fd, bytes);
    real.closeSync(fd);
  }

  /** Only what a journal asks of one. */
  #handle(
    path: string,
    file: FileHandle,
  ): Pick<FileHandle, "close" | "sync" | "datasync"> & {
    appendFile(text: string): Promise<void>;
  } {
    const sync = async (): Promise<void> => this.#synced(path);
    return {
      appendFile: async (text) => {
        const bytes = Buffer.from(text, "utf8");
        if (bytes.length === 0) return;
        const torn = this.#pass("write", path);
        this.#write(path, torn ? bytes.subarray(0, bytes.length >> 1) : bytes);
        if (torn) throw new Died();
      },
      sync,
      datasync: sync,
      close: () => file.close(),
    };
  }
}
