import {
  checkCeremony,
  type Checked,
  type CheckOutcome,
  type CheckWish,
} from "../ceremony/check-ceremony.ts";
import type { ScreenOf } from "../contract/app.ts";
import type { CeremonyTask } from "../contract/ceremony-window.ts";
import { untilIsolated } from "./cable.ts";
import { atTheKeyboard, type Takers } from "./ceremony.ts";
import type { House } from "./house.ts";
import { type Joinable, startCheck } from "./processes.ts";
import { progressOn } from "./progress.ts";
import type { Station } from "./station.ts";

type What = ScreenOf<"checked">["what"];

/**
 * One person checks a card, a share or a key at a window of their own, joined to a process that can
 * open nothing. What was found is on the records when this answers; empty: they left without a check.
 */
export async function checkOne(
  house: House,
  station: Station,
  what: What,
): Promise<CheckOutcome["found"]> {
  const { desk, clock } = house;
  const { records, stage } = station;
  await untilIsolated(house, station, "check");
  const joined: { current: Joinable | null } = { current: null };
  const { found } = await checkCeremony(
    {
      check: async () => {
        const process = await startCheck(house.entries, stage, station.mediaRoots);
        joined.current = process;
        return process;
      },
      person: (wish, vault) =>
        atWindow(house, station, taskOf(wish, vault), {
          ...(joined.current === null ? {} : { check: [joined.current, "people"] }),
          ...(stage === null ? {} : { aid: [stage, "aid"] }),
        }),
      records,
      clock,
      progress: progressOn(desk),
    },
    station.dir,
    { what },
  );
  return found;
}

/** The same, and what was found on the screen. */
export async function checkAct(house: House, station: Station, what: What): Promise<void> {
  const { desk } = house;
  const found = await checkOne(house, station, what);
  // Whoever left without a check sees home again.
  if (found.length === 0) return;
  desk.screen({
    kind: "checked",
    what,
    found: found.map((one) => ({
      good: one.good,
      who: one.kind === "share" ? one.who : one.label,
      failure: one.good ? null : { code: one.why, about: one.about },
      record: one.written?.seq ?? 0,
    })),
  });
  await desk.next("next");
}

function taskOf(wish: CheckWish, { name, subject, threshold, custodians, keys }: Checked) {
  const vault = { name, epoch: subject.epoch, threshold, of: custodians.length };
  return wish.what === "key"
    ? { kind: "check-key" as const, keys: keys.map(({ label }) => label), vault }
    : { kind: "check" as const, what: wish.what, custodians: [...custodians], vault };
}

async function atWindow(
  { desk, windows }: House,
  { mode, stage }: Station,
  task: CeremonyTask,
  takers: Takers,
): Promise<void> {
  const before = desk.view.screen;
  await stage?.ask("fingers", { by: "people" });
  desk.screen({ kind: "away", who: "", doing: task.kind === "check-key" ? "key" : "check" });
  try {
    await atTheKeyboard({ ...windows, mode }, task, takers);
  } finally {
    await stage?.ask("fingers", { by: "stage" }).catch(() => undefined);
    desk.screen(before);
  }
}
