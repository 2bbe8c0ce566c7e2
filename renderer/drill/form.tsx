import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { text } from "../text/text.ts";
import { DrillRail, type DrillView } from "./rail.tsx";

/** With the real cards and keys, or without. */
export function FormStep(drill: DrillView) {
  const { act } = useStation();
  const now = useNow();
  const said = text.drill.form;
  const { last, form, checks } = drill;
  const other = form === "full" ? "practice" : "full";
  const telling = (kind: DrillView["form"]): string =>
    kind === "full" ? said.full.text(checks.threshold) : said.practice.text;
  return (
    <Page
      step="form"
      title={said.title}
      rail={<DrillRail {...drill} />}
      margin={
        <>
          <Aside title={said.realTitle}>
            <p>{said.real}</p>
          </Aside>
          <Aside title={said.lastTitle}>
            <p>{said.last(last, now)}</p>
          </Aside>
        </>
      }
      escape={{ label: text.drill.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said[form].go, press: () => void act({ do: "drillForm", form }) }}
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <ul className="deeds">
        <li>
          <div>
            <b>{said[form].title}</b>
            <span>{telling(form)}</span>
          </div>
          <span />
        </li>
        <li>
          <div>
            <b>{said[other].title}</b>
            <span>{telling(other)}</span>
          </div>
          <button type="button" onClick={() => void act({ do: "drillForm", form: other })}>
            {said[other].go}
          </button>
        </li>
      </ul>
    </Page>
  );
}
