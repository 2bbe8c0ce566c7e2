import type { ScreenOf } from "../../contract/app.ts";
import { offsetOf } from "../app/band-of.ts";
import { Page } from "../app/page.tsx";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { Countdown } from "../parts/countdown.tsx";
import { Facts, Ids } from "../parts/facts.tsx";
import { lineOf, Lines } from "../parts/lines.tsx";
import { text } from "../text/text.ts";

/** After a crash: an access may be open, and nothing else is offered before it is closed. */
export function LeftScreen(left: ScreenOf<"left">) {
  const { incident, accounts, untilMs, lines, latched, asking } = left;
  const { view, act } = useStation();
  const said = text.left;
  const title = latched ? said.latchedTitle : said.title;
  const isSilent = asking === "silent";
  const unplugged = lines.some(({ id, state }) => id === "link" && state === "now");
  return (
    <Page
      step={latched ? "latched" : isSilent ? "silent" : ""}
      title={title}
      rail={
        <PlaceRail
          current="left"
          places={[{ id: "left", label: said.place, press: () => undefined }]}
          plate={plateOf(view)}
        />
      }
      margin={
        <>
          {isSilent ? (
            <Aside title={text.glass.silent.title}>
              <p>{said.silent}</p>
            </Aside>
          ) : (
            <Aside title={said.happenedTitle}>
              <p>{said.happened}</p>
            </Aside>
          )}
          <Aside title={said.needTitle}>
            <p>{said.need}</p>
          </Aside>
        </>
      }
      {...(asking === null || asking === "stopping"
        ? {}
        : {
            escape: isSilent
              ? { label: text.glass.silent.go, press: () => void act({ do: "endSilent" }) }
              : { label: text.glass.close.stop, press: () => void act({ do: "stop" }) },
          })}
      note={
        isSilent
          ? text.glass.silent.note
          : asking !== null
            ? (text.busy["left.close"] ?? "")
            : unplugged
              ? said.unpluggedNote
              : said.note
      }
      action={{
        label: said.rest,
        press: () => void act({ do: "next" }),
        awaits: asking === "asked",
      }}
    >
      {untilMs !== null && !latched && <Countdown untilMs={untilMs} offsetMs={offsetOf(view)} />}
      <Title>{title}</Title>
      <p className="lead">
        {latched ? said.latchedLead : unplugged ? said.unpluggedLead : said.lead}
      </p>
      <Facts
        facts={[
          [said.incident, incident],
          [said.reaches, <Ids key="ids" ids={accounts} />],
        ]}
      />
      {lines.length > 0 && (
        <Lines lines={lines.map((line, index) => lineOf(line, `${index}`))} spacing="close" />
      )}
    </Page>
  );
}
