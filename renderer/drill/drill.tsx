import { ChecksStep } from "./checks.tsx";
import { FaultsStep } from "./faults.tsx";
import { FormStep } from "./form.tsx";
import type { DrillView } from "./rail.tsx";
import { ToldStep } from "./told.tsx";
import { WitnessStep } from "./witness.tsx";

const STEPS = {
  form: FormStep,
  faults: FaultsStep,
  checks: ChecksStep,
  told: ToldStep,
  witness: WitnessStep,
} as const;

/** A drill, one step at a time; between its checks and what was seen lies the glass itself. */
export function DrillScreen(drill: DrillView) {
  const Step = STEPS[drill.step];
  return <Step {...drill} />;
}
