import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";

const LINES = Object.entries(text.setup.lines);

/** Twelve things to bring together before a sealing; printable. */
export function SetupScreen({ done }: ScreenOf<"setup">) {
  const { act, ask } = useStation();
  const [printed, setPrinted] = useState<boolean | null>(null);
  const said = text.setup;
  const ticked = LINES.filter(([id]) => done.includes(id)).length;
  const ready = ticked === LINES.length;
  const print = async (): Promise<void> => {
    const answer = await ask("print", { paper: "A4", copies: 1 });
    if (answer !== null) setPrinted((answer as { printed: boolean }).printed);
  };
  return (
    <Page
      title={said.title(ticked, LINES.length)}
      rail={<StationRail current="setup" />}
      margin={
        <>
          <Aside title={said.whyTitle}>
            <p>{said.why}</p>
          </Aside>
          <Aside title={said.stopTitle}>
            <p>{said.stop}</p>
          </Aside>
          <section>
            <button type="button" onClick={() => void print()}>
              {said.print}
            </button>
          </section>
        </>
      }
      escape={{ label: text.foot.back, press: () => void act({ do: "go", to: "home" }) }}
      note={ready ? said.note : said.noteMissing}
      action={{ label: said.go, press: () => void act({ do: "next" }), awaits: !ready }}
      verdict={
        printed !== null && (
          <Verdict good={printed} what={printed ? said.printed : said.notPrinted} todo="" />
        )
      }
    >
      <Title>{said.title(ticked, LINES.length)}</Title>
      <p className="lead">{said.lead}</p>
      <ol className="twelve">
        {LINES.map(([id, [what, detail]]) => (
          <li key={id}>
            <label className="check">
              <input
                type="checkbox"
                checked={done.includes(id)}
                onChange={(event) =>
                  void act({ do: "tickSetup", line: id, done: event.target.checked })
                }
              />
              <span>
                <b>{what}</b> {detail}
              </span>
            </label>
          </li>
        ))}
      </ol>
    </Page>
  );
}
