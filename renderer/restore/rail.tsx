import type { ScreenOf } from "../../contract/app.ts";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

export type RestoreView = ScreenOf<"restore">;

const STEPS = ["stick", "found", "role", "done"] as const;

export function RestoreRail({ step, times, found }: RestoreView) {
  const said = text.restore;
  const name = found?.vault?.name;
  return (
    <StepRail
      label={said.rail}
      steps={STEPS.map((id) => ({ id, label: said.steps[id], at: times[id] ?? null }))}
      current={step}
      plate={{ name: name ?? said.plate, note: said.plateNote }}
    />
  );
}
