import { useMemo, useState } from "react";
import { offsetOf } from "../app/band-of.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Countdown, useIsOver } from "../parts/countdown.tsx";
import { Ids } from "../parts/facts.tsx";
import { Prose } from "../runbook/prose.tsx";
import { type Runbook, runbookOf } from "../runbook/steps.ts";
import { useOpenTitle } from "../screens/home-open.tsx";
import { text } from "../text/text.ts";
import { GlassRail, type GlassView } from "./rail.tsx";
import { GlassRunbook } from "./runbook.tsx";

/** The access is open: the keys and the next step, or the runbook over the whole sheet. */
export function GlassAccess(glass: GlassView) {
  const [reading, setReading] = useState(false);
  const runbook = useMemo(() => runbookOf(glass.markdown), [glass.markdown]);
  return reading ? (
    <GlassRunbook glass={glass} runbook={runbook} back={() => setReading(false)} />
  ) : (
    <OpenScreen glass={glass} runbook={runbook} read={() => setReading(true)} />
  );
}

interface OpenScreenProps {
  readonly glass: GlassView;
  readonly runbook: Runbook;
  readonly read: () => void;
}

/** How long, the keys (in their own window), and the runbook's next step. */
function OpenScreen({ glass, runbook, read }: OpenScreenProps) {
  const { view, act } = useStation();
  const said = text.glass.access;
  const { untilMs, incident, expired } = glass;
  const open = useOpenTitle(untilMs);
  const over = useIsOver(untilMs, offsetOf(view)) || expired;
  const lead = over ? open.lead : view.mode === "PRACTICE" ? said.practiceLead : said.lead;
  return (
    <Page
      step="access"
      title={open.title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          <Aside title={said.whatTitle}>
            <p>{said.what(incident.responder)}</p>
          </Aside>
          <Aside title={text.open.moreTime}>
            <p>{text.open.moreTimeText(glass.threshold)}</p>
          </Aside>
          <Aside title={said.logsTitle}>
            <p>{said.logs(incident.id)}</p>
          </Aside>
        </>
      }
      {...(runbook.steps.length === 0 ? {} : { escape: { label: said.whole, press: read } })}
      note={over ? said.overNote : said.note}
      action={{
        label: said.go,
        press: () => void act({ do: "close" }),
        ...(over ? {} : { sure: said.sure }),
      }}
    >
      {untilMs !== null && <Countdown untilMs={untilMs} offsetMs={offsetOf(view)} />}
      <Title>{open.title}</Title>
      <p className="lead">{lead}</p>
      <div className="halves">
        <OpenAccess glass={glass} over={over} />
        <NextStep steps={runbook.steps} ticks={glass.ticks} />
      </div>
    </Page>
  );
}

interface OpenAccessProps {
  readonly glass: GlassView;
  readonly over: boolean;
}

function OpenAccess({ glass, over }: OpenAccessProps) {
  const { act } = useStation();
  const said = text.glass.access;
  const { incident, accounts } = glass;
  return (
    <section aria-labelledby="open-access">
      <h2 id="open-access">{said.section}</h2>
      <div className="shown">
        <span>{said.holder}</span>
        <span className="value">{incident.responder}</span>
      </div>
      <div className="shown">
        <span>{said.incident}</span>
        <span className="mono">{incident.id}</span>
      </div>
      <div className="shown">
        <span>{said.accounts}</span>
        <span className="value">
          <Ids ids={accounts} />
        </span>
      </div>
      {!over && (
        <>
          <p className="small quiet push">{said.showNote(incident.responder)}</p>
          <p className="row under-button">
            <button type="button" onClick={() => void act({ do: "showAccess" })}>
              {said.show}
            </button>
          </p>
        </>
      )}
    </section>
  );
}

type NextStepProps = Pick<Runbook, "steps"> & Pick<GlassView, "ticks">;

function NextStep({ steps, ticks }: NextStepProps) {
  const { act } = useStation();
  const said = text.glass.access;
  const next = steps.find(({ number }) => ticks[`${number}`] === undefined);
  const title =
    next !== undefined
      ? said.runbook(next.number, steps.length)
      : steps.length === 0
        ? said.runbookNone
        : said.runbookDone;
  return (
    <section aria-labelledby="next-step">
      <h2 id="next-step">{title}</h2>
      {next === undefined ? (
        <p className="step-body">
          {steps.length === 0 ? said.runbookNoneText : said.runbookDoneText}
        </p>
      ) : (
        <>
          <div className="scrolls" tabIndex={0} role="group" aria-labelledby="next-step">
            <p className="runbook">{next.lead}</p>
            <div className="prose step-body">
              <Prose tokens={next.body} />
            </div>
          </div>
          <p className="row push">
            <button type="button" onClick={() => void act({ do: "tick", step: next.number })}>
              {said.tick(next.number)}
            </button>
          </p>
        </>
      )}
    </section>
  );
}
