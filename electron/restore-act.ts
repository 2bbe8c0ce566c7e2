import type { ScreenOf } from "../contract/app.ts";
import type { RestoreFound } from "../contract/restore.ts";
import { CodedError } from "../crypto/errors.ts";
import { realMediaRoots } from "./station.ts";
import { requireFree, settleRestored } from "../station/restore.ts";
import { type RecordsOnStick, recordCopies } from "../station/trail-media.ts";
import { type AppCode, type Done, tell } from "./desk.ts";
import type { House } from "./house.ts";
import { inReview } from "./processes.ts";
import { type Wanted, wantedOf } from "./records-act.ts";

/** How often the sticks are looked at. */
const LOOK_MS = 1_000;

/** The spare that is restored again, and up to which record it has the primary's. */
export interface Anew {
  readonly vaultId: string;
  readonly upTo: number;
}

const BEGUN: ScreenOf<"restore"> = {
  kind: "restore",
  step: "stick",
  times: {},
  sticks: [],
  found: null,
  paper: { vaultId: "", head: "" },
  done: null,
};

/**
 * This laptop becomes a station from copies on sticks: what lies on them is judged, and later laid out,
 * by a process of its own; main adds a key and the record. Nothing is opened, nobody's share is asked
 * for. Answers the place of that record. `Left`: nothing was changed.
 */
export async function restoreAct(house: House, dir: string, anew: Anew | null): Promise<number> {
  const { desk, clock } = house;
  await requireFree(dir, anew !== null);
  const spare = anew === null ? null : dir;
  desk.screen(BEGUN);
  for (;;) {
    const { copies, wanted } = await readSticks(house, anew, spare);
    desk.amend("restore", { step: "found", times: { stick: clock.now() } });
    const seen = foundOn(house);
    const action =
      seen === null || seen.failure !== null
        ? await desk.nextOrLeave("again")
        : await desk.nextOrLeave("next", "again");
    if (seen === null || action.do === "again") continue;
    desk.amend("restore", {
      step: "role",
      times: { ...timesOf(house), found: clock.now() },
    });
    const said = await desk.nextOrLeave("restoreAs", "again");
    if (said.do === "again") continue;
    try {
      return await restored(house, dir, anew, copies, wanted, seen, said);
    } catch (error) {
      tell(desk, error);
    }
  }
}

/** Copies come on sticks; what they are together is on the screen when somebody asked for it. */
async function readSticks(
  house: House,
  anew: Anew | null,
  spare: string | null,
): Promise<{ readonly copies: readonly RecordsOnStick[]; readonly wanted: Wanted }> {
  const { desk, entries } = house;
  for (;;) {
    const copies = recordCopies(realMediaRoots());
    desk.amend("restore", {
      step: "stick",
      sticks: copies.map(({ name, vault }) => ({ name, vault })),
    });
    const action = await pressedOrChanged(
      house,
      () => JSON.stringify(recordCopies(realMediaRoots())) === JSON.stringify(copies),
    );
    if (action === null) continue;
    try {
      if (!copies.some(({ vault }) => vault)) throw new CodedError<AppCode>("RESTORE_NO_STICK");
      const wanted = wantedOf(action);
      const found = fitting(
        anew,
        await desk.busy("restore.read", () =>
          inReview(entries, (ask) =>
            ask("restorable", { ...asked(copies, wanted, spare), into: null }),
          ),
        ),
      );
      desk.amend("restore", { found, paper: { vaultId: action.vaultId, head: action.head } });
      return { copies, wanted };
    } catch (error) {
      tell(desk, error);
    }
  }
}

const asked = (copies: readonly RecordsOnStick[], wanted: Wanted, spare: string | null) => ({
  spare,
  copies: copies.map(({ name, folder }) => ({ name, folder })),
  ...wanted,
});

/** A practice vault's copy makes no real station; a spare takes a newer copy of its own vault. */
function fitting(anew: Anew | null, found: RestoreFound): RestoreFound {
  const but = (code: string, about: Record<string, string | number> = {}): RestoreFound => ({
    ...found,
    failure: { code, about },
  });
  if (found.failure !== null) return found;
  if (found.mode !== "REAL") return but("RESTORE_IS_PRACTICE");
  if (anew === null) return found;
  const { vaultId, head } = found;
  if (vaultId !== anew.vaultId)
    return but("ANCHOR_DIFFERS", { wanted: anew.vaultId, found: vaultId ?? "none" });
  const end = head?.seq ?? 0;
  if (end < anew.upTo) return but("RESTORE_OLDER", { end, upTo: anew.upTo });
  const common = found.beside?.common ?? 0;
  return common < anew.upTo ? but("RESTORE_FORKS", { seq: common + 1 }) : found;
}

async function pressedOrChanged(
  { desk, pause }: House,
  isSame: () => boolean,
): Promise<Done<"checkRecords"> | null> {
  const pressed = desk.nextOrLeave("checkRecords");
  for (;;) {
    const action = await Promise.race([pressed, pause(LOOK_MS).then(() => null)]);
    if (action !== null) return action;
    if (!isSame()) return null;
  }
}

const foundOn = ({ desk }: House): RestoreFound | null =>
  desk.view.screen.kind === "restore" ? desk.view.screen.found : null;
const timesOf = ({ desk }: House): Readonly<Record<string, string>> =>
  desk.view.screen.kind === "restore" ? desk.view.screen.times : {};

/** Reads once more, as it is laid out: what people saw must still be what is there. */
async function restored(
  house: House,
  dir: string,
  anew: Anew | null,
  copies: readonly RecordsOnStick[],
  wanted: Wanted,
  seen: RestoreFound,
  { officer, oldStation }: Done<"restoreAs">,
): Promise<number> {
  const { desk, clock, entries, seed } = house;
  const spare = anew === null ? null : dir;
  const now = await desk.busy("restore.write", () =>
    inReview(entries, (ask) => ask("restorable", { ...asked(copies, wanted, spare), into: dir })),
  );
  if (JSON.stringify(fitting(anew, now)) !== JSON.stringify(seen))
    throw new CodedError<AppCode>("RESTORE_CHANGED");
  const { anchoredBy, copies: count, findings: notes } = now;
  const time = clock.now();
  const about = { officer, oldStation, anchoredBy, copies: count, notes, seed, time };
  const { record } = await settleRestored(dir, about, anew !== null);
  const role = oldStation === "gone" ? "primary" : "spare";
  desk.amend("restore", {
    step: "done",
    times: { ...timesOf(house), role: clock.now() },
    done: { seq: record.seq, role },
  });
  await desk.next("next");
  return record.seq;
}
