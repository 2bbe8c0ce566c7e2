/** Epoch ms, `from` included, `to` not. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The same instants as the fewest spans, in order. */
export function union(spans: readonly Span[]): readonly Span[] {
  const out: { from: number; to: number }[] = [];
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (from < to) out.push({ from, to });
  }
  return out;
}

/** What of `whole` no span covers, in order. */
export function gaps(whole: Span, spans: readonly Span[]): readonly Span[] {
  const out: Span[] = [];
  let { from } = whole;
  for (const span of union(spans)) {
    if (span.to <= from) continue;
    if (span.from >= whole.to) break;
    if (span.from > from) out.push({ from, to: span.from });
    from = span.to;
  }
  if (from < whole.to) out.push({ from, to: whole.to });
  return out;
}
