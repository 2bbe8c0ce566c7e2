import { copiedEntry, lastCopy } from "../ceremony/copied.ts";
import type { ScreenOf } from "../contract/app.ts";
import { refuse } from "../station/errors.ts";
import { importSticks, isStick, oneStick, sticksUnder } from "../station/media.ts";
import { readStory } from "../station/records-folder.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { untilIsolated } from "./cable.ts";
import { type Done, tell } from "./desk.ts";
import type { House } from "./house.ts";
import { inReview } from "./processes.ts";
import { standingOf } from "./standing.ts";
import type { Station } from "./station.ts";

/** How often the sticks are looked at. */
const LOOK_MS = 1_000;

/**
 * Writes the vault's folder to a custodian's stick, by the process that may read what lies there, and
 * records it. Answers where people go next. `Left`: the cable stayed in.
 */
export async function copyAct(house: House, station: Station): Promise<Done<"go">> {
  const { desk } = house;
  await untilIsolated(house, station, "copy");
  let done: ScreenOf<"copy">["done"] = null;
  for (;;) {
    const { custodians, epoch } = standingOf(station.dir);
    const sticks = sticksOf(station).map(({ name }) => name);
    desk.screen({
      kind: "copy",
      sticks,
      custodians: [...custodians],
      epoch,
      last: lastCopy(readStory(station.dir)),
      done,
    });
    const action = await pressedOrChanged(house, station, sticks);
    if (action === null) continue;
    if (action.do === "cancel") return { do: "go", to: "upkeep" };
    if (action.do === "go") return action;
    try {
      done = await written(house, station, action.holder);
    } catch (error) {
      done = null;
      tell(desk, error);
    }
  }
}

/** Without import sticks, and in earnest without folders that nothing is mounted on, while others are there. */
function sticksOf({ mode, mediaRoots }: Station) {
  const imports = new Set(importSticks(mediaRoots).map(({ folder }) => folder));
  const all = sticksUnder(mediaRoots);
  const mounted = all.filter(({ folder }) => isStick(mode)(folder));
  const found = mounted.length > 0 ? mounted : all;
  const own = found.filter(({ folder }) => !imports.has(folder));
  return own.length > 0 ? own : found;
}

async function pressedOrChanged(
  { desk, pause }: House,
  station: Station,
  sticks: readonly string[],
): Promise<Done<"writeCopy" | "go" | "cancel"> | null> {
  const pressed = desk.next("writeCopy", "go", "cancel");
  for (;;) {
    const action = await Promise.race([pressed, pause(LOOK_MS).then(() => null)]);
    if (action !== null) return action;
    const now = sticksOf(station).map(({ name }) => name);
    if (JSON.stringify(now) !== JSON.stringify(sticks)) return null;
  }
}

/** To the one stick that is plugged in: which of two is meant, nothing tells. */
async function written(
  { desk, entries, clock }: House,
  station: Station,
  holder: string,
): Promise<NonNullable<ScreenOf<"copy">["done"]>> {
  const { dir, mode, records } = station;
  const stick = oneStick(sticksOf(station), isStick(mode));
  const commit = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (commit === undefined) return refuse("VAULT_NOT_COMMITTED", { dir });
  const { committed } = records;
  const copy = await desk.busy("copy.write", () =>
    inReview(entries, (ask) => ask("writeCopy", { dir, committed, stick })),
  );
  const { seq } = records.append(subjectOf(commit), copiedEntry(copy, holder, clock.now()));
  return { ...copy, holder, record: seq };
}
