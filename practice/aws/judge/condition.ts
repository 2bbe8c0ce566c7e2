import { matches, type Pattern } from "./pattern.ts";

/** Request context: keys in lower case; a list marks a multivalued key (aws:TagKeys). */
export type Context = ReadonlyMap<string, string | readonly string[]>;

type Quantifier = "one" | "all" | "any";

export interface Condition {
  readonly quantifier: Quantifier;
  readonly operator: string;
  readonly ifExists: boolean;
  /** Lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

type Compare = (actual: string, wanted: string, item: Pattern | null) => boolean;

const number = (text: string): number => (text.trim() === "" ? Number.NaN : Number(text));

/** ISO 8601, or seconds since the epoch; a policy variable is neither and so never compares. */
const time = (text: string): number =>
  /^-?\d+$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? Date.parse(text)
      : Number.NaN;

const by =
  (measure: (text: string) => number, test: (a: number, b: number) => boolean): Compare =>
  (actual, wanted) =>
    test(measure(actual), measure(wanted));

const arnLike: Compare = (actual, _, item) => {
  if (item === null) return false;
  const shape = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/;
  return shape.test(actual) && item.arn.test(actual);
};

const POSITIVE: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, _, item) => item?.literal === actual,
  StringEqualsIgnoreCase: (actual, _, item) => item?.literal.toLowerCase() === actual.toLowerCase(),
  StringLike: (actual, _, item) => item !== null && matches(item, actual),
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: by(number, (a, b) => a === b),
  NumericLessThan: by(number, (a, b) => a < b),
  NumericLessThanEquals: by(number, (a, b) => a <= b),
  NumericGreaterThan: by(number, (a, b) => a > b),
  NumericGreaterThanEquals: by(number, (a, b) => a >= b),
  DateEquals: by(time, (a, b) => a === b),
  DateLessThan: by(time, (a, b) => a < b),
  DateLessThanEquals: by(time, (a, b) => a <= b),
  DateGreaterThan: by(time, (a, b) => a > b),
  DateGreaterThanEquals: by(time, (a, b) => a >= b),
};

/** A negated operator is true when no listed value matches, and when the key is absent. */
const NEGATIVE: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
};

const PREFIX: Readonly<Record<string, Quantifier>> = { ForAllValues: "all", ForAnyValue: "any" };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a Condition element; an operator that practice AWS does not know is refused, not ignored. */
export function readConditions(
  value: unknown,
  malformed: (message: string) => never,
): readonly Condition[] {
  if (value === undefined) return [];
  if (!isObject(value)) return malformed("Syntax errors in policy. (Condition)");
  return Object.entries(value).flatMap(([name, keys]) => {
    const [, prefix, base = "", suffix] =
      /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
    const known = base in POSITIVE || base in NEGATIVE || (base === "Null" && !suffix);
    if (!known || !isObject(keys)) return malformed(`Invalid Condition type : ${name}.`);
    return Object.entries(keys).map(([key, wanted]) => ({
      quantifier: prefix === undefined ? "one" : (PREFIX[prefix] ?? "one"),
      operator: base,
      ifExists: suffix !== undefined,
      key: key.toLowerCase(),
      values: (Array.isArray(wanted) ? wanted : [wanted]).map((item: unknown) =>
        typeof item === "string" || typeof item === "boolean" || typeof item === "number"
          ? String(item)
          : malformed("Syntax errors in policy. (Condition value)"),
      ),
    }));
  });
}

/** Whether one condition holds. `resolve` puts policy variables in; Date and Bool take literals. */
export function holds(
  condition: Condition,
  context: Context,
  resolve: (text: string) => Pattern | null,
): boolean {
  const found = context.get(condition.key);
  const actual = found === undefined ? [] : typeof found === "string" ? [found] : found;
  if (condition.operator === "Null")
    return condition.values.some(
      (value) => (value.toLowerCase() === "true") === (actual.length === 0),
    );
  const positive = NEGATIVE[condition.operator];
  const compare = POSITIVE[positive ?? condition.operator];
  if (compare === undefined) return false;
  if (actual.length === 0) {
    // ForAnyValue on nothing is false even with IfExists: AWS does not say, so the stricter Allow.
    if (condition.quantifier === "any") return false;
    return condition.ifExists || condition.quantifier === "all" || positive !== undefined;
  }
  const wanted = condition.values.map((value) => ({ value, item: resolve(value) }));
  // A variable without a value is equal to nothing, and different from nothing.
  if (positive !== undefined && wanted.some(({ item }) => item === null)) return false;
  const one = (given: string): boolean =>
    wanted.some(({ value, item }) => compare(given, value, item)) === (positive === undefined);
  // A single-valued operator on a multivalued key is undefined at AWS: it never matches here.
  if (condition.quantifier === "one") return typeof found === "string" && one(found);
  return condition.quantifier === "all" ? actual.every(one) : actual.some(one);
}
