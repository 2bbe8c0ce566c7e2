import { useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";
import { DrillRail, type DrillView } from "./rail.tsx";

/** More people and keys than these stand in two columns. */
const ROOMY = 5;
const FITS = 12;

/** The real shares and keys, each proven alone. */
export function ChecksStep(drill: DrillView) {
  const { act } = useStation();
  const [asked, ask] = useState(false);
  const said = text.drill.checks;
  const { shares, keys, threshold, proven } = drill.checks;
  const good = shares.filter(({ record }) => record !== null).length;
  const hasKey = keys.some(({ opens, record }) => opens && record !== null);
  const missing = Math.max(0, threshold - good);
  const title = said.title(missing, hasKey);
  const line = (id: string, what: string, record: number | null): Line => ({
    id: `${what} ${id}`,
    state: record === null ? "later" : "done",
    title: id,
    detail: what,
    end: <Word>{record === null ? said.open : said.good(recordNumber(record))}</Word>,
  });
  const lines = [
    ...shares.map(({ who, record }) => line(who, said.custodian, record)),
    ...keys.map(({ label, opens, record }) =>
      line(label, opens ? said.securityKey : said.reviewersKey, record),
    ),
  ];
  const wantsKey = missing === 0 && !hasKey;
  const share = { label: said.share, press: () => void act({ do: "check", what: "full" }) };
  const key = { label: said.key, press: () => void act({ do: "check", what: "key" }) };
  const next = (): void => void act({ do: "next" });
  const others = proven ? [share, key] : wantsKey ? [share] : [key];
  return (
    <Page
      step={`checks ${missing} ${String(hasKey)}`}
      title={title}
      rail={<DrillRail {...drill} />}
      margin={
        <>
          <Aside title={said.whoTitle}>
            <p>{said.who}</p>
          </Aside>
          <Aside title={said.neverTitle}>
            <p>{said.never}</p>
          </Aside>
        </>
      }
      escape={
        asked
          ? { label: said.sureStay, press: () => ask(false) }
          : { label: text.drill.stop, press: () => void act({ do: "cancel" }) }
      }
      note={said.note}
      action={
        asked
          ? { label: said.goAnyway, press: next }
          : proven
            ? { label: said.go, press: next }
            : wantsKey
              ? key
              : share
      }
      verdict={asked && <Verdict what={said.sureWhat} todo={said.sureTodo} />}
      scrolls={lines.length > FITS}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Lines spacing={lines.length > ROOMY ? "two" : "close"} lines={lines} />
      <div className="row under-lead">
        {others.map(({ label, press }) => (
          <button key={label} type="button" onClick={press}>
            {label}
          </button>
        ))}
        {!proven && !asked && (
          <button type="button" onClick={() => ask(true)}>
            {said.goAnyway}
          </button>
        )}
      </div>
    </Page>
  );
}
