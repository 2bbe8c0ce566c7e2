import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { basename, dirname, join, sep } from "node:path";

/**
 * A disk that fails: every operation that changes files under one folder passes here, in this
 * process. It can end the "process" (every later operation is refused too), cut the power (what was
 * not synced is lost, in part or whole), or refuse as a full, read-only or broken disk does.
 * fs-bomb.ts kills a real process at the same points; this one is fast enough for every state.
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

type Verb = "mkdir" | "open" | "write" | "fsync" | "rename" | "link" | "rm";

/** A full disk refuses what needs room; a read-only one whatever changes it. */
const REFUSED: Readonly<Record<"ENOSPC" | "EROFS" | "EIO", readonly Verb[]>> = {
  ENOSPC: ["mkdir", "open", "write", "link"],
  EROFS: ["mkdir", "open", "write", "rename", "link", "rm"],
  EIO: ["mkdir", "open", "write", "fsync", "rename", "link", "rm"],
};

interface Inode {
  /** As of its last fsync. */
  durable: Uint8Array;
  readonly mode: number;
}

/** What a folder's entries were at its last fsync, as far as they changed, and how they did. */
interface Folder {
  readonly base: Map<string, Inode | null>;
  readonly changes: (readonly (readonly [name: string, inode: Inode | null])[])[];
}

export class Disk {
  readonly #dir: string;
  readonly #except: string;
  readonly #real = { ...fs };
  readonly #paths = new Map<number, string>();
  readonly #inodes = new Map<string, Inode>();
  readonly #folders = new Map<string, Folder>();
  #operations: string[] = [];
  #trouble: Trouble = { kind: "none" };
  #dead = false;

  /** `except`: left alone, a rehearsal stage's own memory. */
  constructor(dir: string, except: string) {
    this.#dir = dir;
    this.#except = except;
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

  /**
   * The power is cut: of each folder's unsynced changes a first part is kept, of each unsynced file
   * its old bytes, its new ones, or half of them. `choose(n)` gives 0 … n-1; always 0: all is lost.
   */
  cutPower(choose: (among: number) => number): void {
    // `writeFileSync` of the real one would pass here too.
    this.end();
    this.#lose(choose);
    this.#install();
  }

  #lose(choose: (among: number) => number): void {
    const real = this.#real;
    for (const [path, inode] of this.#inodes) {
      if (!real.existsSync(path)) continue;
      const now = new Uint8Array(real.readFileSync(path));
      if (Buffer.compare(now, inode.durable) === 0) continue;
      const kept = [inode.durable, now, now.subarray(0, now.length >> 1)][choose(3)];
      real.writeFileSync(path, kept ?? inode.durable);
    }
    for (const [folder, { base, changes }] of this.#folders) {
      const bytes = new Map<Inode, Uint8Array>();
      for (const [path, inode] of this.#inodes)
        if (real.existsSync(path)) bytes.set(inode, new Uint8Array(real.readFileSync(path)));
      const entries = new Map(base);
      for (const change of changes.slice(0, choose(changes.length + 1)))
        for (const [name, inode] of change) entries.set(name, inode);
      for (const [name, inode] of entries) {
        const path = join(folder, name);
        real.rmSync(path, { force: true });
        if (inode !== null)
          real.writeFileSync(path, bytes.get(inode) ?? inode.durable, { mode: inode.mode });
      }
    }
    this.#inodes.clear();
    this.#folders.clear();
  }

  end(): void {
    const { mkdirSync, openSync, closeSync, writeSync } = this.#real;
    const { fsyncSync, renameSync, linkSync, rmSync } = this.#real;
    const one = { mkdirSync, openSync, closeSync, writeSync };
    Object.assign(fs, { ...one, fsyncSync, renameSync, linkSync, rmSync });
    syncBuiltinESMExports();
  }

  #isOurs(path: string): boolean {
    return path.startsWith(this.#dir + sep) && !path.startsWith(this.#except);
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

  #inodeOf(path: string): Inode {
    const known = this.#inodes.get(path);
    if (known !== undefined) return known;
    const { mode } = this.#real.statSync(path);
    const inode = { durable: new Uint8Array(this.#real.readFileSync(path)), mode: mode & 0o777 };
    this.#inodes.set(path, inode);
    return inode;
  }

  #change(...entries: readonly (readonly [path: string, inode: Inode | null])[]): void {
    const folder = dirname(entries[0]?.[0] ?? this.#dir);
    const kept: Folder = this.#folders.get(folder) ?? { base: new Map(), changes: [] };
    const { base, changes } = kept;
    this.#folders.set(folder, kept);
    for (const [path, inode] of entries) {
      const name = basename(path);
      if (!base.has(name)) base.set(name, this.#real.existsSync(path) ? this.#inodeOf(path) : null);
      // A new file's own inode is not yet what was there before.
      if (inode !== null && base.get(name) === inode) base.set(name, null);
    }
    changes.push(entries.map(([path, inode]) => [basename(path), inode] as const));
  }

  #install(): void {
    const real = this.#real;
    const ours = (path: string): boolean => this.#isOurs(path);
    Object.assign(fs, {
      mkdirSync: (path: string, options?: fs.MakeDirectoryOptions) => {
        this.#pass("mkdir", path);
        return real.mkdirSync(path, options);
      },
      openSync: (path: string, flags: string | number = "r", mode?: number): number => {
        const reads = typeof flags === "number" ? (flags & 3) === 0 : flags === "r";
        if (!reads) this.#pass("open", path);
        const isNew = !reads && ours(path) && !real.existsSync(path);
        if (isNew) this.#change([path, null]);
        const fd = real.openSync(path, flags, mode);
        this.#paths.set(fd, path);
        if (isNew) {
          const inode = { durable: new Uint8Array(), mode: mode ?? 0o666 };
          this.#inodes.set(path, inode);
          this.#folders.get(dirname(path))?.changes.splice(-1, 1, [[basename(path), inode]]);
        }
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
      fsyncSync: (fd: number): void => {
        const path = this.#paths.get(fd) ?? "";
        this.#pass("fsync", path);
        if (this.#folders.has(path)) this.#folders.delete(path);
        else if (this.#inodes.has(path))
          this.#inodeOf(path).durable = new Uint8Array(real.readFileSync(path));
      },
      renameSync: (from: string, to: string): void => {
        this.#pass("rename", from);
        if (ours(from)) {
          const inode = this.#inodeOf(from);
          this.#change([from, null], [to, inode]);
          this.#inodes.delete(from);
          this.#inodes.set(to, inode);
        }
        real.renameSync(from, to);
      },
      linkSync: (from: string, to: string): void => {
        this.#pass("link", to);
        if (ours(to)) {
          const inode = this.#inodeOf(from);
          this.#change([to, inode]);
          this.#inodes.set(to, inode);
        }
        real.linkSync(from, to);
      },
      rmSync: (path: string, options?: fs.RmOptions): void => {
        if (!real.existsSync(path)) return real.rmSync(path, options);
        this.#pass("rm", path);
        if (ours(path) && real.statSync(path).isFile()) {
          this.#inodeOf(path);
          this.#change([path, null]);
          this.#inodes.delete(path);
        }
        return real.rmSync(path, options);
      },
    });
    syncBuiltinESMExports();
  }
}
