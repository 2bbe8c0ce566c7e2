import type { ScreenOf } from "../../contract/app.ts";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside } from "../frame/frame.tsx";
import { StepRail } from "../frame/rail.tsx";
import { Ids } from "../parts/facts.tsx";
import { text } from "../text/text.ts";

export type ReviewView = ScreenOf<"review">;

const STEPS = ["trail", "findings", "sign"] as const;

export function ReviewRail({ step, times }: ReviewView) {
  const { view } = useStation();
  return (
    <StepRail
      label={text.review.rail}
      steps={STEPS.map((id) => ({ id, label: text.review.steps[id], at: times[id] ?? null }))}
      current={step}
      plate={plateOf(view)}
    />
  );
}

/** What is reviewed. */
export function TheUse({ incident, reason, responder, accounts }: ReviewView) {
  const said = text.review;
  return (
    <>
      <Aside title={`${said.useTitle} ${incident}`}>
        <p className="clamp">{said.use(reason, responder)}</p>
      </Aside>
      <Aside title={said.accountsTitle}>
        <p>
          <Ids ids={accounts} />
        </p>
      </Aside>
    </>
  );
}
