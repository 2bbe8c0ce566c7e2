import type { AppView } from "../../contract/app.ts";
import { Frame, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";
import { bandOf } from "./band-of.ts";
import { plateOf } from "./rails.tsx";
import { useStation } from "./station.tsx";

/** The cover. What lies under it stays as it was. */
export function Locked({ view }: { readonly view: AppView }) {
  const { act } = useStation();
  const said = text.locked;
  return (
    <Frame
      screen="locked"
      title={said.title}
      band={bandOf(view)}
      rail={<PlaceRail current="" places={[]} plate={plateOf(view)} />}
      margin={<span />}
      foot={{
        note: said.note,
        action: { label: said.go, press: () => void act({ do: "unlock" }) },
      }}
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      {view.access !== null && <p className="runbook calm">{said.open}</p>}
    </Frame>
  );
}
