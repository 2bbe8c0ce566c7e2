import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Title } from "../frame/frame.tsx";
import { type Line, Lines } from "../parts/lines.tsx";
import { sentences, text } from "../text/text.ts";
import { StepTimes } from "./chart.tsx";
import { DrillRail, type DrillView } from "./rail.tsx";

type Told = NonNullable<DrillView["told"]>;

/** What went wrong, what the app did, and how long each step took. */
export function ToldStep(drill: DrillView) {
  const { act } = useStation();
  const said = text.drill.told;
  const { told } = drill;
  if (told === null) return null;
  const { passed, cannotOpen, faults, compared } = told;
  const shut = passed && cannotOpen !== null;
  const title = shut ? said.shut : passed ? said.passed : said.failed;
  return (
    <Page
      step="told"
      title={title}
      rail={<DrillRail {...drill} />}
      escape={{
        label: said.leave,
        press: () => void act({ do: "cancel" }),
        sure: said.sure,
      }}
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "next" }) }}
      scrolls
    >
      <Title>{title}</Title>
      <p className="lead">{shut ? said.shutLead : passed ? said.lead : said.failedLead}</p>
      {cannotOpen !== null && (
        <ul className="remain">
          {cannotOpen.remains.length === 0 && (
            <li>{sentences({ ...cannotOpen, about: {} }).what}</li>
          )}
          {cannotOpen.remains.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      <h2 className="felt">{said.felt}</h2>
      {faults.length === 0 ? (
        <p className="quiet">{said.none}</p>
      ) : (
        <Lines spacing="tight" lines={faults.map(lineOf)} />
      )}
      {compared.length > 0 && <StepTimes compared={compared} />}
    </Page>
  );
}

function lineOf({ fault, struck, did }: Told["faults"][number]): Line {
  const said = text.drill.told;
  const detail = struck === false ? said.notFelt : struck === null ? said.unknown : did.join("; ");
  return {
    id: fault,
    state: struck === false ? "failed" : "done",
    title: text.drill.faultNames[fault],
    detail,
    end: null,
  };
}
