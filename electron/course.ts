import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readStory } from "../station/records-folder.ts";
import { recoverSealing } from "../station/recover-sealing.ts";
import { refuse } from "../station/errors.ts";
import { maybeOpen } from "../station/unfinished.ts";
import { hasVault } from "../station/vault-file.ts";
import { custodyAct } from "./custody-act.ts";
import { type Done, Left, tell } from "./desk.ts";
import { glassAct, type Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import { approve, restAct, shutFirst } from "./left-act.ts";
import { layPaper } from "./paper.ts";
import { startStage } from "./processes.ts";
import { recordsAct } from "./records-act.ts";
import { reviewAct, untilReviewed } from "./review-act.ts";
import { sealAct } from "./seal-act.ts";
import { homeOf, policyView, standingOf, vaultView } from "./standing.ts";
import {
  openPractice,
  openPracticeAws,
  openReal,
  practiceFolder,
  realFolder,
  realMediaRoots,
  runbookOf,
  type Station,
} from "./station.ts";
import { upkeepAct } from "./upkeep-act.ts";

/** The course of the app: what follows what, for as long as it runs. */
export async function run(house: House): Promise<never> {
  const real = realFolder(house.home);
  // What is real and may be open comes first, whatever else was left.
  let found = false;
  await turn(house, async () => {
    found = await shutFirst(house, real, null);
  });
  // Where nothing real is sealed, a practice that was left in its middle is taken up at once.
  const isReal = (): boolean => hasVault(real) || isInterrupted(real);
  await turn(house, async () => {
    if (!found && !isReal() && isBegun(practiceFolder(house.home))) await practise(house);
  });
  for (;;)
    await turn(house, async () => {
      const wasFound = found;
      found = false;
      if (wasFound || isReal()) await atTheStation(house, wasFound);
      else await atTheDoor(house);
    });
}

/** Whatever goes wrong in it, the app says so and goes on: there is always a next turn. */
async function turn({ desk }: House, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    desk.show({ mode: "REAL", screen: { kind: "first", begun: false } });
    tell(desk, error);
    await desk.next("practise", "go");
  }
}

const isBegun = (dir: string): boolean => existsSync(join(dir, "practice", "scene.json"));

/** Records of a vault without its file, or of a sealing that was proven and not committed. */
const isInterrupted = (dir: string): boolean =>
  readStory(dir).some(({ kind }) => kind === "sealed");

/** Nothing is sealed here yet: practise, or prepare the station. */
async function atTheDoor(house: House): Promise<void> {
  const { desk } = house;
  const begun = hasVault(practiceFolder(house.home));
  desk.show({ mode: "REAL", vault: null, access: null, screen: { kind: "first", begun } });
  const action = await desk.next("practise", "go");
  if (action.do === "practise") {
    if (action.fresh) rmSync(practiceFolder(house.home), { recursive: true, force: true });
    return practise(house);
  }
  let { to } = action;
  while (to === "setup" || to === "station")
    to = to === "setup" ? await setUp(house) : await aboutStation(house, null);
}

const SETUP = "setup.json";

type Place = Done<"go">["to"];

/** The twelve lines that prepare a station; ticks stay over a restart. Then the first sealing. */
async function setUp(house: House): Promise<Place> {
  const { desk, home, keep } = house;
  const file = join(home, SETUP);
  let done: string[] = ticksIn(file);
  for (;;) {
    desk.screen({ kind: "setup", done });
    const action = await desk.next("tickSetup", "go", "cancel", "next");
    if (action.do === "next") {
      // What stands in for Electron has none of its walls: nothing real is sealed there.
      if (house.standIn) desk.show({ notice: { code: "NO_ELECTRON", about: {} } });
      else {
        await sealFirst(house);
        return "home";
      }
      continue;
    }
    if (action.do === "go") return action.to;
    if (action.do === "cancel") return "home";
    done = action.done
      ? [...new Set([...done, action.line])]
      : done.filter((line) => line !== action.line);
    keep(file, JSON.stringify(done));
  }
}

function ticksIn(file: string): string[] {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(read) ? read.filter((line) => typeof line === "string") : [];
  } catch {
    // Never ticked, or unreadable: the list begins anew and loses nothing but ticks.
    return [];
  }
}

/** What is read aloud at the end of a sealing is printed and compared before anyone leaves. */
async function sealAndPrint(house: House, station: Station): Promise<void> {
  await sealAct(house, station);
  const { dir } = station;
  house.desk.show({ vault: vaultView(dir) });
  await recordAct(house, station, standingOf(dir), readStory(dir).length);
}

/** The first real vault of this station. What stops it leaves nothing that counts. */
async function sealFirst(house: House): Promise<void> {
  const { desk } = house;
  let station: Station | null = null;
  try {
    station = await openReal(house);
    recoverSealing(station.dir, readStory(station.dir), station.records, house.clock.now());
    await sealAndPrint(house, station);
  } catch (error) {
    if (error instanceof Left) return;
    tell(desk, error);
    await desk.next("next", "cancel");
  } finally {
    await station?.end();
  }
}

/** The real station, sealed: from home to whatever is asked there. */
async function atTheStation(house: House, found: boolean): Promise<void> {
  const { desk } = house;
  desk.show({ mode: "REAL" });
  let station: Station | null = null;
  try {
    station = await openReal(house);
    recoverSealing(station.dir, readStory(station.dir), station.records, house.clock.now());
    if (!hasVault(station.dir)) refuse("VAULT_MISSING");
    await sealed(house, station, found);
  } catch (error) {
    tell(desk, error);
    if ((Object(error) as { code?: unknown }).code === "CHAIN_NOT_VALID")
      await namedRecords(house, error);
    else await desk.next("next", "cancel", "practise", "go");
  } finally {
    await station?.end();
    desk.show({ vault: null, access: null });
  }
}

/** The records don't hold: they are shown with what is wrong, and nothing else is done. */
async function namedRecords(house: House, error: unknown): Promise<void> {
  const dir = realFolder(house.home);
  const asked = await recordsAct(house, { dir, mediaRoots: realMediaRoots() }, true);
  if (asked.do === "go" && asked.to === "home") await practise(house);
  else tell(house.desk, error);
}

/** The practice station, from its door to its end. */
async function practise(house: House): Promise<void> {
  const { desk } = house;
  const dir = practiceFolder(house.home);
  desk.show({ mode: "PRACTICE" });
  const begun = isBegun(dir);
  let stage = null;
  try {
    let found = false;
    if (begun) {
      const opened = await desk.busy("practice.open", () => openPracticeAws(house));
      ({ stage } = opened);
      found = await shutFirst(house, dir, opened.endpoint);
    } else stage = startStage(house.entries);
    const running = stage;
    const practice = await desk.busy("practice.open", () => openPractice(house, running, !begun));
    recoverSealing(dir, readStory(dir), practice.records, house.clock.now());
    while (!hasVault(dir)) {
      try {
        await sealAndPrint(house, practice);
      } catch (error) {
        if (error instanceof Left) throw error;
        tell(desk, error);
        await desk.next("next", "cancel", "endPractice");
        throw new Left();
      }
    }
    await sealed(house, practice, found);
  } catch (error) {
    if (!(error instanceof Left)) tell(desk, error);
  } finally {
    await stage?.end();
    desk.show({ mode: "REAL", vault: null, access: null, busy: null });
  }
}

/** A station with a vault: what was left is brought to rest, then home, until practice begins or ends. */
async function sealed(house: House, station: Station, found: boolean): Promise<void> {
  const { desk } = house;
  const { dir, mode } = station;
  desk.show({ vault: vaultView(dir) });
  for (let isShut = found; ; isShut = false) {
    if (!(await untilAtRest(house, station, isShut))) return;
    // A rotation makes another vault of it.
    const standing = standingOf(dir);
    desk.show({ vault: vaultView(dir) });
    desk.screen(homeOf(station, house.clock.now()));
    const away = mode === "PRACTICE" ? ("endPractice" as const) : ("practise" as const);
    const action = await desk.next("breakGlass", "go", "openRecord", "review", away);
    if (action.do === "endPractice") return;
    if (action.do === "practise") {
      await practise(house);
      continue;
    }
    try {
      if (action.do === "breakGlass") {
        const overrides = await untilReviewed(house, station, standing);
        const closed = await glassAct(house, station, standing, overrides);
        if (closed !== null) await recordAct(house, station, standing, closed.seq);
      } else if (action.do === "review") await reviewAct(house, station, standing, action.incident);
      else if (action.do === "openRecord") await recordAct(house, station, standing, action.seq);
      else await visit(house, station, action.to);
    } catch (error) {
      if (!(error instanceof Left)) tell(desk, error);
    }
  }
}

/**
 * Nothing else is offered while an access may be open, however often people stop on the way. `isShut`:
 * the closer has just tried. False: a rehearsal was left, which nothing real depends on.
 */
async function untilAtRest(house: House, station: Station, isShut: boolean): Promise<boolean> {
  const { desk } = house;
  const { dir, mode, endpoint } = station;
  for (let shut = isShut; shut || (await maybeOpen(dir)).length > 0; shut = false) {
    if (!shut) await shutFirst(house, dir, endpoint);
    const standing = standingOf(dir);
    try {
      const closed = await restAct(house, station, standing);
      if (closed !== null) await recordAct(house, station, standing, closed.seq);
    } catch (error) {
      if (!(error instanceof Left)) tell(desk, error);
      if (mode === "PRACTICE") return false;
    }
  }
  return true;
}

async function visit(house: House, station: Station, to: Place): Promise<void> {
  const { desk } = house;
  const { dir } = station;
  if (to === "station") return visit(house, station, await aboutStation(house, station));
  if (to === "upkeep")
    return visit(house, station, await upkeepAct(house, station, standingOf(dir)));
  if (to === "runbook") {
    const { markdown, sound } = runbookOf(dir);
    desk.screen({ kind: "runbook", markdown });
    if (!sound) desk.show({ notice: { code: "RUNBOOK_CHANGED", about: {} } });
  } else if (to !== "records" && to !== "custody") return;
  const action =
    to === "records"
      ? await recordsAct(house, station, false)
      : to === "custody"
        ? await custodyAct(house, station)
        : await desk.next("go", "cancel", "openRecord");
  if (action.do === "openRecord") return recordAct(house, station, standingOf(dir), action.seq);
  if (action.do === "go" && action.to !== "home") return visit(house, station, action.to);
}

async function aboutStation(house: House, station: Station | null): Promise<Place> {
  const { desk } = house;
  // The practice keys are always plugged in; at USB only a ceremony's own process looks.
  const present = station?.mode === "PRACTICE" ? true : null;
  const keys = station === null ? [] : standingOf(station.dir).keys;
  desk.screen({
    kind: "station",
    keys: keys.map((label) => ({ label, present })),
    policy: station === null ? null : policyView(station.dir),
  });
  const action = await desk.next("go", "cancel");
  return action.do === "go" ? action.to : "home";
}

/** One record on paper: checked, shown, printed, approved by touch. */
async function recordAct(
  house: House,
  station: Station,
  standing: Standing,
  seq: number,
): Promise<void> {
  const { desk } = house;
  const { dir } = station;
  for (;;) {
    const paper = layPaper(house, dir, standing, seq);
    desk.screen({ kind: "record", ...paper, folder: dir });
    const action = await desk.next("next", "cancel", "approve", "go");
    if (action.do === "go" && action.to !== "home") return visit(house, station, action.to);
    if (action.do !== "approve") return;
    const told = readStory(dir).find(({ written }) => written.seq === seq);
    if (told === undefined) return;
    try {
      await approve(house, station, standing, { ...told.written, kind: told.kind });
    } catch (error) {
      if (!(error instanceof Left)) tell(desk, error);
    }
  }
}
