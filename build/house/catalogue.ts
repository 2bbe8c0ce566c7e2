import {
  isIdentifier,
  isLiteralTypeNode,
  isNewExpression,
  isStringLiteral,
  isTypeAliasDeclaration,
  isTypeReferenceNode,
} from "typescript/unstable/ast";
import type { Type } from "typescript/unstable/sync";
import { TEST_ROOM } from "./rooms.ts";
import { type Finding, lineOf, type Source, visit } from "./source.ts";

interface Place {
  readonly file: string;
  readonly line: number;
}

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;
const CATALOGUE = "contract/failures";

const literals = (type: Type | undefined): string[] =>
  (type === undefined ? [] : type.isUnionType() ? type.getTypes() : [type]).flatMap((part) =>
    part.isStringLiteralType() ? [part.value] : [],
  );

/**
 * The closed unions: every exported `…Code` alias of string literals, and whatever stands in
 * `CodedError<…>`, so that a union of another name is seen too.
 */
function declaredCodes(sources: readonly Source[]): Map<string, Place> {
  const codes = new Map<string, Place>();
  for (const { file, tree, project } of sources) {
    visit(tree, (node) => {
      const wanted =
        (isTypeAliasDeclaration(node) && node.name.text.endsWith("Code")) ||
        (isTypeReferenceNode(node) &&
          isIdentifier(node.typeName) &&
          node.typeName.text === "CodedError") ||
        (isNewExpression(node) &&
          isIdentifier(node.expression) &&
          node.expression.text === "CodedError");
      if (!wanted) return;
      const types = isTypeAliasDeclaration(node) ? [node.type] : (node.typeArguments ?? []);
      for (const type of types)
        for (const code of literals(project.checker.getTypeFromTypeNode(type)))
          if (!codes.has(code)) codes.set(code, { file, line: lineOf(tree, node) });
    });
  }
  return codes;
}

/** Codes as they are used: string literals that are values, not members of a type. */
function usedCodes(sources: readonly Source[]): Set<string> {
  const used = new Set<string>();
  for (const { tree } of sources)
    visit(tree, (node) => {
      if (isStringLiteral(node) && !isLiteralTypeNode(node.parent) && CODE.test(node.text))
        used.add(node.text);
    });
  return used;
}

/**
 * Every code has its two sentences and every entry is a code; a code that nothing raises is dead.
 * contract/ itself imports no error class: its codes are the literals it answers with.
 */
export function catalogueFindings(all: readonly Source[]): Finding[] {
  const sources = all.filter(({ room }) => room !== TEST_ROOM && room !== "build");
  const index = sources.find(({ file }) => file === `${CATALOGUE}.ts`);
  if (index === undefined) return [];
  const outside = sources.filter(({ file }) => !file.startsWith(CATALOGUE));
  const codes = declaredCodes(outside);
  const used = usedCodes(outside);
  const spoken = usedCodes(outside.filter(({ room }) => room === "contract"));
  const alias = index.tree.statements.find(
    (statement) => isTypeAliasDeclaration(statement) && statement.name.text === "FailureCode",
  );
  const entries = new Set(
    alias !== undefined && isTypeAliasDeclaration(alias)
      ? literals(index.project.checker.getTypeFromTypeNode(alias.type))
      : [],
  );
  const missing = [...codes].filter(([code]) => !entries.has(code));
  const unknown = [...entries].filter((code) => !codes.has(code) && !spoken.has(code));
  const dead = [...codes].filter(([code]) => !used.has(code));
  return [
    ...missing.map(([code, place]) => ({
      rule: "failure-missing",
      ...place,
      message: `${code} has no entry in ${CATALOGUE}`,
    })),
    ...unknown.map((code) => ({
      rule: "failure-unknown",
      file: `${CATALOGUE}.ts`,
      line: 1,
      message: `${code} has an entry but is in no room's codes`,
    })),
    ...dead.map(([code, place]) => ({
      rule: "failure-dead",
      ...place,
      message: `${code} is declared and nothing raises it`,
    })),
  ];
}
