/** A wildcard text of the policy language: `*` any run, `?` any one character. */
export interface Pattern {
  readonly expression: RegExp;
  /** The same for an ARN: a wildcard stays within its part, the last part (after five colons) apart. */
  readonly arn: RegExp;
  /** The text with nothing special in it: what the exact operators compare. */
  readonly literal: string;
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const ANY = "[\\s\\S]";

const wild = (text: string, one: string): string =>
  text
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, `${one}*`)
    .replace(/\?/g, one);

/** `arn:partition:service:region:account:resource`, where the resource may hold colons. */
const RESOURCE_AFTER = 5;

function wildArn(parts: readonly { readonly text: string; readonly literal: boolean }[]): string {
  let colons = 0;
  return parts
    .map(({ text, literal }) =>
      text
        .split(/(:)/)
        .map((piece) => {
          if (piece === ":") colons++;
          if (literal) return escapeRegExp(piece);
          return wild(piece, colons < RESOURCE_AFTER ? "[^:]" : ANY);
        })
        .join(""),
    )
    .join("");
}

/** Literal parts (values of policy variables) are matched as they are, wildcards in them included. */
export function pattern(
  source: string | readonly { readonly text: string; readonly literal: boolean }[],
  ignoreCase: boolean,
): Pattern {
  const parts = typeof source === "string" ? [{ text: source, literal: false }] : source;
  const body = parts.map((part) => (part.literal ? escapeRegExp(part.text) : wild(part.text, ANY)));
  return {
    expression: new RegExp(`^${body.join("")}$`, ignoreCase ? "i" : ""),
    arn: new RegExp(`^${wildArn(parts)}$`),
    literal: parts.map((part) => part.text).join(""),
  };
}

export const matches = (item: Pattern, text: string): boolean => item.expression.test(text);
