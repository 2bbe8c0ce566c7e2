import { isSettled } from "../ceremony/access/journal.ts";
import type { Clock, Records, Written } from "../ceremony/ports.ts";
import { closingRecord } from "../ceremony/rest.ts";
import { closerFile, listClosers, listJournals } from "./journal-file.ts";
import { readStory } from "./records-folder.ts";
import { subjectOf } from "./recover-sealing.ts";

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

/** A closing's record. `late`: it was missing until now. `dead`: nothing remains by its journal. */
export interface ClosingFound extends Written {
  readonly incident: string;
  readonly dead: boolean;
  readonly late: boolean;
}

/**
 * The record of every closing whose journal is settled, oldest first. One that a crash left out is
 * written now, from its journal, so that nothing that was open is missing in the chain.
 */
export async function recordClosings(
  dir: string,
  records: Records,
  clock: Clock,
): Promise<readonly ClosingFound[]> {
  const story = readStory(dir);
  const committed = story.findLast(({ kind }) => kind === "committed");
  if (committed === undefined) return [];
  const closings: ClosingFound[] = [];
  for (const { incident, state } of await listJournals(dir)) {
    if (!isSettled(state) || !state.accounts.some(({ touched }) => touched)) continue;
    const subject = subjectOf(committed);
    const found = closingRecord(records, clock, subject, incident, story, state);
    closings.push({ ...found, incident });
  }
  return closings.toSorted((one, other) => one.seq - other.seq);
}
