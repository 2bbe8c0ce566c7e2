import { isUnused } from "../ceremony/access/journal.ts";
import { isTaken } from "../ceremony/uses.ts";
import { refuse } from "./errors.ts";
import { closerFile, listJournals, putAside } from "./journal-file.ts";
import { readStory } from "./records-folder.ts";

/**
 * Which ids this station has used, by its journals and by its records, which a restore carries. One that
 * opened nothing, as both say, may be used again: the incident is the same.
 */
export async function knownIncidents(dir: string): Promise<(incident: string) => boolean> {
  const journals = await listJournals(dir);
  const used = new Set(
    journals.flatMap(({ incident, state }) => (isUnused(state) ? [] : [incident])),
  );
  const story = readStory(dir);
  return (incident) => used.has(incident) || isTaken(story, incident);
}

/**
 * An access opens under an id of its own: what is found of an earlier one would count for it, so what an
 * opening that was given up left of this id is put aside. Judged by the process that hands it over.
 * `INCIDENT_KNOWN`.
 */
export async function requireNewIncident(dir: string, incident: string): Promise<void> {
  if ((await knownIncidents(dir))(incident)) refuse("INCIDENT_KNOWN", { id: incident });
  // First what could be taken for an open access once its journal is gone.
  await closerFile(dir, incident).forget();
  await putAside(dir, incident);
}
