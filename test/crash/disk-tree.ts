import type fs from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * What of a folder a power cut keeps, as POSIX promises it and no better: a file's bytes are as of
 * its own fsync, a folder's entries as of the folder's, whatever they name, a folder too. The real
 * disk has the present; this has what was.
 */
interface FileNode {
  readonly kind: "file";
  /** As of its last fsync. */
  durable: Uint8Array;
  readonly mode: number;
}

interface FolderNode {
  readonly kind: "folder";
  readonly mode: number;
  readonly entries: Map<string, Node>;
  /** As of its last fsync; `changes` came since, each of them whole or not at all. */
  durable: Map<string, Node>;
  changes: (readonly (readonly [name: string, node: Node | null])[])[];
}

export type Node = FileNode | FolderNode;

const folderOf = (entries: ReadonlyMap<string, Node>, mode: number): FolderNode => ({
  kind: "folder",
  mode,
  entries: new Map(entries),
  durable: new Map(entries),
  changes: [],
});

export class DiskTree {
  readonly #real: typeof fs;
  readonly #dir: string;
  readonly #ours: (path: string) => boolean;
  readonly #root: FolderNode;

  /** All that lies there now counts as synced. */
  constructor(real: typeof fs, dir: string, ours: (path: string) => boolean) {
    this.#real = real;
    this.#dir = dir;
    this.#ours = ours;
    const root = this.#read(dir);
    if (root.kind !== "folder") throw new Error(`${dir} is no folder`);
    this.#root = root;
  }

  #read(path: string): Node {
    const real = this.#real;
    const stat = real.statSync(path);
    const mode = stat.mode & 0o777;
    if (!stat.isDirectory())
      return { kind: "file", durable: new Uint8Array(real.readFileSync(path)), mode };
    const entries = real
      .readdirSync(path)
      .map((name) => join(path, name))
      .filter((inside) => this.#ours(inside))
      .map((inside): [string, Node] => [basename(inside), this.#read(inside)]);
    return folderOf(new Map(entries), mode);
  }

  /** What came there unseen, by a way that is not watched, counts as synced. */
  at(path: string): Node | null {
    if (path === this.#dir) return this.#root;
    if (!this.#ours(path)) return null;
    const above = this.at(dirname(path));
    if (above?.kind !== "folder") return null;
    const name = basename(path);
    const known = above.entries.get(name);
    if (known !== undefined || !this.#real.existsSync(path)) return known ?? null;
    const found = this.#read(path);
    above.entries.set(name, found);
    above.durable.set(name, found);
    return found;
  }

  /** Entries of one folder changed in one step; null: is gone. Whoever changes them looked `at` them before. */
  change(...entries: readonly (readonly [path: string, node: Node | null])[]): void {
    const folder = this.at(dirname(entries[0]?.[0] ?? this.#dir));
    if (folder?.kind !== "folder") return;
    const named = entries.map(([path, node]) => [basename(path), node] as const);
    for (const [name, node] of named)
      if (node === null) folder.entries.delete(name);
      else folder.entries.set(name, node);
    folder.changes.push(named);
  }

  created(path: string, mode: number): void {
    this.change([path, { kind: "file", durable: new Uint8Array(), mode }]);
  }

  /** The folder and those above it that are not there, the outermost first. */
  missing(path: string): readonly string[] {
    if (path === this.#dir || !this.#ours(path) || this.at(path) !== null) return [];
    return [...this.missing(dirname(path)), path];
  }

  made(folders: readonly string[], mode: number): void {
    for (const path of folders) this.change([path, folderOf(new Map(), mode)]);
  }

  /** In one folder in one step; between two the new entry and the old one may each be lost. */
  renamed(from: string, to: string): void {
    const node = this.at(from);
    if (dirname(from) === dirname(to)) this.change([from, null], [to, node]);
    else {
      this.change([to, node]);
      this.change([from, null]);
    }
  }

  synced(path: string): void {
    const node = this.at(path);
    if (node?.kind === "file") node.durable = new Uint8Array(this.#real.readFileSync(path));
    if (node?.kind !== "folder") return;
    node.durable = new Map(node.entries);
    node.changes = [];
  }

  /**
   * The power is cut: of each folder's unsynced changes a first part is kept, of each unsynced file
   * its old bytes, its new ones, or half of them. `choose(n)` gives 0 … n-1; always 0: all is lost.
   */
  lose(choose: (among: number) => number): void {
    const real = this.#real;
    const bytes = new Map<FileNode, Uint8Array>();
    const present = this.#paths(this.#dir, this.#root, ({ entries }) => entries);
    for (const [path, node] of present)
      if (node.kind === "file" && !bytes.has(node) && real.existsSync(path)) {
        const now = new Uint8Array(real.readFileSync(path));
        const isSynced = Buffer.compare(now, node.durable) === 0;
        const kept = isSynced ? now : [node.durable, now, now.subarray(0, now.length >> 1)];
        bytes.set(node, Array.isArray(kept) ? (kept[choose(3)] ?? node.durable) : kept);
      }
    const kept = new Map<FolderNode, ReadonlyMap<string, Node>>();
    const left = this.#paths(this.#dir, this.#root, (folder) => {
      const known = kept.get(folder);
      if (known !== undefined) return known;
      const entries = new Map(folder.durable);
      for (const change of folder.changes.slice(0, choose(folder.changes.length + 1)))
        for (const [name, node] of change)
          if (node === null) entries.delete(name);
          else entries.set(name, node);
      kept.set(folder, entries);
      return entries;
    });
    for (const [path, node] of present)
      if (left.get(path)?.kind !== node.kind) real.rmSync(path, { recursive: true, force: true });
    for (const [path, node] of left)
      if (node.kind === "folder") real.mkdirSync(path, { recursive: true, mode: node.mode });
      else {
        real.rmSync(path, { force: true });
        real.writeFileSync(path, bytes.get(node) ?? node.durable, { mode: node.mode });
      }
  }

  /** What is named under `path`, each folder before what lies in it. */
  #paths(
    path: string,
    node: FolderNode,
    entriesOf: (folder: FolderNode) => ReadonlyMap<string, Node>,
  ): Map<string, Node> {
    const found = new Map<string, Node>();
    for (const [name, inside] of entriesOf(node)) {
      const at = join(path, name);
      found.set(at, inside);
      if (inside.kind === "folder")
        for (const one of this.#paths(at, inside, entriesOf)) found.set(...one);
    }
    return found;
  }
}
