import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";

/** What keeps the glass trustworthy: one line for each thing that somebody can do now. */
export function UpkeepScreen({ pending }: ScreenOf<"upkeep">) {
  const { act } = useStation();
  const said = text.upkeep;
  const checks = (["card", "full", "key"] as const).map((what) => ({
    id: what,
    ...said[what],
    press: () => void act({ do: "check", what }),
  }));
  const rows =
    pending === null
      ? [...checks, { id: "rotate", ...said.rotate, press: () => void act({ do: "rotate" }) }]
      : checks;
  return (
    <Page
      title={said.title}
      rail={<StationRail current="upkeep" />}
      margin={
        <>
          <Aside title={said.lostTitle}>
            <p>{said.lost}</p>
          </Aside>
          <Aside title={said.whyTitle}>
            <p>{said.why}</p>
          </Aside>
        </>
      }
      {...(pending === null
        ? {}
        : {
            escape: {
              label: said.giveUp,
              press: () => void act({ do: "giveUpRotation" }),
              sure: {
                what: said.giveUpWhat,
                todo: said.giveUpTodo,
                go: said.giveUp,
                stay: said.giveUpStay,
              },
            },
          })}
      note={said.note}
      action={
        pending === null
          ? { label: said.back, press: () => void act({ do: "go", to: "home" }) }
          : { label: said.prove, press: () => void act({ do: "proveRotation" }) }
      }
      verdict={
        pending !== null && (
          <Verdict
            what={`${said.pending(pending.epoch, pending.done, pending.of)}.`}
            todo={said.pendingText}
          />
        )
      }
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <ul className="deeds">
        {rows.map(({ id, title, text: what, go, press }) => (
          <li key={id}>
            <div>
              <b>{title}</b>
              <span>{what}</span>
            </div>
            <button type="button" onClick={press}>
              {go}
            </button>
          </li>
        ))}
      </ul>
    </Page>
  );
}
