import type { ScreenOf } from "../../contract/app.ts";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

export type DrillView = ScreenOf<"drill">;

const PRACTICE = ["form", "faults", "glass", "told", "witness"] as const;
const FULL = ["form", "faults", "checks", "glass", "told", "witness"] as const;

/** Where the drill is; the steps of the glass have a rail of their own. */
export function DrillRail({ step, form, times }: DrillView) {
  const { view } = useStation();
  const said = text.drill;
  return (
    <StepRail
      label={said.rail}
      steps={(form === "full" ? FULL : PRACTICE).map((id) => ({
        id,
        label: said.steps[id],
        at: times[id] ?? null,
      }))}
      current={step}
      plate={plateOf(view)}
    />
  );
}
