import { approveByTouch } from "../ceremony/approval.ts";
import type { Written } from "../ceremony/ports.ts";
import { Pulse } from "../ceremony/pulse.ts";
import { driveToRest } from "../ceremony/rest.ts";
import { isSettled, type JournalState } from "../ceremony/access/journal.ts";
import type { LineView, ScreenOf } from "../contract/app.ts";
import { accountsBegun, listClosers, listJournals } from "../station/journal-file.ts";
import { readStory } from "../station/records-folder.ts";
import { forgetClosers, maybeOpen, recordClosings as everyClosing } from "../station/unfinished.ts";
import { CLOSING_BEGUN, heard, Steps } from "./asking.ts";
import { cableOut, untilIsolated } from "./cable.ts";
import { glassPorts, type Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";
import { startOnline } from "./processes.ts";
import { type Stands, withWaysOut } from "./ways-out.ts";
import { isAgain, isAtRest } from "./while-open.ts";

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
  let seen = true;
  for (const incident of left) {
    const isSeen = await shut(house, dir, endpoint, incident);
    seen &&= isSeen;
  }
  if (!seen) await house.desk.next("next");
  if ((await maybeOpen(dir)).length === 0) house.desk.show({ access: null });
  return left.length > 0;
}

const leftScreen = (incident: string, state: JournalState | undefined): ScreenOf<"left"> => ({
  kind: "left",
  incident,
  accounts: state?.header?.accounts.map(({ accountId }) => accountId) ?? [],
  untilMs: state?.deadline?.untilMs ?? null,
  latched: state?.accounts.every(({ latchedByCloser }) => latchedByCloser) === true,
  lines: [],
  asking: null,
});

/**
 * It can be stopped, and once it hangs ended; custodians may go on without its answer then.
 * True when nobody need look at it: people went on by themselves, or nothing was begun.
 */
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
  const { accounts, untilMs } = screen;
  desk.show({ access: { incident, untilMs, accounts } });
  if (endpoint === null && house.linksUp().length === 0) {
    // The closer's session is worth nothing without a cable; custodians may go on without it.
    desk.screen({ ...screen, lines: [lineOf("link", "now"), lineOf("latched", "later")] });
    const asked = desk.next("next");
    while (house.linksUp().length === 0)
      if ((await Promise.race([asked, house.linksChanged().then(() => null)])) !== null)
        return true;
  }
  desk.screen({ ...screen, lines: line("now") });
  const steps = new Steps();
  steps.begin(incident, accounts);
  const pulse = new Pulse(clock);
  const online = startOnline(entries, (view) => {
    pulse.heard(view);
    heard(house, view, () => undefined, steps);
  });
  const { promise: wentOn, resolve: goOn } = Promise.withResolvers<null>();
  const ways = {
    online: () => online,
    pulse,
    stands: (asking: Stands) => desk.amend("left", { asking }),
    goOn: () => goOn(null),
  };
  try {
    const asked = { dir, incident, practiceEndpoint: endpoint };
    const answer = await withWaysOut(house, ways, () =>
      Promise.race([online.ask("closeWithCloser", asked), wentOn]),
    );
    if (answer === null) return true;
    const { begun, accounts: told, without } = answer;
    if (!begun) {
      desk.show({ notice: { code: "NOTHING_BEGUN", about: { incident } } });
      return true;
    }
    // A journal that names no account says nothing about what is shut.
    const isNamed = told.length > 0 && without.length === 0;
    const latched = isNamed && told.every(({ verdict }) => verdict === "LATCHED");
    desk.screen({ ...screen, latched, lines: line(latched ? "done" : "failed") });
    if (state === undefined)
      desk.show({ notice: { code: "CLOSER_ALONE", about: { file: `open/${incident}.close` } } });
  } catch (error) {
    const { screen: before } = desk.view;
    desk.screen({ ...screen, lines: line("failed") });
    const { code, about } = error as { code?: string; about?: Record<string, string | number> };
    // Ended by hand: nobody need be told.
    if (before.kind === "left" && before.asking === "silent" && code === "PROCESS_ENDED")
      return false;
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
 * Custodians and a key drive to rest what was left open, and every closing is recorded: the last
 * one's record is answered, null when none was begun. `Left` when people stop before.
 */
export async function restAct(
  house: House,
  station: Station,
  standing: Standing,
): Promise<Written | null> {
  const { desk } = house;
  const { dir } = station;
  let last: Written | null = null;
  const kept = new Set(await listClosers(dir));
  const begun = (await listJournals(dir)).filter(
    ({ incident, state }) => !isSettled(state) && (state.phase !== "closed" || kept.has(incident)),
  );
  for (const { incident, state } of begun) {
    const people = peopleOf(dir, incident, station);
    await untilIsolated(house, station, "rest");
    const { glass, flow, steps } = glassPorts(house, station, standing, "rest");
    const accounts = state.header?.accounts.map(({ accountId }) => accountId) ?? [];
    steps.begin(incident, accounts);
    desk.screen({
      kind: "glass",
      purpose: "rest",
      asking: false,
      silent: false,
      step: "custodians",
      times: {},
      incident: {
        id: incident,
        reason: "Bring to rest what was left open",
        ...people,
        durationSeconds: 0,
        accounts: [],
        maxDurationSeconds: 0,
        overrides: [],
      },
      sealed: [],
      seats: [],
      threshold: standing.threshold,
      others: standing.custodians.filter((name) => name !== station.drill?.absent.missing),
      refused: null,
      keys: [...standing.openers],
      lines: [],
      accounts,
      notOpened: [],
      untilMs: null,
      ticks: {},
      markdown: "",
      expired: false,
      onSticks: [],
      dead: null,
    });
    const asked = {
      dir,
      id: incident,
      reason: "bring to rest what was left open",
      ...people,
      durationSeconds: 60,
      accounts: await accountsBegun(dir, incident),
    };
    let isDead = false;
    const rested = await driveToRest(glass, flow, asked, async (end) => {
      isDead = end.dead && (await isAtRest(asked));
      const again = await isAgain(house, steps, { ...end, dead: isDead });
      if (again) {
        steps.again();
        desk.amend("glass", { lines: CLOSING_BEGUN, dead: null });
      }
      return again;
    });
    last = rested?.record ?? last;
    if (isDead) await cableOut(house, station);
  }
  await forgetClosers(dir);
  return last;
}

/** The last record of a closing that a crash had left out of the chain; null when none was missing. */
export async function recordClosings(house: House, station: Station): Promise<Written | null> {
  const closings = await everyClosing(station.dir, station.records, house.clock);
  return closings.findLast(({ late }) => late) ?? null;
}

/** A key's touch approves a record, once the cable is out: its PIN is a secret as well. */
export async function approve(
  house: House,
  station: Station,
  standing: Standing,
  record: Written & { readonly kind: string },
  /** The key that is asked for; the first one enrolled unless given. */
  label?: string,
): Promise<Written> {
  await untilIsolated(house, station, "approve");
  const { glass } = glassPorts(house, station, standing);
  return approveByTouch(glass, station.dir, record, label);
}
