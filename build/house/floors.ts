import {
  isCallExpression,
  isEnumDeclaration,
  isExportAssignment,
  isExportDeclaration,
  isIdentifier,
  isNewExpression,
  type Node,
} from "typescript/unstable/ast";
import { allowed } from "./allowed.ts";
import { grants, ROOT_FILES, rooms, TEST_ROOM } from "./rooms.ts";
import { type Finding, lineOf, modulesOf, roomOf, type Source, targetOf, visit } from "./source.ts";

/** Imports resolved to files and packages, held against the table. Types count as imports too. */
function importFindings(source: Source): Finding[] {
  const row = rooms[source.room];
  if (row === undefined) return [];
  const { builtins } = allowed(row, source.file);
  return source.imports.flatMap(({ specifier, node }) => {
    const at = (rule: string, message: string): Finding[] => [
      { rule, file: source.file, line: lineOf(source.tree, node), message },
    ];
    if (specifier === "") return at("import-computed", "an import must name its module literally");
    const target = targetOf(source.file, specifier);
    if (target.kind === "builtin")
      return builtins.has(target.name)
        ? []
        : at("builtin", `node:${target.name} is not for ${source.room}`);
    if (target.kind === "package")
      return row.packages.includes(target.name)
        ? []
        : at("package", `${target.name} is not a package of ${source.room}`);
    const room = roomOf(target.file);
    if (room === source.room)
      return target.file === `${room}/index.ts`
        ? at("index-sibling", "siblings import each other, never their room's index")
        : [];
    if (room !== undefined && row.imports.includes(room)) return [];
    return at("floor", `${source.room} may not import ${target.file}`);
  });
}

const named = (node: Node, name: string): boolean => isIdentifier(node) && node.text === name;

/** What the linter has no rule for: `new Date()` reads the clock, `new Date(text)` does not. */
function clockFindings(source: Source): Finding[] {
  const row = rooms[source.room];
  if (row === undefined || allowed(row, source.file).powers.has("clock")) return [];
  const found: Finding[] = [];
  visit(source.tree, (node) => {
    const reads =
      (isNewExpression(node) &&
        named(node.expression, "Date") &&
        (node.arguments?.length ?? 0) === 0) ||
      (isCallExpression(node) && named(node.expression, "Date"));
    if (reads)
      found.push({
        rule: "clock",
        file: source.file,
        line: lineOf(source.tree, node),
        message: `${source.room} reads no clock: ask a port`,
      });
  });
  return found;
}

/** Only a room's face may re-export; enums and default exports don't occur at all. */
function shapeFindings(source: Source): Finding[] {
  const at = (rule: string, node: Node, message: string): Finding => ({
    rule,
    file: source.file,
    line: lineOf(source.tree, node),
    message,
  });
  const face = source.file === `${source.room}/index.ts`;
  return source.tree.statements.flatMap((statement) => {
    if (isEnumDeclaration(statement)) return [at("enum", statement, "a union says it")];
    if (isExportAssignment(statement) && !ROOT_FILES.includes(source.file))
      return [at("default-export", statement, "exports have names")];
    const all = isExportDeclaration(statement) && statement.exportClause === undefined;
    return all && !face
      ? [at("barrel", statement, "only a room's face re-exports a whole module")]
      : [];
  });
}

/** Every module lies in a room, and every grant is for a file that exists. */
export function placeFindings(files: readonly string[]): Finding[] {
  const homeless = modulesOf(files).filter(
    (file) => roomOf(file) === undefined && !ROOT_FILES.includes(file),
  );
  const stale = grants.filter(({ file }) => {
    const room = roomOf(file) ?? "";
    const begun = files.some((other) => other.startsWith(`${room}/`) && other.endsWith(".ts"));
    return begun && !files.includes(file);
  });
  return [
    ...homeless.map((file) => ({
      rule: "room-unlisted",
      file,
      line: 1,
      message: "this file is in no room of the table",
    })),
    ...stale.map(({ file }) => ({
      rule: "grant-stale",
      file,
      line: 1,
      message: "a grant for a file that is not there",
    })),
  ];
}

export const floorFindings = (sources: readonly Source[]): Finding[] =>
  sources
    .filter((source) => source.room !== TEST_ROOM)
    .flatMap((source) => [
      ...importFindings(source),
      ...clockFindings(source),
      ...shapeFindings(source),
    ]);
