/** What became of one run. */
export interface Outcome {
  /** ACTIVE, DISABLED, or why the run counts for nothing. */
  readonly end: string;
  readonly broken: readonly string[];
}

export interface Row {
  readonly what: string;
  readonly outcomes: readonly Outcome[];
}

/** One line per kind of run: how many, how they ended, how many broke an invariant. */
export function table(rows: readonly Row[]): string {
  const ends = ["ACTIVE", "DISABLED", "NOT REACHED"];
  const lines = rows.map(({ what, outcomes }) => [
    what,
    String(outcomes.length),
    ...ends.map((end) => String(outcomes.filter((outcome) => outcome.end === end).length)),
    String(outcomes.filter(({ broken }) => broken.length > 0).length),
  ]);
  const head = ["run", "runs", "→ ACTIVE", "→ DISABLED", "not reached", "broken"];
  const sum = (column: number): string =>
    String(lines.reduce((total, line) => total + Number(line[column]), 0));
  const all = [head, ...lines, ["all", ...[1, 2, 3, 4, 5].map(sum)]];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  "),
    )
    .join("\n");
}

/** Runs `work` over all items, some at once; results in the items' order. */
export async function severalAtOnce<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const out: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) out[index] = await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return out;
}
