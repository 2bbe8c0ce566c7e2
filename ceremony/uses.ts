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

/**
 * Whether the glass was broken under this id: a journal doesn't come along to a restored station, the
 * records do. One that was called off each time, before AWS was asked, is free again.
 */
export function isTaken(story: readonly Told[], incident: string): boolean {
  const own = ofIncident(story, incident).filter(
    ({ kind }) => kind === "glass-broken" || kind === "cancelled",
  );
  return own.some(
    ({ kind }, index) => kind === "glass-broken" && own[index + 1]?.kind !== "cancelled",
  );
}
