import { type Condition, type Context, holds, readConditions } from "./condition.ts";
import { matches, type Pattern, pattern } from "./pattern.ts";
import { refuse } from "../errors.ts";

/**
 * AWS's policy language as practice AWS judges it (IAM User Guide, "Policy evaluation logic" and
 * "IAM JSON policy elements"). It shares no code with the builders of aws/documents: the judge must
 * not repeat the mistakes of what it judges.
 */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: { readonly negated: boolean; readonly patterns: readonly Pattern[] };
  readonly resources: { readonly negated: boolean; readonly texts: readonly string[] } | null;
  readonly principals: Principals | null;
  readonly conditions: readonly Condition[];
  /** Policy variables exist since 2012-10-17 only. */
  readonly variables: boolean;
}

type Principals = "everyone" | { readonly aws: readonly string[] };

export interface PolicyRequest {
  /** "iam:GetUser". */
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

export type Verdict = "allow" | "deny" | "none";

const malformed = (message: string): never => refuse("MalformedPolicyDocument", 400, message);

type Json = { readonly [key: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function strings(value: unknown, where: string): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    typeof item === "string" ? item : malformed(`Syntax errors in policy. (${where})`),
  );
}

const ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "Condition",
]);

function either(
  statement: Json,
  name: "Action" | "Resource",
): { negated: boolean; texts: readonly string[] } | null {
  const plain = statement[name];
  const not = statement[`Not${name}`];
  if (plain !== undefined && not !== undefined)
    return malformed(`A statement has ${name} and Not${name}.`);
  if (plain === undefined && not === undefined) return null;
  return {
    negated: plain === undefined,
    texts: strings(plain === undefined ? not : plain, name),
  };
}

function readPrincipals(value: unknown): Principals | null {
  if (value === undefined) return null;
  if (value === "*") return "everyone";
  if (!isObject(value) || Object.keys(value).some((kind) => kind !== "AWS"))
    return malformed("Practice AWS knows AWS principals only.");
  const aws = strings(value["AWS"], "Principal");
  return aws.includes("*") ? "everyone" : { aws };
}

function readStatement(value: unknown, variables: boolean, trust: boolean): Statement {
  if (!isObject(value)) return malformed("Syntax errors in policy.");
  const extra = Object.keys(value).find((name) => !ELEMENTS.has(name));
  if (extra !== undefined) return malformed(`Unknown element ${extra}.`);
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny")
    return malformed("Policy statement must have Effect.");
  const actions = either(value, "Action");
  if (actions === null) return malformed("Policy statement must contain actions.");
  for (const action of actions.texts)
    if (action !== "*" && !/^[\w-]+:[\w*?]+$/.test(action))
      malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  const resources = either(value, "Resource");
  const principals = readPrincipals(value["Principal"]);
  if (trust ? principals === null : principals !== null)
    return malformed(
      trust ? "Missing required field Principal." : "Policy must not have Principal.",
    );
  if (trust ? resources !== null : resources === null)
    return malformed(
      trust ? "Has prohibited field Resource." : "Policy statement must contain resources.",
    );
  for (const resource of resources?.texts ?? [])
    if (resource !== "*" && !/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/.test(resource))
      malformed(`Resource ${resource} must be in ARN format or "*".`);
  return {
    effect,
    actions: {
      negated: actions.negated,
      patterns: actions.texts.map((text) => pattern(text, true)),
    },
    resources,
    principals,
    conditions: readConditions(value["Condition"], malformed),
    variables,
  };
}

function read(text: string, trust: boolean): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("Syntax errors in policy.");
  }
  if (!isObject(value)) return malformed("Syntax errors in policy.");
  const version = value["Version"] ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17")
    return malformed("The policy must contain a valid version string");
  const list = Array.isArray(value["Statement"]) ? value["Statement"] : [value["Statement"]];
  const statements = list.map((item: unknown) =>
    readStatement(item, version === "2012-10-17", trust),
  );
  return { statements };
}

/** Parses an identity policy; `MalformedPolicyDocument` (400) if AWS's grammar is broken. */
export const readPolicy = (text: string): PolicyDocument => read(text, false);

/** Parses a role's trust policy: Principal instead of Resource. */
export const readTrust = (text: string): PolicyDocument => read(text, true);

const compiled = new Map<string, Pattern>();
const MOST_COMPILED = 8192;

/** A text without variables is the same for each request, so it is compiled once. */
function unvaried(text: string): Pattern {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  const item = pattern(text, false);
  compiled.set(text, item);
  return item;
}

const VARIABLE = /\$\{([^}]*)\}/g;

/**
 * Replaces policy variables; null when one has no value and no default (the text then matches
 * nothing). `${*}`, `${?}` and `${$}` are the literal characters.
 */
export function substitute(text: string, context: Context): Pattern | null {
  if (!text.includes("${")) return unvaried(text);
  const parts: { text: string; literal: boolean }[] = [];
  let at = 0;
  for (const found of text.matchAll(VARIABLE)) {
    parts.push({ text: text.slice(at, found.index), literal: false });
    const inside = found[1] ?? "";
    if (inside === "*" || inside === "?" || inside === "$")
      parts.push({ text: inside, literal: true });
    else {
      const [, key = "", fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(inside) ?? [];
      const value = context.get(key.toLowerCase());
      const chosen = typeof value === "string" ? value : fallback;
      if (chosen === undefined) return null;
      parts.push({ text: chosen, literal: true });
    }
    at = found.index + found[0].length;
  }
  parts.push({ text: text.slice(at), literal: false });
  return pattern(parts, false);
}

function statementApplies(statement: Statement, request: PolicyRequest): boolean {
  const action = statement.actions.patterns.some((item) => matches(item, request.action));
  if (action === statement.actions.negated) return false;
  const resolve = (text: string): Pattern | null =>
    statement.variables ? substitute(text, request.context) : unvaried(text);
  if (statement.resources !== null) {
    const items = statement.resources.texts.map(resolve);
    // A variable without a value makes a Resource match nothing, and a NotResource say nothing.
    if (statement.resources.negated && items.includes(null)) return false;
    const found = items.some((item) => item !== null && matches(item, request.resource));
    if (found === statement.resources.negated) return false;
  }
  return statement.conditions.every((condition) => holds(condition, request.context, resolve));
}

/** Deny wins, then Allow, else nothing was said. */
export function evaluate(documents: readonly PolicyDocument[], request: PolicyRequest): Verdict {
  const effects = documents
    .flatMap((document) => document.statements)
    .filter((statement) => statementApplies(statement, request))
    .map((statement) => statement.effect);
  return effects.includes("Deny") ? "deny" : effects.includes("Allow") ? "allow" : "none";
}

/** Who a trust policy lets in: by name ("direct"), by naming the account ("account"), or nobody. */
export function evaluateTrust(
  trust: PolicyDocument,
  request: PolicyRequest,
  caller: {
    readonly arns: readonly string[];
    readonly accountArn: string;
    readonly accountId: string;
  },
): "direct" | "account" | "deny" | "none" {
  const names = (statement: Statement): "direct" | "account" | null => {
    if (statement.principals === null) return null;
    if (statement.principals === "everyone") return "direct";
    if (statement.principals.aws.some((arn) => caller.arns.includes(arn))) return "direct";
    return statement.principals.aws.some(
      (arn) => arn === caller.accountArn || arn === caller.accountId,
    )
      ? "account"
      : null;
  };
  const said = trust.statements
    .map((statement) => ({ effect: statement.effect, how: names(statement), statement }))
    .filter(({ how, statement }) => how !== null && statementApplies(statement, request));
  if (said.some(({ effect }) => effect === "Deny")) return "deny";
  if (said.some(({ how }) => how === "direct")) return "direct";
  return said.length > 0 ? "account" : "none";
}
