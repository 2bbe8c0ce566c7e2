/** The part of Terraform's language that the kit is written in, laid out as `terraform fmt` does. */
export type Value =
  | string
  | number
  | boolean
  | Expression
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Written as it stands: a reference, a function's call, a text with templates in it. */
export class Expression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export const raw = (text: string): Expression => new Expression(text);

/** A quoted text in which `${…}` is a template, unlike in a plain string. */
export const interpolated = (text: string): Expression =>
  new Expression(`"${text.replaceAll('"', '\\"')}"`);

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: { readonly [name: string]: Value };
  readonly blocks: readonly Block[];
  readonly comment?: string;
}

export const block = (
  type: string,
  labels: readonly string[],
  attributes: Block["attributes"],
  ...blocks: readonly Block[]
): Block => ({ type, labels, attributes, blocks });

export const resource = (
  type: string,
  name: string,
  attributes: Block["attributes"],
  ...blocks: readonly Block[]
): Block => block("resource", [type, name], attributes, ...blocks);

export const commented = (comment: string, one: Block): Block => ({ ...one, comment });

const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);

const NAME = /^[A-Za-z_][\w-]*$/;

function valueText(value: Value, indent: string): string {
  if (value instanceof Expression) return value.text.replaceAll("\n", `\n${indent}`);
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: Value) => valueText(item, inner));
    const line = `[${items.join(", ")}]`;
    return line.length <= 80 && !line.includes("\n")
      ? line
      : `[\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}]`;
  }
  const entries = Object.entries(value as { readonly [name: string]: Value });
  if (entries.length === 0) return "{}";
  return `{\n${attributesText(entries, inner)}${indent}}`;
}

/** Equals signs stand under each other in a run of lines; a value of several lines ends the run. */
function attributesText(entries: readonly (readonly [string, Value])[], indent: string): string {
  const lines = entries.map(([name, value]) => ({
    name: NAME.test(name) ? name : quoted(name),
    value: valueText(value, indent),
  }));
  let out = "";
  let run: typeof lines = [];
  const flush = (): void => {
    const width = Math.max(0, ...run.map(({ name }) => name.length));
    for (const { name, value } of run) out += `${indent}${name.padEnd(width)} = ${value}\n`;
    run = [];
  };
  for (const line of lines) {
    if (line.value.includes("\n")) {
      flush();
      out += `${indent}${line.name} = ${line.value}\n`;
    } else run.push(line);
  }
  flush();
  return out;
}

function blockText(one: Block, indent = ""): string {
  const inner = `${indent}  `;
  const head = [one.type, ...one.labels.map(quoted)].join(" ");
  const parts = [
    ...(Object.keys(one.attributes).length === 0
      ? []
      : [attributesText(Object.entries(one.attributes), inner)]),
    ...one.blocks.map((nested) => blockText(nested, inner)),
  ];
  const comment =
    one.comment === undefined
      ? ""
      : `${one.comment
          .split("\n")
          .map((line) => `${indent}# ${line}\n`)
          .join("")}`;
  if (parts.length === 0) return `${comment}${indent}${head} {\n${indent}}\n`;
  return `${comment}${indent}${head} {\n${parts.join("\n")}${indent}}\n`;
}

export const hcl = (...blocks: readonly Block[]): string =>
  blocks.map((one) => blockText(one)).join("\n");
