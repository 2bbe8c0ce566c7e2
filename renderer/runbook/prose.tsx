import type { Token, Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { plain } from "./steps.ts";

interface ProseProps {
  readonly tokens: readonly Token[];
}

/** Markdown's tokens as elements. What is not known is shown as it was written. */
export const Prose = ({ tokens }: ProseProps) => <>{keyed(tokens, block)}</>;

const keyed = (tokens: readonly Token[], draw: (token: Token) => ReactNode): ReactNode[] =>
  tokens.map((token, index) => <Fragment key={index}>{draw(token)}</Fragment>);

const inside = (token: Token): ReactNode =>
  "tokens" in token && token.tokens !== undefined ? keyed(token.tokens, inline) : plain(token);

function block(token: Token): ReactNode {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "heading":
      return (token as Tokens.Heading).depth <= 2 ? (
        <h2>{inside(token)}</h2>
      ) : (
        <h3>{inside(token)}</h3>
      );
    case "paragraph":
      return <p>{inside(token)}</p>;
    case "text":
      return <p>{inside(token)}</p>;
    case "code":
      return <pre className="code">{(token as Tokens.Code).text}</pre>;
    case "blockquote":
      return <blockquote>{keyed((token as Tokens.Blockquote).tokens, block)}</blockquote>;
    case "list":
      return list(token as Tokens.List);
    case "table":
      return table(token as Tokens.Table);
    case "hr":
      return <hr />;
    default:
      return <p>{token.raw}</p>;
  }
}

function list({ ordered, start, items }: Tokens.List): ReactNode {
  const first = typeof start === "number" ? start : 1;
  const drawn = items.map((item, index) => (
    <li key={index}>
      <span className="number">{ordered ? `${first + index}` : "–"}</span>
      <div>{keyed(item.tokens, block)}</div>
    </li>
  ));
  return ordered ? <ol start={first}>{drawn}</ol> : <ul>{drawn}</ul>;
}

const table = ({ header, rows }: Tokens.Table): ReactNode => (
  <table>
    <tbody>
      <tr>
        {header.map((cell, index) => (
          <th key={index}>{keyed(cell.tokens, inline)}</th>
        ))}
      </tr>
      {rows.map((row, at) => (
        <tr key={at}>
          {row.map((cell, index) => (
            <td key={index}>{keyed(cell.tokens, inline)}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
);

function inline(token: Token): ReactNode {
  switch (token.type) {
    case "strong":
      return <b>{inside(token)}</b>;
    case "em":
      return <em>{inside(token)}</em>;
    case "del":
      return <del>{inside(token)}</del>;
    case "codespan":
      return <CodeText code={(token as Tokens.Codespan).text} />;
    case "br":
      return <br />;
    // Nothing leads out of this window: an address is text to be typed elsewhere.
    case "link":
      return <LinkText token={token as Tokens.Link} />;
    case "image":
      return (token as Tokens.Image).text;
    case "text":
    case "escape":
      return inside(token);
    default:
      return token.raw;
  }
}

/** A short one stays in one piece; a long one may break anywhere. */
const CodeText = ({ code }: { readonly code: string }) => (
  <code className={code.length <= 24 ? "short" : ""}>{code}</code>
);

function LinkText({ token }: { readonly token: Tokens.Link }): ReactNode {
  const said = plain(token);
  return said === token.href ? (
    said
  ) : (
    <>
      {inside(token)} (<code>{token.href}</code>)
    </>
  );
}
