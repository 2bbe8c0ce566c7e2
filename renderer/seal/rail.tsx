import type { ScreenOf } from "../../contract/app.ts";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

export type SealView = ScreenOf<"seal">;

const STEPS = ["contents", "custodians", "passphrases", "keys", "cards", "record"] as const;

export function SealRail({ step, times, sealed }: SealView) {
  const { view } = useStation();
  return (
    <StepRail
      label={text.seal.rail}
      steps={STEPS.map((id) => ({ id, label: text.seal.steps[id], at: times[id] ?? null }))}
      current={step}
      plate={
        sealed === null || view.vault === null
          ? { name: view.vault?.name ?? text.plate.fresh, note: text.plate.notSealed }
          : plateOf(view)
      }
    />
  );
}
