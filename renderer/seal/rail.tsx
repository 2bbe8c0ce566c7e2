import type { AppView, ScreenOf } from "../../contract/app.ts";
import { FRESH, plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import type { PlateFacts } from "../frame/plate.tsx";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

export type SealView = ScreenOf<"seal">;

/** Who must be here; in practice one person plays them all. */
export const whoOf = ({ mode }: AppView): string =>
  mode === "PRACTICE" ? text.seal.whoPractice : text.seal.who;

const STEPS = ["contents", "custodians", "passphrases", "keys", "cards", "record"] as const;

export function SealRail({ step, times, sealed }: SealView) {
  const { view } = useStation();
  return (
    <StepRail
      label={text.seal.rail}
      steps={STEPS.map((id) => ({ id, label: text.seal.steps[id], at: times[id] ?? null }))}
      current={step}
      plate={plateOfSeal(view, sealed !== null)}
    />
  );
}

function plateOfSeal(view: AppView, sealed: boolean): PlateFacts {
  if (!sealed) return view.vault === null ? FRESH : { ...FRESH, name: view.vault.name };
  return view.vault === null ? { ...FRESH, note: text.plate.sealedNow } : plateOf(view);
}
