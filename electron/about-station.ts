import type { Done } from "./desk.ts";
import type { House } from "./house.ts";
import { policyView, standingOf } from "./standing.ts";
import type { Station } from "./station.ts";

/** What this station is made of; null: nothing is sealed yet. Answers where people go next. */
export async function aboutStation(
  { desk }: House,
  station: Station | null,
): Promise<Done<"go">["to"]> {
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
