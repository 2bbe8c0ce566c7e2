import type { AppView } from "../../contract/app.ts";
import type { PlateFacts } from "../frame/plate.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";
import { useStation } from "./station.tsx";

/** The plate of the vault that the view names. */
export function plateOf({ vault }: AppView): PlateFacts {
  if (vault === null) return { name: text.plate.none, note: text.plate.noneNote };
  const { name, epoch, threshold, custodians } = vault;
  return { name, note: text.plate.sealed(epoch, threshold, custodians.length) };
}

/** Of a vault that is being made. */
export const FRESH: PlateFacts = { name: text.plate.fresh, note: text.plate.notSealed };

type PlaceId = "home" | "runbook" | "records" | "upkeep" | "custody" | "station" | "setup";

/** The station's places; before the first sealing there is nothing to read yet. */
interface StationRailProps {
  readonly current: PlaceId;
  /** "none": a decision comes first, and nothing else can be gone to. */
  readonly places?: "all" | "none";
}

export function StationRail({ current, places: shown = "all" }: StationRailProps) {
  const { view, act } = useStation();
  const { places } = text.rail;
  const ids: readonly PlaceId[] =
    shown === "none"
      ? []
      : view.vault === null
        ? ["home", "setup", "station"]
        : ["home", "runbook", "records", "upkeep", "custody", "station"];
  return (
    <PlaceRail
      current={current}
      plate={{ ...plateOf(view), mark: true }}
      places={ids.map((id) => ({
        id,
        label: id === "home" && view.vault === null ? places.start : places[id],
        press: () => void act({ do: "go", to: id }),
      }))}
    />
  );
}
