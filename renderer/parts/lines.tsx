import type { ReactNode } from "react";
import type { LineView } from "../../contract/app.ts";
import { second } from "../text/say.ts";
import { sentences, text } from "../text/text.ts";

export interface Line {
  readonly id: string;
  readonly state: LineView["state"];
  readonly title: string;
  readonly detail: string;
  /** A time, or a word in its place. */
  readonly end: ReactNode;
}

interface LinesProps {
  readonly lines: readonly Line[];
  readonly spacing?: "roomy" | "tight" | "close" | "two";
}

/** Lines that turn in place: filled = done, solid outline = now, dashed = awaited. */
export const Lines = ({ lines, spacing = "tight" }: LinesProps) => (
  <ol className={`lines ${spacing}`}>
    {lines.map(({ id, state, title, detail, end }) => (
      <li key={id} className={state}>
        <Lamp state={state} />
        <div>
          <b>{title}</b>
          <span>{detail}</span>
        </div>
        {end}
      </li>
    ))}
  </ol>
);

export const Lamp = ({ state }: { readonly state: LineView["state"] }) => (
  <span className={`lamp ${state}`} aria-hidden="true">
    {state === "done" && <i className="tick" />}
    {state === "failed" && "!"}
  </span>
);

const WORDS = {
  done: text.rail.done,
  now: text.glass.connect.now,
  later: text.glass.connect.waits,
  failed: text.glass.connect.failed,
};

/** A line of the view in the catalogue's words. */
export function lineOf({ id, state, at, about }: LineView, key: string = id): Line {
  const said = text.lines[id];
  const code = about["code"];
  const detail =
    state === "failed" && code !== undefined
      ? failed(code, about)
      : (said?.detail(about) ?? Object.values(about).join(", "));
  const end =
    at === null ? <span className="word">{WORDS[state]}</span> : <time>{second(at)}</time>;
  return { id: key, state, title: said?.title ?? id, detail, end };
}

function failed(code: string, about: Readonly<Record<string, string>>): string {
  const { what, todo } = sentences({ code, about });
  return `${what} ${todo}`;
}

/** One word at a line's end. */
export const Word = ({ children }: { readonly children: string }) => (
  <span className="word">{children}</span>
);
