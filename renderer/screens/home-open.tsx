import type { AppView } from "../../contract/app.ts";
import { offsetOf } from "../app/band-of.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Countdown, useIsOver } from "../parts/countdown.tsx";
import { Facts, Ids } from "../parts/facts.tsx";
import { clock } from "../text/say.ts";
import { text } from "../text/text.ts";

type Access = NonNullable<AppView["access"]>;

/** What is true of an access that is open: its deadline, or that nobody here knows it. */
export function useOpenTitle(untilMs: number | null): { title: string; lead: string } {
  const { view } = useStation();
  const over = useIsOver(untilMs, offsetOf(view));
  const said = text.open;
  if (untilMs === null) return { title: said.unknownTitle, lead: said.unknownLead };
  const until = clock(untilMs);
  if (over) return { title: said.overTitle(until), lead: said.overLead };
  return view.mode === "PRACTICE"
    ? { title: said.practiceTitle(until), lead: said.practiceLead }
    : { title: said.title(until), lead: said.lead };
}

/** Home while access is open: how long, and how to end it. */
export function OpenHome({ access }: { readonly access: Access }) {
  const { view, act } = useStation();
  const { incident, untilMs, accounts } = access;
  const { title, lead } = useOpenTitle(untilMs);
  const said = text.open;
  return (
    <Page
      title={title}
      rail={<StationRail current="home" />}
      margin={
        <>
          {view.vault !== null && (
            <Aside title={said.moreTime}>
              <p>{said.moreTimeText(view.vault.threshold)}</p>
            </Aside>
          )}
          <Aside title={said.laptop}>
            <p>{untilMs === null ? said.laptopTextUnknown : said.laptopText(clock(untilMs))}</p>
          </Aside>
        </>
      }
      escape={{ label: said.back, press: () => void act({ do: "next" }) }}
      note={said.note}
      action={{ label: said.close, press: () => void act({ do: "close" }) }}
    >
      {untilMs !== null && <Countdown untilMs={untilMs} offsetMs={offsetOf(view)} />}
      <Title>{title}</Title>
      <p className="lead">{lead}</p>
      <Facts
        facts={[
          [said.incident, incident],
          [said.reaches, <Ids key="ids" ids={accounts} />],
        ]}
      />
    </Page>
  );
}
