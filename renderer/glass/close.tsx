import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { lineOf, Lines } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { GlassRail, type GlassView } from "./rail.tsx";
import { endSilent, Silent } from "./silent.tsx";

/** Closing: AWS is asked until it refuses, line by line. */
export function GlassClose(glass: GlassView) {
  const { view, act } = useStation();
  const said = text.glass.close;
  const { lines, dead, silent } = glass;
  const title = dead === null ? said.closing : dead ? said.dead : said.notProven;
  const lead = dead === null ? said.closingLead : dead ? said.deadLead : said.notProvenLead;
  const again = { label: said.again, press: () => void act({ do: "close" }) };
  const record = {
    label: view.drill !== null ? said.goDrill : dead === false ? said.goOn : said.go,
    press: () => void act({ do: "next" }),
  };
  return (
    <Page
      step={`close ${String(dead)}${silent ? " silent" : ""}`}
      title={title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          {silent && <Silent />}
          {glass.onSticks.length > 0 && (
            <Aside title={said.sticksTitle}>
              <p>{said.sticks(glass.onSticks)}</p>
            </Aside>
          )}
          <Asides dead={dead} practice={view.mode === "PRACTICE"} />
        </>
      }
      escape={
        dead === null
          ? { label: said.stop, press: () => void act({ do: "stop" }) }
          : dead
            ? again
            : record
      }
      note={silent ? text.glass.silent.note : dead === null ? said.waitNote : said.note}
      action={
        silent ? endSilent(act) : dead === false ? again : { ...record, awaits: dead === null }
      }
    >
      <Title>{title}</Title>
      <p className="lead">{lead}</p>
      {lines.length === 0 ? (
        <p className="waits">{said.nothingYet}</p>
      ) : (
        <Lines
          lines={lines.map((line, index) => lineOf(line, `${index}`))}
          spacing={lines.length > 6 ? "close" : "tight"}
        />
      )}
    </Page>
  );
}

interface AsidesProps {
  readonly dead: boolean | null;
  readonly practice: boolean;
}

function Asides({ dead, practice }: AsidesProps) {
  const said = text.glass.close;
  const told: readonly (readonly [string, string])[] = practice
    ? [[said.practiceTitle, said.practice]]
    : dead === true
      ? [
          [said.dueTitle, said.due],
          [said.afterTitle, said.after],
          [said.cableTitle, said.cable],
        ]
      : [[said.cableTitle, said.cableWait]];
  return told.map(([title, body]) => (
    <Aside key={title} title={title}>
      <p>{body}</p>
    </Aside>
  ));
}
