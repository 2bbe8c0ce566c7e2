import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { Verdict } from "../parts/verdict.tsx";
import { daysUntil } from "../text/say.ts";
import { text } from "../text/text.ts";

type DueRows = ScreenOf<"upkeep">["due"];

/** What is due of each line below; other kinds stand in the margin. */
const DUE_OF: Readonly<Record<string, string>> = {
  card: "card-check",
  full: "full-check",
  key: "key-check",
  drill: "drill",
  copy: "copy",
};

/** What keeps the glass trustworthy: one line for each thing that somebody can do now. */
export function UpkeepScreen({ pending, due }: ScreenOf<"upkeep">) {
  const { act } = useStation();
  const said = text.upkeep;
  const checks = (["card", "full", "key"] as const).map((what) => ({
    id: what,
    ...said[what],
    press: () => void act({ do: "check", what }),
  }));
  const drill = {
    id: "drill",
    ...said.drill,
    press: () => void act({ do: "go", to: "drill" }),
  };
  const rows =
    pending === null
      ? [
          ...checks,
          drill,
          { id: "copy", ...said.copy, press: () => void act({ do: "go", to: "copy" }) },
          { id: "rotate", ...said.rotate, press: () => void act({ do: "rotate" }) },
        ]
      : checks;
  const here = new Set(rows.map(({ id }) => DUE_OF[id]));
  const others = due.filter(({ what }) => !here.has(what) && what !== "rotation");
  return (
    <Page
      title={said.title}
      rail={<StationRail current="upkeep" />}
      margin={
        <>
          {others.length > 0 && (
            <Aside title={said.elseTitle}>
              <Others due={others} />
            </Aside>
          )}
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
              <span>
                {what} <Due due={due.filter((one) => one.what === DUE_OF[id])} />
              </span>
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

/** Who is late, and who will be soon; nothing where nobody is. */
function Due({ due }: { readonly due: DueRows }) {
  const now = useNow();
  const said = text.upkeep;
  const late = due.filter(({ on }) => !(daysUntil(on, now) >= 0));
  const soon = due.filter((one) => !late.includes(one));
  const names = (rows: DueRows) => rows.flatMap(({ by }) => by ?? []);
  return (
    <>
      {late.length > 0 && <em>{said.late(names(late))}</em>}{" "}
      {soon.length > 0 && said.soon(names(soon))}
    </>
  );
}

/** By kind: what has a screen of its own lists its names there. */
function Others({ due }: { readonly due: DueRows }) {
  return (
    <ul>
      {[...Map.groupBy(due, ({ what }) => what)].map(([what, rows]) => {
        const name = text.due[what] ?? what;
        return (
          <li key={what}>{rows.length === 1 ? name : text.dueOf(name, String(rows.length))}</li>
        );
      })}
    </ul>
  );
}
