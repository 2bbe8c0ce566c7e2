import { useState } from "react";
import { offsetOf } from "../app/band-of.ts";
import { Page } from "../app/page.tsx";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside } from "../frame/frame.tsx";
import { StepRail } from "../frame/rail.tsx";
import { Countdown } from "../parts/countdown.tsx";
import type { Runbook } from "../runbook/steps.ts";
import { OneStep } from "../screens/runbook.tsx";
import { clock } from "../text/say.ts";
import { text } from "../text/text.ts";
import { useAlarm } from "./alarm.tsx";
import type { GlassView } from "./rail.tsx";

interface GlassRunbookProps {
  readonly glass: GlassView;
  readonly runbook: Runbook;
  readonly back: () => void;
}

/** The runbook while the access is open: one step over the sheet, ticks timed into the record. */
export function GlassRunbook({ glass, runbook, back }: GlassRunbookProps) {
  const { view, act } = useStation();
  const { ringing } = useAlarm();
  const { steps } = runbook;
  const { ticks, untilMs } = glass;
  const isTicked = (number: number): boolean => ticks[`${number}`] !== undefined;
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      steps.findIndex(({ number }) => !isTicked(number)),
    ),
  );
  const said = text.glass.access;
  const step = steps[at];
  if (step === undefined) return null;
  const { number } = step;
  const tick = async (): Promise<void> => {
    const undoing = isTicked(number);
    if ((await act({ do: "tick", step: number })) && !undoing && at < steps.length - 1)
      setAt(at + 1);
  };
  return (
    <Page
      step={`runbook ${number}`}
      title={step.lead}
      rail={
        <StepRail
          label={text.runbook.steps}
          steps={steps.map((one, index) => ({
            id: `${one.number}`,
            label: one.lead,
            at: ticks[`${one.number}`] ?? null,
            press: () => setAt(index),
          }))}
          current={`${number}`}
          done={new Set(Object.keys(ticks))}
          plate={plateOf(view)}
        />
      }
      margin={
        <>
          {untilMs !== null && (
            <Aside title={said.endsIn}>
              <Countdown
                untilMs={untilMs}
                offsetMs={offsetOf(view)}
                side
                flashes={ringing !== null}
              />
              <p className="small quiet">{said.endsAt(clock(untilMs))}</p>
            </Aside>
          )}
          <Aside title={text.runbook.aboutTitle}>
            <p>{said.aboutTicks}</p>
          </Aside>
        </>
      }
      escape={{ label: text.open.back, press: back }}
      note={ringing === null ? said.tickNote : text.glass.alarm.ringing[ringing]}
      action={
        isTicked(number)
          ? { label: said.untick(number), press: () => void tick() }
          : { label: said.tick(number), press: () => void tick(), tick: true }
      }
      scrolls
    >
      <OneStep step={step} of={steps.length} />
    </Page>
  );
}
