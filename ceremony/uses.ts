interface Told {
  readonly kind: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

const opens = ({ kind, evidence }: Told): boolean =>
  kind === "glass-broken" && evidence["purpose"] !== "rest";

const ofIncident = <T extends Told>(story: readonly T[], incident: string): readonly T[] =>
  story.filter(({ evidence }) => evidence["incident"] === incident);

/**
 * An incident's records by its uses, oldest first: each begins where the glass was broken to open; what
 * stands before the first of them is its own. More than one where an id was used again: after a calling off,
 * or before ids that only the records know were refused.
 */
export function usesIn<T extends Told>(
  story: readonly T[],
  incident: string,
): readonly (readonly T[])[] {
  const uses: T[][] = [[]];
  for (const one of ofIncident(story, incident))
    if (opens(one)) uses.push([one]);
    else uses.at(-1)?.push(one);
  return uses.filter(({ length }) => length > 0);
}

const isRefused = ({ kind, evidence }: Told): boolean =>
  kind === "access-failed" &&
  (Object(evidence["opening"]) as { kind?: unknown }).kind === "REFUSED";

/**
 * Whether the glass was broken under this id: a journal doesn't come along to a restored station, the
 * records do. One under which nothing was ever written is free again: called off each time before AWS was
 * asked, or refused before the first write.
 */
export function isTaken(story: readonly Told[], incident: string): boolean {
  const own = ofIncident(story, incident).filter(
    (one) => one.kind === "glass-broken" || one.kind === "cancelled" || isRefused(one),
  );
  return own.some(
    ({ kind }, index) =>
      kind === "glass-broken" && (own[index + 1]?.kind ?? "glass-broken") === "glass-broken",
  );
}
