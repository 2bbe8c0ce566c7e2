import { useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { TextField } from "../parts/field.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { ReviewRail, TheUse, type ReviewView } from "./rail.tsx";

const listed = (typed: string): string[] =>
  typed
    .split(/[\s,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== "");

/** The stick goes in; its names turn the lines. */
export function TrailStep(review: ReviewView) {
  const { act } = useStation();
  const said = text.review.trail;
  const [stick] = review.sticks;
  const [regions, setRegions] = useState(review.regions.join(", "));
  const [allRegions, setAllRegions] = useState(false);
  const [sources, setSources] = useState("");
  const ready = stick !== undefined && stick.trail.length > 0;
  const title = stick === undefined ? said.title : said.found(stick.name);
  return (
    <Page
      step="trail"
      title={title}
      rail={<ReviewRail {...review} />}
      margin={
        <>
          <TheUse {...review} />
          <Aside title={said.unprovenTitle}>
            <p>{said.unproven}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={ready ? said.note : said.noteMissing}
      action={{ label: said.go, form: "trail", awaits: !ready }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Lines spacing="close" lines={linesOf(stick)} />
      <form
        id="trail"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready) return;
          const stated = { regions: listed(regions), allRegions, sources: listed(sources) };
          void act({ do: "readTrail", ...stated });
        }}
      >
        <div className="fields">
          <TextField
            id="regions"
            label={said.regions}
            note={said.regionsNote}
            value={regions}
            maxLength={400}
            first
            change={setRegions}
          />
          <label className="check">
            <input
              type="checkbox"
              checked={allRegions}
              onChange={(event) => setAllRegions(event.target.checked)}
            />
            <span>
              <b>{said.allRegions}</b> {said.allRegionsNote}
            </span>
          </label>
          <TextField
            id="sources"
            label={said.sources}
            note={said.sourcesNote}
            value={sources}
            maxLength={400}
            change={setSources}
          />
        </div>
      </form>
    </Page>
  );
}

function linesOf(stick: ReviewView["sticks"][number] | undefined): Line[] {
  const said = text.review.trail;
  const line = (id: "trail" | "publicKeys" | "digestMeta", detail: string): Line => {
    const names = stick?.[id] ?? [];
    const here = names.length > 0;
    const needed = id === "trail";
    return {
      id,
      state: here ? "done" : needed ? "now" : "later",
      title: said.lines[id],
      detail: here ? shown(names) : detail,
      end: <Word>{here ? said.here : needed ? said.missing : said.none}</Word>,
    };
  };
  return [
    line("trail", said.trailText),
    line("publicKeys", said.publicKeysText),
    line("digestMeta", said.digestMetaText),
  ];
}

/** A folder of downloads may have thousands of names. */
const SHOWN = 3;
const shown = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(", ")}, …` : names.join(", ");
