/** A wildcard text of the policy language: `*` any run, `?` any one character. */
export interface Pattern {
  readonly expression: RegExp;
  /** The text with nothing special in it: what the exact operators compare. */
  readonly literal: string;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const wild = (text: string): string =>
  text
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[\\s\\S]*")
    .replace(/\?/g, "[\\s\\S]");

/** Literal parts (values of policy variables) are matched as they are, wildcards in them included. */
export function pattern(
  source: string | readonly { readonly text: string; readonly literal: boolean }[],
  ignoreCase: boolean,
): Pattern {
  const parts = typeof source === "string" ? [{ text: source, literal: false }] : source;
  const body = parts.map((part) => (part.literal ? escapeRegExp(part.text) : wild(part.text)));
  return {
    expression: new RegExp(`^${body.join("")}$`, ignoreCase ? "i" : ""),
    literal: parts.map((part) => part.text).join(""),
  };
}

export const matches = (item: Pattern, text: string): boolean => item.expression.test(text);
