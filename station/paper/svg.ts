import { MONO, SERIF } from "./fonts.ts";
import { escape, type Line, MONO_EM, type Run, wrap } from "./text.ts";

/** Drawing in millimetres. Every part clips to its own box, so no text can reach its neighbour. */

/** One typographic point in millimetres. */
export const PT = 25.4 / 72;

export const INK = "#000";
export const QUIET_INK = "#555";
/** VISUAL's band for practice. */
export const PRACTICE_INK = "#2F3E75";

const round = (value: number): string => String(Math.round(value * 1000) / 1000);

/** Attribute list; numbers are rounded to a micrometre so that output is stable and short. */
export function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? round(value) : value}"`)
    .join("");
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A clipped part with an origin of its own: a nested svg clips without needing an id. */
export const clipped = (box: Box, inside: string): string =>
  `<svg${attributes({ ...box, overflow: "hidden" })}>${inside}</svg>`;

export const rect = (box: Box, more: Readonly<Record<string, string | number>>): string =>
  `<rect${attributes({ ...box, ...more })}/>`;

export const rule = (x: number, y: number, width: number, more = ""): string =>
  `<path d="M${round(x)} ${round(y)}h${round(width)}" stroke="${INK}" stroke-width="0.25"${more}/>`;

/** A dashed line in the quiet ink. */
export const dashed = (x: number, y: number, width: number): string =>
  `<path d="M${round(x)} ${round(y)}h${round(width)}" stroke="${QUIET_INK}" stroke-width="0.25" stroke-dasharray="1.6 1.2"/>`;

export const mono = (x: number, y: number, points: number, text: string, fill = INK): string =>
  `<text${attributes({ x, y, "font-family": MONO, "font-size": points * PT, fill })} xml:space="preserve">${escape(text)}</text>`;

export const monoWidth = (text: string, points: number): number =>
  text.length * MONO_EM * points * PT;

const span = ({ text, bold }: Run): string => {
  // A leading space parts two weights on one line; escape() would trim it.
  const gap = text.startsWith(" ") ? " " : "";
  const body = gap + escape(text);
  return bold === true ? `<tspan font-weight="600">${body}</tspan>` : body;
};

export const serif = (x: number, y: number, points: number, line: Line, fill = INK): string =>
  `<text${attributes({ x, y, "font-family": SERIF, "font-size": points * PT, fill })} xml:space="preserve">${line.map(span).join("")}</text>`;

export interface Paragraph {
  readonly x: number;
  /** Top of the first line's box. */
  readonly y: number;
  readonly width: number;
  /** Size and line height in points. */
  readonly size: number;
  readonly leading: number;
  readonly most: number;
  readonly fill?: string;
}

/** Wrapped text and the y under it. */
export function paragraph(
  at: Paragraph,
  runs: readonly Run[],
): { readonly svg: string; readonly bottom: number } {
  const lead = at.leading * PT;
  const lines = wrap(runs, at.width / (at.size * PT), at.most);
  const svg = lines
    .map((line, index) =>
      serif(at.x, at.y + lead * index + lead * 0.74, at.size, line, at.fill ?? INK),
    )
    .join("");
  return { svg, bottom: at.y + lead * lines.length };
}

/** Diagonal strokes that fill a box. */
export function hatch(box: Box, gap: number, stroke: number, fill: string): string {
  let path = "";
  for (let at = -box.height; at < box.width; at += gap)
    path += `M${round(at)} ${round(box.height)}l${round(box.height)} ${round(-box.height)}`;
  return clipped(box, `<path d="${path}" stroke="${fill}" stroke-width="${stroke}" fill="none"/>`);
}

/** The practice band: hatched, with the word repeated in openings of its own. */
export function practiceBand(box: Box, times: number, label = "PRACTICE"): string {
  const size = 11;
  const opening = monoWidth(label, size) + 5;
  const step = box.width / times;
  let out = hatch(box, 2.4, 0.7, PRACTICE_INK);
  for (let index = 0; index < times; index++) {
    const x = box.x + step * index + (step - opening) / 2;
    out += rect({ x, y: box.y, width: opening, height: box.height }, { fill: "#fff" });
    out += mono(x + 2.5, box.y + box.height / 2 + size * PT * 0.33, size, label, PRACTICE_INK);
  }
  return out + rect(box, { fill: "none", stroke: PRACTICE_INK, "stroke-width": 0.35 });
}
