import { approveByTouch } from "../ceremony/approval.ts";
import type { Written } from "../ceremony/ports.ts";
import { closingRecord, driveToRest } from "../ceremony/rest.ts";
import type { JournalState } from "../ceremony/access/journal.ts";
import type { LineView, ScreenOf } from "../contract/app.ts";
import { listClosers, listJournals } from "../station/journal-file.ts";
import { readStory } from "../station/records-folder.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { forgetClosers, isSettled, maybeOpen } from "../station/unfinished.ts";
import { cableOut, untilIsolated } from "./cable.ts";
import { glassPorts, type Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";
import { startOnline } from "./processes.ts";

/**
 * The first thing at every start: whatever may be open is shut with the closer's session, before
 * anything may be refused; neither records nor scene need to be sound for it. The screen says what
 * was found. True when there was something.
 */
export async function shutFirst(
  house: House,
  dir: string,
  endpoint: string | null,
): Promise<boolean> {
  const left = await maybeOpen(dir);
  let seen = left.length === 0;
  for (const incident of left) seen = await shut(house, dir, endpoint, incident);
  if (!seen) await house.desk.next("next");
  return left.length > 0;
}

const leftScreen = (incident: string, state: JournalState | undefined): ScreenOf<"left"> => ({
  kind: "left",
  incident,
  accounts: state?.header?.accounts.map(({ accountId }) => accountId) ?? [],
  untilMs: state?.deadline?.untilMs ?? null,
  latched: state?.accounts.every(({ latchedByCloser }) => latchedByCloser) === true,
  lines: [],
});

/** True when people went on by themselves, without a cable. */

async function shut(
  house: House,
  dir: string,
  endpoint: string | null,
  incident: string,
): Promise<boolean> {
  const { desk, clock, entries } = house;
  const state = (await listJournals(dir)).find((one) => one.incident === incident)?.state;
  const lineOf = (id: string, at: LineView["state"]): LineView => ({
    id,
    state: at,
    at: at === "done" ? clock.now() : null,
    about: {},
  });
  const line = (at: LineView["state"]): LineView[] => [lineOf("latched", at)];
  const screen = { ...leftScreen(incident, state), latched: false };
  if (endpoint === null && house.linksUp().length === 0) {
    // The closer's session is worth nothing without a cable; custodians may go on without it.
    desk.screen({ ...screen, lines: [lineOf("link", "now"), lineOf("latched", "later")] });
    const asked = desk.next("next");
    while (house.linksUp().length === 0)
      if ((await Promise.race([asked, house.linksChanged().then(() => null)])) !== null)
        return true;
  }
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
  return false;
}

/** Who was named when the glass was broken; a crash took the screen that had it. */
function peopleOf(dir: string, incident: string, { people }: Station) {
  const broken = readStory(dir).findLast(
    ({ kind, evidence }) => kind === "glass-broken" && evidence["incident"] === incident,
  );
  const { officer = people.officer, responder = people.responder } = broken?.who ?? {};
  return { officer: officer || "not named", responder: responder || "not named" };
}

/**
 * Custodians and a key drive to rest what the closer shut, and the closing is recorded; the last
 * incident's closing record is answered, null when nothing had been begun.
 */
export async function restAct(
  house: House,
  station: Station,
  standing: Standing,
): Promise<Written | null> {
  const { desk, clock } = house;
  const { dir, records } = station;
  const kept = new Set(await listClosers(dir));
  const begun = (await listJournals(dir)).filter(
    ({ incident, state }) => !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
  );
  for (const { incident, state } of begun) {
    const people = peopleOf(dir, incident, station);
    await untilIsolated(house, station, "rest");
    const { glass, flow } = glassPorts(house, station, standing, "rest");
    desk.screen({
      kind: "glass",
      purpose: "rest",
      asking: false,
      step: "custodians",
      times: {},
      incident: {
        id: incident,
        reason: "Bring to rest what a crash left open",
        ...people,
        durationSeconds: 0,
        maxDurationSeconds: 0,
        overrides: [],
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
      ...people,
      durationSeconds: 60,
    });
    await cableOut(house, station);
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
  station: Station,
  standing: Standing,
  record: Written & { readonly kind: string },
): Promise<Written> {
  const { glass } = glassPorts(house, station, standing);
  return approveByTouch(glass, station.dir, record);
}
