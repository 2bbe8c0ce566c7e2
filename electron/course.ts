import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { AppView, Screen } from "../contract/app.ts";
import { hex } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { readPolicy } from "../station/inputs.ts";
import { readStory } from "../station/records-folder.ts";
import { recoverSealing } from "../station/recover-sealing.ts";
import { hasVault, readVault } from "../station/vault-file.ts";
import { type Done, Left } from "./desk.ts";
import { glassAct, type Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import { approve, restAct, shutFirst } from "./left-act.ts";
import { layPaper } from "./paper.ts";
import { openPractice, openPracticeAws, type Practice, practiceFolder } from "./practice.ts";
import { startStage } from "./processes.ts";
import { runbookOf, sealAct } from "./seal-act.ts";

/** The course of the app: what follows what, for as long as it runs. */
export async function run(house: House): Promise<never> {
  // A practice that was left in its middle is taken up before anything else is offered.
  if (isBegun(practiceFolder(house.home))) await practise(house);
  for (;;) await atTheDoor(house);
}

const isBegun = (dir: string): boolean => existsSync(join(dir, "practice", "scene.json"));

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

/** The twelve lines that prepare a station; ticks stay over a restart. */
async function setUp({ desk, home, keep }: House): Promise<Place> {
  const file = join(home, SETUP);
  let done: string[] = ticksIn(file);
  for (;;) {
    desk.screen({ kind: "setup", done });
    const action = await desk.next("tickSetup", "go", "cancel", "next");
    if (action.do === "next") {
      desk.show({ notice: { code: "STATION_NOT_READY", about: {} } });
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
    await stations(house, practice, found);
  } catch (error) {
    if (!(error instanceof Left)) tell(house, error);
  } finally {
    await stage?.end();
    desk.show({ mode: "REAL", vault: null, access: null, busy: null });
  }
}

/** What went wrong is said on the screen that was left, until somebody goes on. */
function tell({ desk }: House, error: unknown): void {
  const { code, about } = Object(error) as { code?: unknown; about?: unknown };
  const isCoded = typeof code === "string" && typeof about === "object" && about !== null;
  desk.show({
    busy: null,
    notice: isCoded
      ? { code, about: about as Record<string, string | number> }
      : {
          code: "UNEXPECTED",
          about: { kind: error instanceof Error ? error.name : typeof error },
        },
  });
}

async function stations(house: House, practice: Practice, found: boolean): Promise<void> {
  const { desk } = house;
  const { dir } = practice;
  let isFresh = false;
  while (!hasVault(dir)) {
    try {
      await sealAct(house, practice);
      isFresh = true;
    } catch (error) {
      if (error instanceof Left) throw error;
      tell(house, error);
      await desk.next("next", "cancel", "endPractice");
      throw new Left();
    }
  }
  const standing = standingOf(dir);
  desk.show({ vault: vaultView(dir) });
  // What was just read aloud is printed and compared before anyone leaves.
  if (isFresh) await recordAct(house, practice, standing, readStory(dir).length);
  if (found) {
    try {
      const closed = await restAct(house, practice, standing);
      if (closed !== null) await recordAct(house, practice, standing, closed.seq);
    } catch (error) {
      // Left: the closer has shut it, and home says that it is not at rest.
      if (!(error instanceof Left)) tell(house, error);
    }
  }
  for (;;) {
    desk.screen(homeOf(practice));
    const action = await desk.next("breakGlass", "go", "endPractice", "openRecord");
    if (action.do === "endPractice") return;
    try {
      if (action.do === "breakGlass") {
        const closed = await glassAct(house, practice, standing);
        if (closed !== null) await recordAct(house, practice, standing, closed.seq);
      } else if (action.do === "openRecord") await recordAct(house, practice, standing, action.seq);
      else await visit(house, practice, action.to);
    } catch (error) {
      if (!(error instanceof Left)) tell(house, error);
    }
  }
}

async function visit(house: House, practice: Practice, to: Place): Promise<void> {
  const { desk } = house;
  const { dir } = practice;
  if (to === "station") return visit(house, practice, await aboutStation(house, practice));
  if (to === "runbook") desk.screen({ kind: "runbook", markdown: runbookOf(dir) });
  else if (to === "records") {
    const { verdict } = layPaper(house, dir, vaultView(dir), null);
    desk.screen({ kind: "records", rows: rowsOf(dir), verdict });
  } else return;
  const action = await desk.next("go", "cancel", "openRecord");
  if (action.do === "openRecord") return recordAct(house, practice, standingOf(dir), action.seq);
  if (action.do === "go" && action.to !== "home") return visit(house, practice, action.to);
}

async function aboutStation(house: House, practice: Practice | null): Promise<Place> {
  const { desk } = house;
  desk.screen({
    kind: "station",
    links: house.linksUp().map((name) => ({ name, up: true })),
    keys: (practice?.scene.keyLabels ?? []).map((label) => ({ label, present: true })),
    policy: practice === null ? null : policyView(practice.scene.policyFile),
  });
  const action = await desk.next("go", "cancel");
  return action.do === "go" ? action.to : "home";
}

function policyView(file: string) {
  const { proof: _, reaperMaxHours: __, regions, ...policy } = readPolicy(file);
  return { ...policy, regions: [...regions] };
}

/** One record on paper: checked, shown, printed, approved by touch. */
async function recordAct(
  house: House,
  practice: Practice,
  standing: Standing,
  seq: number,
): Promise<void> {
  const { desk } = house;
  const { dir } = practice;
  for (;;) {
    const paper = layPaper(house, dir, standing, seq);
    desk.screen({ kind: "record", ...paper, folder: dir });
    const action = await desk.next("next", "cancel", "approve", "go");
    if (action.do === "go" && action.to !== "home") return visit(house, practice, action.to);
    if (action.do !== "approve") return;
    const told = readStory(dir).find(({ written }) => written.seq === seq);
    if (told === undefined) return;
    try {
      await approve(house, practice, standing, { ...told.written, kind: told.kind });
    } catch (error) {
      if (!(error instanceof Left)) tell(house, error);
    }
  }
}

function headerOf(dir: string) {
  const { header, epoch } = parseVault(readVault(dir));
  return { header, epoch };
}

function standingOf(dir: string): Standing {
  const { header, epoch } = headerOf(dir);
  return {
    name: header.name,
    vaultId: hex(epoch.vaultId),
    epoch: epoch.epoch,
    threshold: header.threshold,
    custodians: header.custodians.map(({ name }) => name),
    keys: header.keys.map(({ label }) => label),
  };
}

function vaultView(dir: string): NonNullable<AppView["vault"]> {
  const { header } = headerOf(dir);
  const { custodians, keys, ...rest } = standingOf(dir);
  return {
    ...rest,
    custodians: [...custodians],
    keys: [...keys],
    sealedAt: header.createdAt,
  };
}

const rowsOf = (dir: string) =>
  readStory(dir)
    .map(({ written, kind, at, why }) => ({ seq: written.seq, kind, at: at.time, why }))
    .toReversed();

const PAST = 4;

const homeOf = ({ dir }: Practice): Screen => ({
  kind: "home",
  due: [],
  past: rowsOf(dir).slice(0, PAST),
});
