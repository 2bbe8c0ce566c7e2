import { useMemo, useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { plateOf, StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { StepRail } from "../frame/rail.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Prose } from "../runbook/prose.tsx";
import { type Runbook, runbookOf, type RunbookStep } from "../runbook/steps.ts";
import { text } from "../text/text.ts";

/** The runbook, readable while the vault is sealed: whole, or one step at a time. */
export function RunbookScreen({ markdown }: ScreenOf<"runbook">) {
  const { act, view } = useStation();
  const runbook = useMemo(() => runbookOf(markdown), [markdown]);
  const [step, setStep] = useState<number | null>(null);
  const said = text.runbook;
  const escape =
    view.access === null
      ? {
          label: text.rail.places.home,
          press: () => void act({ do: "go", to: "home" }),
        }
      : { label: text.open.back, press: () => void act({ do: "next" }) };
  const current = step === null ? undefined : runbook.steps[step];
  if (current === undefined)
    return <WholeRunbook runbook={runbook} escape={escape} read={() => setStep(0)} />;
  const last = step === runbook.steps.length - 1;
  return (
    <Page
      step={`step ${current.number}`}
      title={current.lead}
      rail={
        <StepRail
          label={said.steps}
          steps={runbook.steps.map(({ number, lead }, index) => ({
            id: `${number}`,
            label: lead,
            press: () => setStep(index),
          }))}
          current={`${current.number}`}
          done={new Set()}
          plate={plateOf(view)}
        />
      }
      margin={<AboutRunbook />}
      escape={escape}
      note={view.access === null ? said.note : said.noteOpen}
      action={
        last
          ? { label: said.first, press: () => setStep(0) }
          : { label: said.next, press: () => setStep((step ?? 0) + 1) }
      }
      scrolls
    >
      <Ways whole={false} choose={() => setStep(null)} />
      <div id="runbook">
        <OneStep step={current} of={runbook.steps.length} />
      </div>
    </Page>
  );
}

interface WholeProps {
  readonly runbook: Runbook;
  readonly escape: { readonly label: string; readonly press: () => void };
  readonly read: () => void;
}

function WholeRunbook({ runbook, escape, read }: WholeProps) {
  const { view, ask } = useStation();
  const [printed, setPrinted] = useState<boolean | null>(null);
  const said = text.runbook;
  const print = async (): Promise<void> => {
    const answer = await ask("print", { paper: "A4", copies: 1 });
    if (answer !== null) setPrinted((answer as { printed: boolean }).printed);
  };
  const told = printed === null ? null : printed ? said.printed : said.notPrinted;
  const hasSteps = runbook.steps.length > 0;
  const empty = runbook.blocks.length === 0 && runbook.title === "";
  const title = empty ? said.none : runbook.title === "" ? said.title : runbook.title;
  return (
    <Page
      step="whole"
      title={title}
      rail={<StationRail current="runbook" />}
      margin={
        <>
          <AboutRunbook />
          {!empty && (
            <section>
              <button type="button" onClick={() => void print()}>
                {said.print}
              </button>
            </section>
          )}
        </>
      }
      {...(hasSteps ? { escape } : {})}
      note={told ?? (view.access === null ? said.note : said.noteOpen)}
      action={hasSteps ? { label: said.readSteps, press: read } : escape}
      scrolls
    >
      {hasSteps && <Ways whole choose={read} />}
      <div id="runbook">
        <div className="document">
          <Title>{title}</Title>
        </div>
        {empty ? (
          <p className="lead">{said.noneLead}</p>
        ) : (
          <div className="prose whole-runbook">
            <Prose tokens={runbook.blocks} />
          </div>
        )}
      </div>
    </Page>
  );
}

interface WaysProps {
  readonly whole: boolean;
  readonly choose: () => void;
}

const Ways = ({ whole, choose }: WaysProps) => (
  <Tabs
    label={text.runbook.view}
    tabs={[
      ["whole", text.runbook.whole],
      ["steps", text.runbook.stepwise],
    ]}
    current={whole ? "whole" : "steps"}
    choose={(id) => {
      if ((id === "whole") !== whole) choose();
    }}
    panel="runbook"
  />
);

interface OneStepProps {
  readonly step: RunbookStep;
  readonly of: number;
}

export function OneStep({ step, of }: OneStepProps) {
  const { number, section, lead, body } = step;
  const said = text.runbook;
  return (
    <div className="document">
      <p className="of">
        {section === "" ? said.stepOf(number, of) : said.stepOfIn(number, of, section)}
      </p>
      <Title>{lead}</Title>
      <div className="runbook prose">
        <Prose tokens={body} />
      </div>
    </div>
  );
}

const AboutRunbook = () => (
  <>
    <Aside title={text.runbook.aboutTitle}>
      <p>{text.runbook.about}</p>
    </Aside>
    <Aside title={text.runbook.secretTitle}>
      <p>{text.runbook.secret}</p>
    </Aside>
  </>
);
