import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { day } from "../text/say.ts";
import { text } from "../text/text.ts";

/** Rows that fit. */
const SHOWN = 5;

/** The next opening waits for a review; an emergency need not. */
export function BlockedScreen({ uses }: ScreenOf<"blocked">) {
  const { view, act } = useStation();
  const now = useNow();
  const said = text.blocked;
  const practice = view.mode === "PRACTICE";
  const title = practice ? said.practiceTitle : said.title(uses.length);
  const [first] = uses;
  return (
    <Page
      title={title}
      rail={<StationRail current="home" places="none" />}
      margin={
        <Aside title={said.overrideTitle}>
          <p>{said.override}</p>
        </Aside>
      }
      escape={{ label: text.foot.back, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      {...(first === undefined
        ? {}
        : {
            action: {
              label: said.go,
              press: () => void act({ do: "review", incident: first.incident }),
            },
          })}
    >
      <Title>{title}</Title>
      <p className="lead">{practice ? said.practiceLead : said.lead}</p>
      <table className="ledger close">
        <tbody>
          <tr>
            <th>{said.use}</th>
            <th>{said.ended}</th>
            <th className="end">{said.review}</th>
          </tr>
          {uses.slice(0, SHOWN).map(({ incident, since, signed, of }) => (
            <tr key={incident}>
              <td>{incident}</td>
              <td className="mono">{day(since, now)}</td>
              <td className="end">{of === 0 ? said.notReviewed : said.signed(signed, of)}</td>
            </tr>
          ))}
          {uses.length > SHOWN && (
            <tr>
              <td colSpan={3} className="quiet">
                {said.more(uses.length - SHOWN)}
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <div className="row under-lead">
        <button type="button" className="tall" onClick={() => void act({ do: "override" })}>
          {said.goOn}
        </button>
      </div>
    </Page>
  );
}
