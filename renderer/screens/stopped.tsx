import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Title } from "../frame/frame.tsx";
import { text } from "../text/text.ts";

/** Something ended what the app was doing; the foot says what, and going on looks anew. */
export function StoppedScreen() {
  const { view, act } = useStation();
  const said = text.stopped;
  return (
    <Page
      title={said.title}
      rail={null}
      {...(view.access === null
        ? {
            escape: {
              label: said.practise,
              press: () => void act({ do: "practise", fresh: false }),
            },
          }
        : {})}
      action={{ label: said.go, press: () => void act({ do: "next" }) }}
      note={said.note}
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
    </Page>
  );
}
