import { lexer, type Token, type Tokens } from "marked";

/** A numbered step of the runbook, counted through the whole document. */
export interface RunbookStep {
  /** From 1, in the order of the document: the number that a tick carries. */
  readonly number: number;
  /** The heading that it stands under. */
  readonly section: string;
  /** What it asks for, in a few words: its bold beginning, else its first sentence. */
  readonly lead: string;
  /** The rest of it. */
  readonly body: readonly Token[];
}

export interface Runbook {
  readonly title: string;
  /** All blocks after the title. */
  readonly blocks: readonly Token[];
  readonly steps: readonly RunbookStep[];
}

/** Parsed to tokens only: no HTML is ever made of it. */
export function runbookOf(markdown: string): Runbook {
  const tokens = lexer(markdown).filter(({ type }) => type !== "space");
  const [first, ...rest] = tokens;
  const hasTitle = first?.type === "heading";
  const steps: RunbookStep[] = [];
  let section = "";
  for (const token of tokens) {
    if (token.type === "heading") section = plain(token);
    if (token.type !== "list" || !(token as Tokens.List).ordered) continue;
    for (const item of (token as Tokens.List).items)
      steps.push({ number: steps.length + 1, section, ...splitLead(item.tokens) });
  }
  return {
    title: hasTitle ? plain(first) : "",
    blocks: hasTitle ? rest : tokens,
    steps,
  };
}

/** A token's text without its marks. */
export function plain(token: Token): string {
  if ("tokens" in token && token.tokens !== undefined) return token.tokens.map(plain).join("");
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}

function splitLead(tokens: readonly Token[]): Pick<RunbookStep, "lead" | "body"> {
  const [first, ...rest] = tokens;
  const inline = first !== undefined && "tokens" in first ? (first.tokens ?? []) : [];
  const [start, ...others] = inline;
  if (first !== undefined && start?.type === "strong") {
    const said = trimmedStart(others);
    const body = said.length === 0 ? rest : [{ ...first, tokens: said } as Token, ...rest];
    return { lead: plain(start).replace(/[.:]\s*$/, ""), body };
  }
  const whole = first === undefined ? "" : plain(first);
  const sentence = /^.*?[.:](?=\s|$)/s.exec(whole)?.[0] ?? whole;
  return { lead: sentence.replace(/[.:]$/, ""), body: tokens };
}

function trimmedStart(tokens: readonly Token[]): Token[] {
  const [first, ...rest] = tokens;
  if (first?.type !== "text" && first?.type !== "escape") return [...tokens];
  const said = plain(first).replace(/^[\s,]+/, "");
  return said === "" ? rest : [{ type: "text", raw: said, text: said } as Token, ...rest];
}
