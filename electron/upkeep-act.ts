import { checkAct } from "./check-act.ts";
import { type Done, Left, tell } from "./desk.ts";
import type { Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import { giveUpAct, pendingOf, proveAct, rotateAct } from "./rotate-act.ts";
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
  desk.screen({ kind: "upkeep", pending: pendingOf(dir) });
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
    else if (action.do === "rotate") await rotateAct(house, station, standing);
    else if (action.do === "proveRotation") await proveAct(house, station, standing);
    else await giveUpAct(house, station);
  } catch (error) {
    if (!(error instanceof Left)) tell(desk, error);
  }
  desk.show({ vault: vaultView(dir) });
  // What went wrong is still said, where people can go on.
  return upkeepAct(house, station, standingOf(dir));
}
