import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { useBusy } from "../app/use-busy.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { text } from "../text/text.ts";

/** Nothing is sealed: two doors. The action stands in the door, where it is explained. */
export function FirstScreen({ begun }: ScreenOf<"first">) {
  const { view, act } = useStation();
  const said = text.first;
  const practice = view.mode === "PRACTICE";
  const { held, shown } = useBusy();
  return (
    <Page
      title={said.title}
      rail={<StationRail current="home" />}
      margin={
        <>
          <Aside title={said.marginNew}>
            <p>{said.marginNewText}</p>
          </Aside>
          <Aside title={said.marginWhat}>
            <p>{said.marginWhatText}</p>
          </Aside>
          {!practice && (
            <section>
              <button
                type="button"
                aria-disabled={held}
                onClick={() => {
                  if (!held) void act({ do: "restore" });
                }}
              >
                {said.restore}
              </button>
              <p className="under-button">{said.restoreText}</p>
            </section>
          )}
        </>
      }
      {...(practice
        ? { escape: { label: text.home.endPractice, press: () => void act({ do: "endPractice" }) } }
        : begun
          ? {
              escape: {
                label: said.over,
                press: () => void act({ do: "practise", fresh: true }),
                sure: said.overSure,
              },
            }
          : {})}
      note={practice ? said.practiceNote : said.note}
    >
      <Title>{said.title}</Title>
      <div className="doors">
        <Door
          id="door-practise"
          {...said.practise}
          go={begun ? said.goOn : said.practise.go}
          primary
          held={held}
          awaits={shown !== null}
          press={() => void act({ do: "practise", fresh: false })}
        />
        <Door
          id="door-set-up"
          {...said.setUp}
          held={held}
          awaits={shown !== null}
          press={() => void act({ do: "go", to: "setup" })}
        />
      </div>
    </Page>
  );
}

interface DoorProps {
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly facts: readonly string[];
  readonly go: string;
  readonly primary?: boolean;
  readonly held: boolean;
  readonly awaits: boolean;
  readonly press: () => void;
}

const Door = ({ id, title, lead, facts, go, primary = false, held, awaits, press }: DoorProps) => (
  <section className="door" aria-labelledby={id}>
    <h2 id={id}>{title}</h2>
    <p>{lead}</p>
    <ul>
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
    <button
      type="button"
      className={awaits ? "awaits" : primary ? "act" : ""}
      aria-disabled={held}
      onClick={() => {
        if (!held) press();
      }}
    >
      {go}
    </button>
  </section>
);
