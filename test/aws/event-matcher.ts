/**
 * EventBridge's matching, small and independent: written from the User Guide ("Creating Amazon
 * EventBridge event patterns"), for the operators that the kit uses. An operator that it does not
 * know is an error, never a match.
 */
type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: unknown): value is { readonly [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function matchesEvent(pattern: unknown, event: Json | undefined): boolean {
  if (!isObject(pattern)) throw new Error("a pattern is an object");
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === "$or") {
      if (!Array.isArray(wanted)) throw new Error("$or takes a list");
      return wanted.some((one) => matchesEvent(one, event));
    }
    const value = isObject(event) ? event[field] : undefined;
    if (Array.isArray(wanted)) return wanted.some((one: Json) => holds(one, value));
    // An array of objects matches when one of them does.
    return Array.isArray(value)
      ? value.some((one: Json) => matchesEvent(wanted, one))
      : matchesEvent(wanted, value);
  });
}

function holds(wanted: Json, value: Json | undefined): boolean {
  if (isObject(wanted) && "exists" in wanted) return (value !== undefined) === wanted["exists"];
  const values = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return values.some((one: Json) => matchesOne(wanted, one));
}

function matchesOne(wanted: Json, value: Json): boolean {
  if (!isObject(wanted)) return wanted === value;
  const [[operator, operand] = [], ...more] = Object.entries(wanted);
  if (more.length > 0) throw new Error("one operator at a time");
  switch (operator) {
    case "prefix":
      return typeof value === "string" && value.startsWith(String(operand));
    case "equals-ignore-case":
      return typeof value === "string" && value.toLowerCase() === String(operand).toLowerCase();
    case "anything-but": {
      if (!isObject(operand)) return ![operand].flat().includes(value as never);
      const [[inner, names] = []] = Object.entries(operand);
      if (inner !== "equals-ignore-case") throw new Error(`unknown anything-but ${inner}`);
      return ![names].flat().some((name) => matchesOne({ [inner]: name as Json }, value));
    }
    case "wildcard": {
      const escaped = String(operand).replace(/[.+?^${}()|[\]\\]/g, "\\$&");
      return (
        typeof value === "string" && new RegExp(`^${escaped.replaceAll("*", ".*")}$`).test(value)
      );
    }
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}
