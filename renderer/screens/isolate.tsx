import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { Lines, Word } from "../parts/lines.tsx";
import { text } from "../text/text.ts";

/** The cable comes out: each interface has its line, and it turns when the link is gone. */
export function IsolateScreen({ before }: ScreenOf<"isolate">) {
  const { view, act } = useStation();
  const said = text.isolate;
  const { up, down } = view.links;
  const isolated = up.length === 0;
  const title = isolated ? said.outTitle : said.title;
  const after = before === "after";
  const stay = { label: said.stay, press: () => void act({ do: "cancel" }) };
  return (
    <Page
      step={before}
      title={title}
      rail={
        <PlaceRail
          current="isolate"
          places={[{ id: "isolate", label: said.place[before], press: () => undefined }]}
          plate={plateOf(view)}
        />
      }
      margin={
        <>
          <Aside title={said.whyTitle}>
            <p>{said.why[before]}</p>
          </Aside>
          {!after && (
            <Aside title={said.cantTitle}>
              <p>{said.cant}</p>
            </Aside>
          )}
        </>
      }
      escape={after ? stay : { ...stay, label: text.foot.stop }}
      note={isolated ? said.outNote : said.note}
      action={{ label: said.go[before], press: () => void act({ do: "next" }), awaits: !isolated }}
    >
      <Title>{title}</Title>
      <p className="lead">{isolated ? said.outLead : said.lead[before]}</p>
      <Lines
        spacing="tight"
        lines={[
          ...up.map((name) => ({
            id: name,
            state: "now" as const,
            title: name,
            detail: said.up,
            end: <Word>{said.upWord}</Word>,
          })),
          ...down.map((name) => ({
            id: name,
            state: "done" as const,
            title: name,
            detail: said.down,
            end: <Word>{said.downWord}</Word>,
          })),
        ]}
      />
    </Page>
  );
}
