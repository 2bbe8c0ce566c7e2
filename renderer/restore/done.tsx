import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";
import { RestoreRail, type RestoreView } from "./rail.tsx";

/** The station stands; what must follow. */
export function DoneStep(restore: RestoreView) {
  const { act } = useStation();
  const said = text.restore.done;
  const { seq, role } = restore.done ?? { seq: 0, role: "primary" as const };
  const open = restore.found?.maybeOpen ?? [];
  const primary = role === "primary";
  const follows: readonly (readonly [string, string])[] = [
    ...(open.length === 0
      ? []
      : [[text.restore.found.maybeOpen(open), text.restore.found.maybeOpenTodo] as const]),
    primary ? [said.rotate, said.rotateText] : [said.spareRotate, said.spareText],
    primary ? [said.primary, said.primaryText] : [said.spare, said.sparePrimaryText],
    [said.print, said.printText],
  ];
  return (
    <Page
      step="done"
      title={said.title[role]}
      rail={<RestoreRail {...restore} />}
      margin={
        <Aside title={said.doubtTitle}>
          <p>{said.doubt}</p>
        </Aside>
      }
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "next" }) }}
    >
      <Title>{said.title[role]}</Title>
      <p className="lead">{said.lead(recordNumber(seq))}</p>
      <ul className="astray">
        {follows.map(([what, todo]) => (
          <li key={what}>
            <b>{what}</b> {todo}
          </li>
        ))}
      </ul>
    </Page>
  );
}
