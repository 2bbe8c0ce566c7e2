import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Facts } from "../parts/facts.tsx";
import { Lamp } from "../parts/lines.tsx";
import { text } from "../text/text.ts";

/** This laptop: links and keys as they are now, and what the vault's policy allows. */
export function StationScreen({ keys, policy }: ScreenOf<"station">) {
  const { view, act } = useStation();
  const said = text.station;
  const links = [
    ...view.links.up.map((name) => ({ name, up: true })),
    ...view.links.down.map((name) => ({ name, up: false })),
  ].toSorted((a, b) => a.name.localeCompare(b.name));
  const up = view.links.up.length;
  const lead = up > 0 && view.mode === "PRACTICE" ? said.practiceLead : said.lead(up);
  return (
    <Page
      title={said.title(up)}
      rail={<StationRail current="station" />}
      margin={
        <Aside title={said.liveTitle}>
          <p>{said.live}</p>
        </Aside>
      }
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "go", to: "home" }) }}
      scrolls
    >
      <Title>{said.title(up)}</Title>
      <p className="lead">{lead}</p>
      <div className="pair">
        <section aria-labelledby="station-links">
          <h2 id="station-links">{said.links}</h2>
          {links.length === 0 && <p className="quiet none">{said.noLinks}</p>}
          <ul className="lines close" hidden={links.length === 0}>
            {links.map((link) => (
              <li key={link.name} className={link.up ? "failed" : "done"}>
                <Lamp state={link.up ? "failed" : "done"} />
                <b className="mono">{link.name}</b>
                <span className={link.up ? "word look" : "word quiet"}>
                  {link.up ? said.up : said.down}
                </span>
              </li>
            ))}
          </ul>
        </section>
        <section aria-labelledby="station-keys">
          <h2 id="station-keys">{said.keys}</h2>
          {keys.length === 0 && <p className="quiet none">{said.noKeys}</p>}
          <ul className="lines close" hidden={keys.length === 0}>
            {keys.map((key) => (
              <li key={key.label} className={key.present === false ? "later" : "done"}>
                <Lamp state={key.present === false ? "later" : "done"} />
                <b>{key.label}</b>
                <span className="word quiet">
                  {key.present === null ? said.enrolled : key.present ? said.present : said.absent}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <h2 className="under-pair">{said.policy}</h2>
      {policy === null ? (
        <p className="quiet">{view.vault === null ? said.noPolicy : said.policyUnknown}</p>
      ) : (
        <Facts
          facts={[
            [
              said.duration,
              said.durationText(policy.defaultDurationSeconds, policy.maxDurationSeconds),
            ],
            [said.regions, policy.regions.join(", ")],
            [said.profile, policy.profile],
            [said.kitExpires, policy.kitExpires.slice(0, 10)],
          ]}
        />
      )}
    </Page>
  );
}
