import type { Compared } from "../../ceremony/drill/compare.ts";

const WIDE = 28;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

const seconds = (ms: number): string =>
  ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

/** One line a step: its time, a bar, and what is usual, which `┊` marks in the bar's scale. */
export function chart(compared: readonly Compared[]): readonly string[] {
  const most = Math.max(1, ...compared.flatMap(({ ms, usualMs }) => [ms, usualMs ?? 0]));
  const labels = Math.max(...compared.map(({ label }) => label.length));
  return compared.map(({ label, ms, usualMs, of }) => {
    const eighths = Math.max(1, Math.round((ms / most) * WIDE * 8));
    const bar = "█".repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "");
    const usual =
      usualMs === null
        ? "no earlier drill"
        : `usually ${seconds(usualMs)} (${of} ${of === 1 ? "drill" : "drills"})`;
    const head = `${label.padEnd(labels)}  ${seconds(ms).padStart(7)}  `;
    return `${head}${marked(bar, usualMs === null ? null : (usualMs / most) * WIDE)}  ${usual}`;
  });
}

/** The bar, padded, with the usual's mark where it lies beyond it; inside the bar it would hide it. */
function marked(bar: string, at: number | null): string {
  const cells = [...bar.padEnd(WIDE + 1)];
  const mark = at === null ? -1 : Math.min(WIDE, Math.round(at));
  if (cells[mark] === " ") cells[mark] = "┊";
  return cells.join("");
}
