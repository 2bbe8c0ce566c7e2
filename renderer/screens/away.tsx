import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { FRESH, plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

/** A ceremony window has the keyboard: nothing is to be done here until it closes. */
export function AwayScreen({ who, doing }: ScreenOf<"away">) {
  const { view } = useStation();
  const said = text.away;
  const title = said.title(who === "" ? said.someone[doing] : who);
  return (
    <Page
      title={title}
      rail={
        <PlaceRail current="" places={[]} plate={view.vault === null ? FRESH : plateOf(view)} />
      }
      margin={
        <>
          <Aside title={said.whyTitle}>
            <p>{said.why}</p>
          </Aside>
          <Aside title={said.lostTitle}>
            <p>{said.lost}</p>
          </Aside>
        </>
      }
      note={said.note}
      quiet
      action={{ label: said.waiting, awaits: true }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.doing[doing]}</p>
      <p className="runbook calm">{said.look[doing]}</p>
    </Page>
  );
}
