import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { KeyDrawing } from "../parts/key-drawing.tsx";
import { text } from "../text/text.ts";
import { GlassRail, type GlassView, WhoIsHere } from "./rail.tsx";

/** The seats are filled: one security key is touched, in a window of its own. */
export function GlassKey(glass: GlassView) {
  const { act } = useStation();
  const said = text.glass.key;
  const { keys, seats } = glass;
  const title = said.title(keys.length);
  return (
    <Page
      step="key"
      title={title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          <WhoIsHere incident={glass.incident} />
          <Aside title={said.seated}>
            {seats.map(({ name }) => (
              <p key={name}>{name}</p>
            ))}
          </Aside>
          <Aside title={said.failTitle}>
            <p>{said.fail}</p>
          </Aside>
        </>
      }
      escape={{
        label: text.foot.stop,
        press: () => void act({ do: "cancel" }),
        sure: text.glass.stop,
      }}
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "touch" }) }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead(keys)}</p>
      <KeyDrawing label={keys.length === 1 ? (keys[0] ?? "") : ""} />
    </Page>
  );
}
