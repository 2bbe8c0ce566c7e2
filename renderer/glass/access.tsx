import { useMemo, useState } from "react";
import { offsetOf } from "../app/band-of.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Countdown, useIsOver } from "../parts/countdown.tsx";
import { Ids } from "../parts/facts.tsx";
import { Prose } from "../runbook/prose.tsx";
import { type Runbook, runbookOf } from "../runbook/steps.ts";
import { text } from "../text/text.ts";
import { AlarmSwitch, useAlarm } from "./alarm.tsx";
import { useOpenTitle } from "./open-title.ts";
import { GlassRail, type GlassView } from "./rail.tsx";
import { GlassRunbook } from "./runbook.tsx";
import { endSilent, Silent } from "./silent.tsx";

/** The access is open: the keys and the next step, or the runbook over the whole sheet. */
export function GlassAccess(glass: GlassView) {
  const [reading, setReading] = useState(false);
  const runbook = useMemo(() => runbookOf(glass.markdown), [glass.markdown]);
  // Whoever reads is called back when AWS is asked whether it ended: the way out of that is here.
  return reading && !glass.asking ? (
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
  const { untilMs, incident, expired, notOpened, asking, silent } = glass;
  const { ringing, muted } = useAlarm();
  const open = useOpenTitle(untilMs);
  const over = useIsOver(untilMs, offsetOf(view)) || expired;
  const lead = over ? open.lead : view.mode === "PRACTICE" ? said.practiceLead : said.lead;
  return (
    <Page
      step={silent ? "access silent" : "access"}
      title={open.title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          {silent ? (
            <Silent />
          ) : (
            <Aside title={said.whatTitle}>
              <p>{said.what(incident.responder)}</p>
            </Aside>
          )}
          <Aside title={text.open.moreTime}>
            <p>{text.open.moreTimeText(glass.threshold)}</p>
          </Aside>
          {notOpened.length > 0 ? (
            <Aside title={said.notOpenedTitle}>
              {notOpened.map(({ account, why, atRest }) => (
                <p key={account}>
                  <Ids ids={[account]} /> {why}; <b>{atRest ? said.atRest : said.notAtRest}</b>
                </p>
              ))}
            </Aside>
          ) : (
            <Aside title={said.logsTitle}>
              <p>{said.logs(incident.id)}</p>
            </Aside>
          )}
        </>
      }
      {...(asking
        ? { escape: { label: text.glass.close.stop, press: () => void act({ do: "stop" }) } }
        : runbook.steps.length === 0
          ? {}
          : { escape: { label: said.whole, press: read } })}
      note={
        silent
          ? text.glass.silent.note
          : asking
            ? (text.busy["expired"] ?? "")
            : ringing !== null
              ? text.glass.alarm.ringing[ringing]
              : over
                ? said.overNote
                : muted
                  ? text.glass.alarm.mutedNote
                  : said.note
      }
      action={
        silent
          ? endSilent(act)
          : {
              label: said.go,
              press: () => void act({ do: "close" }),
              awaits: asking,
              ...(over ? {} : { sure: said.sure }),
            }
      }
    >
      {untilMs !== null && (
        <div className="timed">
          <Countdown untilMs={untilMs} offsetMs={offsetOf(view)} flashes={ringing !== null} />
          {!over && <AlarmSwitch />}
        </div>
      )}
      <Title>{open.title}</Title>
      <p className="lead">{lead}</p>
      <div className="halves">
        <OpenAccess glass={glass} over={over} />
        <NextStep steps={runbook.steps} ticks={glass.ticks} held={asking} />
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
  const { incident, accounts, onSticks } = glass;
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
          <p className="small quiet push">
            {onSticks.length > 0 ? said.onSticks(onSticks) : said.showNote(incident.responder)}
          </p>
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

type NextStepProps = Pick<Runbook, "steps"> &
  Pick<GlassView, "ticks"> & {
    /** Nothing can be ticked now. */
    readonly held: boolean;
  };

function NextStep({ steps, ticks, held }: NextStepProps) {
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
          {!held && (
            <p className="row push">
              <button type="button" onClick={() => void act({ do: "tick", step: next.number })}>
                {said.tick(next.number)}
              </button>
            </p>
          )}
        </>
      )}
    </section>
  );
}
