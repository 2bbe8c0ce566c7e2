import type { AppView, LineView } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { useBusy } from "../app/use-busy.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { lineOf, Lines } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { GlassRail, type GlassView, WhoIsHere } from "./rail.tsx";
import { endSilent, Silent } from "./silent.tsx";

/** The cable goes in; lines turn in place; nothing is open yet. */
export function GlassConnect(glass: GlassView) {
  const { view, act } = useStation();
  const { shown } = useBusy();
  const said = text.glass.connect;
  const { lines, incident, purpose, asking, silent } = glass;
  const rest = purpose === "rest" ? said.rest : null;
  const linked = lines.some(({ id, state }) => id === "link" && state === "done");
  const practice = view.mode === "PRACTICE";
  const isBusy = asking || shown !== null;
  const isOpening = isBusy && rest === null;
  const isKept = isOpening && keptAway(lines, view.notice);
  const { title, lead } = sayConnect(glass, practice, linked, isOpening, isKept);
  // What to do then needs the room of the lines that are far off.
  const near = isKept ? lines.filter(({ state }) => state !== "later") : lines;
  return (
    <Page
      step={silent ? "connect silent" : "connect"}
      title={title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          {silent ? <Silent /> : <WhoIsHere incident={incident} />}
          <Aside title={said.failTitle}>
            <p>{asking ? said.askingFail : said.fail}</p>
          </Aside>
          <Aside title={said.mindTitle}>
            <p>
              {asking
                ? said.askingMind
                : (rest?.mind ?? (practice ? said.practiceMind : said.mind))}
            </p>
          </Aside>
        </>
      }
      escape={
        asking
          ? { label: text.glass.close.stop, press: () => void act({ do: "stop" }) }
          : {
              label: rest?.back ?? said.back,
              press: () => void act({ do: "cancel" }),
              ...(rest === null ? { sure: said.backSure } : {}),
            }
      }
      note={
        silent
          ? text.glass.silent.note
          : asking
            ? (text.busy["activate"] ?? "")
            : linked
              ? (rest?.note ?? said.readyNote(said.length(incident.durationSeconds)))
              : said.note
      }
      action={
        silent
          ? endSilent(act)
          : {
              label: rest?.go ?? said.go,
              press: () => void act({ do: rest === null ? "openAccess" : "next" }),
              awaits: !linked || asking,
            }
      }
    >
      <Title>{title}</Title>
      <p className="lead">{lead}</p>
      <Lines
        lines={waiting(near, linked && !isBusy).map((line, index) => lineOf(line, `${index}`))}
        spacing={lines.length > 6 ? "close" : lines.length > 5 ? "tight" : "roomy"}
      />
    </Page>
  );
}

/** Nothing was written yet, and something keeps AWS away that people or time can mend. */
const keptAway = (lines: readonly LineView[], notice: AppView["notice"]): boolean =>
  notice !== null &&
  !/^(STOP_HEARD|CEREMONY_RUNS)$/.test(notice.code) &&
  lines.some(({ id, state }) => id === "identified" && state !== "done");

/** Until AWS is asked, no further line is worked on, whichever is next. */
const waiting = (lines: readonly LineView[], isWaiting: boolean): readonly LineView[] =>
  isWaiting
    ? lines.map((line) => (line.state === "now" ? { ...line, state: "later" as const } : line))
    : lines;

function sayConnect(
  glass: GlassView,
  practice: boolean,
  linked: boolean,
  busy: boolean,
  isKept: boolean,
): { title: string; lead: string } {
  const said = text.glass.connect;
  const { purpose } = glass;
  if (isKept) return { title: said.failedTitle, lead: said.failedLead };
  if (busy && linked)
    return {
      title: practice ? said.practiceOpening : said.openingTitle,
      lead: said.openingLead,
    };
  const plugged = practice ? said.practiceIn : said.inTitle;
  const unplugged = practice ? said.practicePlug : said.plug;
  const open = linked ? said.readyLead : said.lead;
  return {
    title: linked ? plugged : unplugged,
    lead: purpose === "rest" ? said.rest.lead : open,
  };
}
