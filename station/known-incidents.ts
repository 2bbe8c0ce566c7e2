import { isTaken } from "../ceremony/uses.ts";
import { refuse } from "./errors.ts";
import { listJournals } from "./journal-file.ts";
import { readStory } from "./records-folder.ts";

/** Which ids this station has used, by its journals and by its records, which a restore carries. */
export async function knownIncidents(dir: string): Promise<(incident: string) => boolean> {
  const journals = new Set((await listJournals(dir)).map(({ incident }) => incident));
  const story = readStory(dir);
  return (incident) => journals.has(incident) || isTaken(story, incident);
}

/**
 * An access opens under an id of its own: what is found of an earlier one would count for it. Judged by
 * the process that hands it over. `INCIDENT_KNOWN`.
 */
export async function requireNewIncident(dir: string, incident: string): Promise<void> {
  if ((await knownIncidents(dir))(incident)) refuse("INCIDENT_KNOWN", { id: incident });
}
