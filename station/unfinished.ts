import type { JournalState } from "../ceremony/access/journal.ts";
import { closerFile, listClosers, listJournals } from "./journal-file.ts";

/** Undamaged, and closed in every account that it names: only then is a closer's session useless. */
export const isSettled = ({ damaged, header, accounts }: JournalState): boolean =>
  !damaged && header !== null && accounts.every(({ phase }) => phase === "closed");

/** Incidents that a journal leaves unfinished, or that a closer's session on the disk names. */
export async function maybeOpen(dir: string): Promise<readonly string[]> {
  const journals = await listJournals(dir);
  const unfinished = journals.filter(({ state }) => state.phase !== "closed");
  const settled = new Set(
    journals.flatMap(({ incident, state }) => (isSettled(state) ? [incident] : [])),
  );
  const kept = (await listClosers(dir)).filter((incident) => !settled.has(incident));
  return [...new Set([...unfinished.map(({ incident }) => incident), ...kept])];
}

/** A crash between the closing and its last step leaves a session that has nothing left to close. */
export async function forgetClosers(dir: string): Promise<void> {
  for (const { incident, state } of await listJournals(dir))
    if (isSettled(state)) await closerFile(dir, incident).forget();
}
