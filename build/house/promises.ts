import {
  isAwaitExpression,
  isBinaryExpression,
  isCallExpression,
  isExpressionStatement,
  isPropertyAccessExpression,
  isVoidExpression,
  type Node,
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

/** `.catch(handler)` and `.then(done, failed)` lose nothing. */
function handlesFailure(node: Node): boolean {
  if (!isCallExpression(node) || !isPropertyAccessExpression(node.expression)) return false;
  const method = node.expression.name.text;
  return (
    (method === "catch" && node.arguments.length === 1) ||
    (method === "then" && node.arguments.length === 2)
  );
}

/** A promise that is assigned is somebody's to wait for; one that stands alone is nobody's. */
const standsAlone = (node: Node): boolean =>
  !isAwaitExpression(node) &&
  !isVoidExpression(node) &&
  !isBinaryExpression(node) &&
  !handlesFailure(node);

export function promiseFindings(source: Source): Finding[] {
  const alone: Node[] = [];
  visit(source.tree, (node) => {
    if (isExpressionStatement(node) && standsAlone(node.expression)) alone.push(node.expression);
  });
  const types = source.project.checker.getTypeAtLocation(alone);
  return alone.flatMap((node, index) =>
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
