import { approveByTouch } from "../ceremony/approval.ts";
import type { Written } from "../ceremony/ports.ts";
import { closingRecord, driveToRest } from "../ceremony/rest.ts";
import type { LineView } from "../contract/app.ts";
import { listClosers, listJournals } from "../station/journal-file.ts";
import { readStory } from "../station/records-folder.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { forgetClosers, isSettled, maybeOpen } from "../station/unfinished.ts";
import { glassPorts, type Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import type { Practice } from "./practice.ts";
import { startOnline } from "./processes.ts";

/**
 * The first thing at every start: whatever may be open is shut with the closer's session, before
 * anything may be refused; neither records nor scene need to be sound for it. The screen says what
 * was found. True when there was something.
 */
export async function shutFirst(house: House, dir: string, endpoint: string): Promise<boolean> {
  const left = await maybeOpen(dir);
  for (const incident of left) await shut(house, dir, endpoint, incident);
  return left.length > 0;
}

async function shut(house: House, dir: string, endpoint: string, incident: string): Promise<void> {
  const { desk, clock, entries } = house;
  const state = (await listJournals(dir)).find((one) => one.incident === incident)?.state;
  const line = (state_: LineView["state"]): LineView[] => [
    { id: "latched", state: state_, at: state_ === "done" ? clock.now() : null, about: {} },
  ];
  const accounts = state?.header?.accounts.map(({ accountId }) => accountId) ?? [];
  const screen = {
    kind: "left",
    incident,
    accounts,
    untilMs: state?.deadline?.untilMs ?? null,
    latched: false,
  } as const;
  desk.screen({ ...screen, lines: line("now") });
  const online = startOnline(entries, () => undefined);
  try {
    const asked = { dir, incident, practiceEndpoint: endpoint };
    const { accounts: told, without } = await desk.busy("left.close", () =>
      online.ask("closeWithCloser", asked),
    );
    const latched = without.length === 0 && told.every(({ verdict }) => verdict === "LATCHED");
    desk.screen({ ...screen, latched, lines: line(latched ? "done" : "failed") });
  } catch (error) {
    desk.screen({ ...screen, lines: line("failed") });
    const { code, about } = error as { code?: string; about?: Record<string, string | number> };
    desk.show({ notice: { code: code ?? "UNEXPECTED", about: about ?? {} } });
  } finally {
    await online.end();
  }
}

/**
 * Custodians and a key drive to rest what the closer shut, and the closing is recorded; the last
 * incident's closing record is answered, null when nothing had been begun.
 */
export async function restAct(
  house: House,
  practice: Practice,
  standing: Standing,
): Promise<Written | null> {
  const { desk, clock } = house;
  const { dir, records, scene } = practice;
  const kept = new Set(await listClosers(dir));
  const begun = (await listJournals(dir)).filter(
    ({ incident, state }) => !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
  );
  for (const { incident, state } of begun) {
    const { screen } = desk.view;
    if (screen.kind === "left") await desk.next("next");
    const { glass, flow } = glassPorts(house, practice, standing);
    desk.screen({
      kind: "glass",
      step: "custodians",
      times: {},
      incident: {
        id: incident,
        reason: "Bring to rest what a crash left open",
        officer: scene.people.officer,
        responder: scene.people.responder,
        durationSeconds: 0,
        maxDurationSeconds: 0,
      },
      seats: [],
      threshold: standing.threshold,
      others: [...standing.custodians],
      refused: null,
      keys: [...standing.keys],
      lines: [],
      accounts: state.header?.accounts.map(({ accountId }) => accountId) ?? [],
      untilMs: null,
      ticks: {},
      markdown: "",
      expired: false,
      dead: null,
    });
    await driveToRest(glass, flow, {
      dir,
      id: incident,
      reason: "bring to rest what a crash left open",
      responder: scene.people.responder,
      officer: scene.people.officer,
      durationSeconds: 60,
    });
  }
  await forgetClosers(dir);
  const last = (await listJournals(dir)).findLast(({ state }) =>
    state.accounts.some(({ touched }) => touched),
  );
  const committed = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (last === undefined || committed === undefined) return null;
  return closingRecord(
    records,
    clock,
    subjectOf(committed),
    last.incident,
    readStory(dir),
    last.state,
  );
}

/** A key's touch approves a record. */
export function approve(
  house: House,
  practice: Practice,
  standing: Standing,
  record: Written & { readonly kind: string },
): Promise<Written> {
  const { glass } = glassPorts(house, practice, standing);
  return approveByTouch(glass, practice.dir, record);
}
