import { dueAt } from "../station/due.ts";
import { checkAct } from "./check-act.ts";
import { type Done, Left, tell } from "./desk.ts";
import { dueAtUpkeep } from "./due.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import { takeUp, tellRemains } from "./remains.ts";
import { giveUpAct, pendingOf, proveAct, rotateAct } from "./rotate-act.ts";
import { untilPrimary } from "./spare-act.ts";
import { standingOf, vaultView } from "./standing.ts";
import type { Station } from "./station.ts";

type Place = Done<"go">["to"];

/** What keeps the glass trustworthy between emergencies: checks, and new shares for old. */
export async function upkeepAct(
  house: House,
  station: Station,
  standing: Standing,
): Promise<Place> {
  const { desk } = house;
  const { dir } = station;
  // A candidate that nobody recorded counts for nothing: it stands in no later rotation's way.
  takeUp(house, station);
  await tellRemains(house, station, { later: true });
  const now = house.clock.now();
  const due = dueAtUpkeep(dueAt(dir, now).rows, now);
  desk.screen({ kind: "upkeep", pending: pendingOf(dir), due });
  const action = await desk.next(
    "check",
    "rotate",
    "proveRotation",
    "giveUpRotation",
    "go",
    "cancel",
  );
  if (action.do === "go") return action.to;
  if (action.do === "cancel") return "home";
  try {
    if (action.do === "check") await checkAct(house, station, action.what);
    else if (action.do === "rotate") {
      await untilPrimary(house, station, "rotate");
      await rotateAct(house, station, standing);
    } else if (action.do === "proveRotation") await proveAct(house, station);
    else await giveUpAct(house, station);
  } catch (error) {
    if (!(error instanceof Left)) tell(desk, error);
  }
  desk.show({ vault: vaultView(dir) });
  // What went wrong is still said, where people can go on.
  return upkeepAct(house, station, standingOf(dir));
}
