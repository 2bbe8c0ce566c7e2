import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
  SyntaxKind,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";
import { API, type Project } from "typescript/unstable/sync";
import { rooms, TEST_ROOM } from "./rooms.ts";

export interface Finding {
  readonly rule: string;
  /** Relative to the root, with `/`; `""` for the house as a whole. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

export interface Import {
  readonly specifier: string;
  readonly kind: "static" | "dynamic" | "type";
  readonly node: Node;
}

/** One TypeScript file of a room: its syntax tree and the room's type checker. */
export interface Source {
  readonly file: string;
  readonly room: string;
  readonly tree: SourceFile;
  readonly project: Project;
  readonly imports: readonly Import[];
}

const SKIPPED = new Set(["node_modules", ".git", ".tsbuild", "dist", "coverage"]);
const PLANTED = "test/house/planted/";

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(entry.name)) return [];
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** The files of the house, sorted: what git tracks or would add, or every file where there is no git. */
export function filesOf(root: string): string[] {
  const found = existsSync(join(root, ".git"))
    ? execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
        cwd: root,
        encoding: "utf8",
      })
        .split("\0")
        .filter((file) => file !== "" && existsSync(join(root, file)))
    : walk(root, "");
  return found.filter((file) => !file.startsWith(PLANTED)).toSorted();
}

const isModule = (file: string): boolean => /\.(?:ts|mts|mjs|js|tsx)$/.test(file);

export const modulesOf = (files: readonly string[]): string[] => files.filter(isModule);

/** The room that holds a file, nested rooms first; undefined outside every room. */
export const roomOf = (file: string): string | undefined =>
  [...Object.keys(rooms), TEST_ROOM]
    .filter((room) => file.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];

export const lineOf = (tree: SourceFile, node: Node): number =>
  tree.text.slice(0, node.getStart(tree)).split("\n").length;

export function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  node.forEachChild((child) => {
    visit(child, see);
  });
}

function importsOf(tree: SourceFile): Import[] {
  const found: Import[] = [];
  visit(tree, (node) => {
    if (isImportDeclaration(node) && isStringLiteral(node.moduleSpecifier)) {
      const type = node.importClause?.phaseModifier === SyntaxKind.TypeKeyword;
      found.push({
        specifier: node.moduleSpecifier.text,
        kind: type ? "type" : "static",
        node,
      });
    } else if (isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      if (isStringLiteral(node.moduleSpecifier))
        found.push({
          specifier: node.moduleSpecifier.text,
          kind: node.isTypeOnly ? "type" : "static",
          node,
        });
    } else if (isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword) {
      const [target] = node.arguments;
      const specifier = target !== undefined && isStringLiteral(target) ? target.text : "";
      found.push({ specifier, kind: "dynamic", node });
    } else if (isImportTypeNode(node) && isLiteralTypeNode(node.argument)) {
      const { literal } = node.argument;
      if (isStringLiteral(literal)) found.push({ specifier: literal.text, kind: "type", node });
    }
  });
  return found;
}

/** Opens every room's project in the compiler and hands each of its own files to `use`. */
export function withSources<T>(root: string, use: (sources: readonly Source[]) => T): T {
  const api = new API({ cwd: root });
  try {
    const names = [...Object.keys(rooms), TEST_ROOM].filter((room) =>
      existsSync(join(root, room, "tsconfig.json")),
    );
    const configs = new Map(names.map((room) => [join(root, room, "tsconfig.json"), room]));
    const snapshot = api.updateSnapshot({ openProjects: [...configs.keys()] });
    const sources = snapshot.getProjects().flatMap((project) => {
      const room = configs.get(project.configFileName);
      if (room === undefined) return [];
      return project.rootFiles.flatMap((path): Source[] => {
        const tree = project.program.getSourceFile(path);
        if (tree === undefined || path.endsWith(".d.ts")) return [];
        const file = relative(root, path).split(sep).join("/");
        return [{ file, room, tree, project, imports: importsOf(tree) }];
      });
    });
    return use(sources);
  } finally {
    api.close();
  }
}

/** Where an import leads: a file of the house, a module of Node, or a package by its name. */
export type Target =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "builtin"; readonly name: string }
  | { readonly kind: "package"; readonly name: string };

export function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith("."))
    return { kind: "file", file: join(dirname(from), specifier).split(sep).join("/") };
  const bare = specifier.replace(/^node:/, "");
  if (builtinModules.includes(bare)) return { kind: "builtin", name: bare };
  const parts = specifier.split("/");
  return { kind: "package", name: parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/") };
}
