import {
  isAwaitExpression,
  isExpressionStatement,
  isVoidExpression,
} from "typescript/unstable/ast";
import type { Type } from "typescript/unstable/sync";
import { type Finding, lineOf, type Source, visit } from "./source.ts";

// The linter's type-aware rules need a binary that the house does not install, so the compiler is
// asked itself: a statement whose value is a promise that nobody waits for loses its error.

function mayBePromise(type: Type | undefined): boolean {
  if (type === undefined) return false;
  const parts = type.isUnionType() ? type.getTypes() : [type];
  return parts.some((part) => part.getSymbol()?.name === "Promise");
}

export function promiseFindings(source: Source): Finding[] {
  const statements: Parameters<typeof lineOf>[1][] = [];
  visit(source.tree, (node) => {
    if (
      isExpressionStatement(node) &&
      !isAwaitExpression(node.expression) &&
      !isBinaryExpression(node.expression) &&
      !isVoidExpression(node.expression)
    )
      statements.push(node.expression);
  });
  const types = source.project.checker.getTypeAtLocation(statements);
  return statements.flatMap((node, index) =>
    mayBePromise(types[index])
      ? [
          {
            rule: "floating-promise",
            file: source.file,
            line: lineOf(source.tree, node),
            message: "this promise is neither awaited nor marked `void`",
          },
        ]
      : [],
  );
}
