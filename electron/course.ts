import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readStory } from "../station/records-folder.ts";
import { lockFolder } from "../station/lock.ts";
import { refuse } from "../station/errors.ts";
import { finishRestored } from "../station/restore.ts";
import { maybeOpen } from "../station/unfinished.ts";
import { hasVault } from "../station/vault-file.ts";
import { CodedError } from "../crypto/errors.ts";
import { aboutStation } from "./about-station.ts";
import { copyAct } from "./copy-act.ts";
import { custodyAct } from "./custody-act.ts";
import { drillAct } from "./drill/act.ts";
import { settleCutOff } from "./drill/begun.ts";
import { type AppCode, type Done, Left, tell } from "./desk.ts";
import { glassAct } from "./glass-act.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import { approve, recordClosings, restAct, shutFirst } from "./left-act.ts";
import { layPaper } from "./paper.ts";
import { startStage } from "./processes.ts";
import { recordsAct } from "./records-act.ts";
import { takeUp, tellRemains } from "./remains.ts";
import { reviewAct, untilReviewed } from "./review-act.ts";
import { type Anew, restoreAct } from "./restore-act.ts";
import { sealAct } from "./seal-act.ts";
import { untilPrimary } from "./spare-act.ts";
import { homeOf, spareAt, standingOf, vaultView } from "./standing.ts";
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
  const isReal = (): boolean => hasVault(real) || isInterrupted(real);
  for (let isStart = true; ; isStart = false)
    await turn(house, async () => {
      // What stands in for Electron has none of its walls: what is real there is left alone.
      if (house.standIn && isReal()) throw new CodedError<AppCode>("REAL_NEEDS_ELECTRON");
      // A restore that lacks nothing but its name gets it: before that nothing stands here.
      if (isStart && !house.standIn) await finishRestored(real);
      // What is real and may be open comes first, whatever else was left, at every turn.
      const found = existsSync(real) && (await alone(real, () => shutFirst(house, real, null)));
      const ground = { dir: real, mode: "REAL" } as const;
      // Of a first sealing that was cut off only this tells: there is no vault, and no record.
      if (isStart && !isReal() && !house.standIn && existsSync(real))
        await alone(real, () => tellRemains(house, ground, { later: true }));
      if (found || isReal()) await atTheStation(house, found);
      // Where nothing real is sealed, a practice that was left in its middle is taken up at once.
      else if (isStart && isBegun(practiceFolder(house.home))) await practise(house);
      else await atTheDoor(house);
    });
}

/** Under the folder's lock: what another program has open is not taken from its hands. */
async function alone<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const release = lockFolder(dir);
  try {
    return await work();
  } finally {
    release();
  }
}

/** Whatever goes wrong in it, the app says so and goes on: there is always a next turn. */
async function turn(house: House, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    house.desk.show({ mode: "REAL" });
    await stopped(house, error);
  }
}

/** Says what ended the work, and nothing that is not known; people go on, or practise meanwhile. */
async function stopped(house: House, error: unknown): Promise<void> {
  const { desk } = house;
  desk.screen({ kind: "stopped" });
  tell(desk, error);
  // What may be open is not left for a rehearsal.
  if (desk.view.access !== null) await desk.next("next");
  else if ((await desk.next("next", "practise")).do === "practise") await practise(house);
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
  const action = await desk.next("practise", "go", "restore");
  if (action.do === "restore") return restoreHere(house);
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
  try {
    await sealAct(house, station);
  } catch (error) {
    // Whoever stops it may have a card in hand.
    if (error instanceof Left) {
      takeUp(house, station);
      await tellRemains(house, station);
    }
    throw error;
  }
  const { dir } = station;
  house.desk.show({ vault: vaultView(dir) });
  const standing = standingOf(dir);
  await recordAct(house, station, standing, readStory(dir).length);
  await tellRemains(house, station);
}

/** The first real vault of this station. What stops it leaves nothing that counts. */
async function sealFirst(house: House): Promise<void> {
  const { desk } = house;
  let station: Station | null = null;
  try {
    station = await openReal(house);
    takeUp(house, station);
    await tellRemains(house, station);
    await sealAndPrint(house, station);
  } catch (error) {
    if (error instanceof Left) return;
    tell(desk, error);
    await desk.next("next", "cancel");
  } finally {
    await station?.end();
  }
}

/** A station again, from a copy on a stick; what is to be compared later is printed first. */
async function restoreHere(house: House, anew: Anew | null = null): Promise<void> {
  const { desk, home } = house;
  // What stands in for Electron has none of its walls: nothing real is kept there.
  if (house.standIn) return desk.show({ notice: { code: "NO_ELECTRON", about: {} } });
  let station: Station | null = null;
  try {
    const seq = await restoreAct(house, realFolder(home), anew);
    station = await openReal(house);
    const { dir } = station;
    desk.show({ vault: vaultView(dir) });
    await recordAct(house, station, standingOf(dir), seq);
  } catch (error) {
    // The door, or home, says it.
    if (!(error instanceof Left)) tell(desk, error);
  } finally {
    await station?.end();
  }
}

/** The real station, sealed: from home to whatever is asked there. */
async function atTheStation(house: House, found: boolean): Promise<void> {
  const { desk } = house;
  desk.show({ mode: "REAL" });
  let station: Station | null = null;
  let anew: Anew | null = null;
  try {
    station = await openReal(house);
    takeUp(house, station);
    if (!hasVault(station.dir)) refuse("VAULT_MISSING");
    anew = await sealed(house, station, found);
  } catch (error) {
    if ((Object(error) as { code?: unknown }).code === "CHAIN_NOT_VALID") {
      tell(desk, error);
      await namedRecords(house, error);
    } else await stopped(house, error);
  } finally {
    await station?.end();
    desk.show({ vault: null });
  }
  // Its folder is nobody's now.
  if (anew !== null) await restoreHere(house, anew);
}

/** The records don't hold: they are shown with what is wrong, and nothing else is done. */
async function namedRecords(house: House, error: unknown): Promise<void> {
  const dir = realFolder(house.home);
  const asked = await recordsAct(house, { dir, mediaRoots: realMediaRoots() }, true);
  if (asked.do === "go" && asked.to === "home" && house.desk.view.access === null)
    await practise(house);
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
    takeUp(house, practice);
    while (!hasVault(dir)) {
      await tellRemains(house, practice);
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

/**
 * A station with a vault: what was left is brought to rest, then home, until practice ends, or a spare is
 * to be restored anew: which one is the answer then.
 */
async function sealed(house: House, station: Station, found: boolean): Promise<Anew | null> {
  const { desk } = house;
  const { dir, mode } = station;
  desk.show({ vault: vaultView(dir) });
  for (let isShut = found, isStart = true; ; isShut = false, isStart = false) {
    if (!(await untilAtRest(house, station, isShut))) return null;
    settleCutOff(house, station);
    if (isStart) await tellRemains(house, station, { later: true });
    // A rotation makes another vault of it.
    const standing = standingOf(dir);
    desk.show({ vault: vaultView(dir) });
    desk.screen(homeOf(station, house.clock.now()));
    const spare = mode === "REAL" ? spareAt(dir) : null;
    const away = mode === "PRACTICE" ? ("endPractice" as const) : ("practise" as const);
    const refresh = spare === null ? [] : (["restore"] as const);
    const action = await desk.next("breakGlass", "go", "openRecord", "review", away, ...refresh);
    if (action.do === "endPractice") return null;
    if (action.do === "restore") return { vaultId: standing.vaultId, upTo: spare?.upTo ?? 0 };
    if (action.do === "practise") {
      await practise(house);
      continue;
    }
    try {
      if (action.do === "breakGlass") {
        await untilPrimary(house, station, "open");
        const overrides = await untilReviewed(house, station, standing);
        const closed = await glassAct(house, station, standing, overrides);
        if (closed === null) continue;
        if (!(await untilAtRest(house, station, false))) return null;
        await recordAct(house, station, standing, closed.seq);
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
  let seq: number | null = null;
  for (let shut = isShut; shut || (await maybeOpen(dir)).length > 0; shut = false) {
    if (!shut) await shutFirst(house, dir, endpoint);
    const standing = standingOf(dir);
    try {
      const closed = await restAct(house, station, standing);
      seq = closed?.seq ?? seq;
    } catch (error) {
      if (!(error instanceof Left)) tell(desk, error);
      if (mode === "PRACTICE") return false;
    }
  }
  desk.show({ access: null });
  seq = (await recordClosings(house, station))?.seq ?? seq;
  if (seq !== null) await recordAct(house, station, standingOf(dir), seq);
  return true;
}

async function visit(house: House, station: Station, to: Place): Promise<void> {
  const { desk } = house;
  const { dir } = station;
  if (to === "station") return visit(house, station, await aboutStation(house, station));
  if (to === "upkeep")
    return visit(house, station, await upkeepAct(house, station, standingOf(dir)));
  if (to === "drill")
    return recordAct(house, station, standingOf(dir), await drillAct(house, station));
  if (to === "runbook") {
    const { markdown, sound } = runbookOf(dir);
    desk.screen({ kind: "runbook", markdown });
    if (!sound) desk.show({ notice: { code: "RUNBOOK_CHANGED", about: {} } });
  } else if (to !== "records" && to !== "custody" && to !== "copy") return;
  const action =
    to === "records"
      ? await recordsAct(house, station, false)
      : to === "custody"
        ? await custodyAct(house, station)
        : to === "copy"
          ? await copyAct(house, station)
          : await desk.next("go", "cancel", "openRecord");
  if (action.do === "openRecord") return recordAct(house, station, standingOf(dir), action.seq);
  if (action.do === "go" && action.to !== "home") return visit(house, station, action.to);
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
