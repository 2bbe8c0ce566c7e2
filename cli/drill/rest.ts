import { isSettled } from "../../ceremony/access/journal.ts";
import type { Progress } from "../../ceremony/ports.ts";
import { closingRecord, driveToRest } from "../../ceremony/rest.ts";
import { accountsBegun, listClosers, listJournals } from "../../station/journal-file.ts";
import { forgetClosers } from "../../station/unfinished.ts";
import { type Drill, flowPorts, glassPorts, incidentOf, ownStory, subjectIn } from "./act.ts";
import { clock } from "./scene.ts";
import type { Stage } from "./stage.ts";
import { watchOnline } from "./watch.ts";

/**
 * The first act, before anything that may be refused: neither records, journals, settings nor scene
 * need to be sound for this. What can't be closed here keeps nothing else from being closed.
 */
export async function closeFirst(
  dir: string,
  stage: Stage,
  progress: Progress,
  left: readonly string[],
): Promise<void> {
  progress.title("What was left");
  const { endpoint } = await stage.ask("openAws", { dir });
  const failed: unknown[] = [];
  for (const incident of left)
    await shutAtOnce(dir, stage, progress, endpoint, incident).catch((error: unknown) =>
      failed.push(error),
    );
  if (failed.length > 0) throw failed[0];
}
/** Says what is open, and ends it with the session that can do nothing else. */
async function shutAtOnce(
  dir: string,
  stage: Stage,
  progress: Progress,
  endpoint: string,
  incident: string,
): Promise<void> {
  const state = (await listJournals(dir)).find((one) => one.incident === incident)?.state;
  const until = state?.deadline?.untilMs;
  progress.note(
    `${incident} is unfinished (${state === undefined ? "its journal is gone" : state.phase}` +
      `${state?.damaged === true ? ", its journal is damaged" : ""}); AWS's own deadline: ` +
      (until === undefined ? "not known here" : new Date(until).toISOString()),
  );
  const online = stage.online(watchOnline(progress));
  try {
    await progress.step(
      "resume.latch",
      () => online.ask("closeWithCloser", { dir, incident, practiceEndpoint: endpoint }),
      ({ begun, accounts, without }) => {
        if (!begun && state?.phase === "closed")
          return "NOT closed yet: the journal says that it is, but was damaged; quorum must look";
        if (!begun) return "nothing had been changed at AWS: the journal says so and is closed";
        const left = [
          ...accounts.filter(({ verdict }) => verdict !== "LATCHED"),
          ...without.map((accountId) => ({ accountId, verdict: "no closer session" })),
        ].map(({ accountId, verdict }) => `${accountId} (${verdict})`);
        const shut = accounts.filter(({ verdict }) => verdict === "LATCHED");
        const done = shut.map(({ accountId }) => accountId).join(", ");
        return [
          shut.length > 0 ? `closed at once with the closer's session: ${done}` : "",
          left.length > 0 || accounts.length === 0
            ? `NOT closed yet, quorum must: ${left.join(", ") || "accounts that the journal lost"}`
            : "",
        ]
          .filter((part) => part !== "")
          .join("; ");
      },
    );
  } finally {
    await online.end();
  }
}

/** Quorum and touch drive to rest whatever an unfinished journal names; nobody makes mistakes on purpose. */
export async function bringToRest(drill: Drill): Promise<void> {
  const { dir, progress, settings } = drill;
  const kept = new Set(await listClosers(dir));
  const begun = (await listJournals(dir)).filter(
    ({ incident, state }) => !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
  );
  const calm: Drill = { ...drill, cast: drill.calm };
  for (const { incident } of begun) {
    progress.title("Quorum and touch, to bring it to rest");
    await driveToRest(glassPorts(calm), flowPorts(calm), {
      ...incidentOf(calm, settings.duration),
      id: incident,
      reason: "bring to rest what was left open",
      accounts: await accountsBegun(dir, incident),
    });
  }
  await forgetClosers(dir);
}

/** The newest incident of this drill in which something was changed at AWS, by its journal; null: none. */
export async function touchedIncident(drill: Pick<Drill, "dir" | "settings">) {
  const own = new Set(ownStory(drill).map(({ evidence }) => evidence["incident"]));
  const journals = await listJournals(drill.dir);
  return (
    journals.findLast(
      ({ incident, state }) => own.has(incident) && state.accounts.some(({ touched }) => touched),
    ) ?? null
  );
}

/** The same with its closing's record. */
export async function closedIncident(drill: Drill) {
  const { dir, records, progress } = drill;
  const journal = await touchedIncident(drill);
  if (journal === null) return null;
  const { incident, state } = journal;
  const story = ownStory(drill);
  const closed = closingRecord(records, clock, subjectIn(dir), incident, story, state);
  if (closed.late) progress.note("the closing was complete and had no record yet");
  return { incident, ...closed };
}
