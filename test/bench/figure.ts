/** One line of the bench's table. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  /** What stood beside it in the same run. */
  readonly against: string;
  /** Null: no goal is set. */
  readonly goal: string | null;
  readonly met: boolean | null;
  /** The same for machines: milliseconds, bytes and ratios, named. */
  readonly values: Readonly<Record<string, number>>;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  const lower = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Milliseconds with three significant digits. */
export function ms(value: number): string {
  if (value < 1) return `${(value * 1000).toPrecision(3)} µs`;
  if (value >= 1000) return `${(value / 1000).toPrecision(3)} s`;
  return `${value >= 100 ? Math.round(value) : value.toPrecision(3)} ms`;
}

/** Smallest to largest: how much to trust the median beside it. */
export const spread = (values: readonly number[]): string =>
  `${ms(Math.min(...values))} to ${ms(Math.max(...values))}`;

/** Decimal megabytes, as the goal is set. */
export const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

export async function timed(work: () => unknown): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Wall over CPU time of a busy loop: 1 on a quiet machine, 3 when two others want each core. */
export function crowding(): number {
  const from = performance.now();
  const before = process.cpuUsage();
  let cpu = 0;
  while (cpu < 50_000) {
    const { user, system } = process.cpuUsage(before);
    cpu = user + system;
  }
  return ((performance.now() - from) * 1000) / cpu;
}

const verdict = ({ goal, met }: Figure): string =>
  goal === null || met === null ? "–" : met ? "met" : "NOT met";

export function table(figures: readonly Figure[]): string {
  const rows = [
    ["figure", "ours", "compared with, in the same run", "goal", "verdict"],
    ...figures.map((figure) => [
      figure.what,
      figure.ours,
      figure.against,
      figure.goal ?? "–",
      verdict(figure),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}
