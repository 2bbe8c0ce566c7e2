import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { type Seat, Seats } from "../parts/seats.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { second } from "../text/say.ts";
import { sentences, text } from "../text/text.ts";
import { GlassRail, type GlassView, Overrides, WhoIsHere } from "./rail.tsx";

/** Seats fill, in any order; a refused share costs nothing. */
export function GlassCustodians(glass: GlassView) {
  const { act } = useStation();
  const said = text.glass.custodians;
  const { seats, threshold, others, refused } = glass;
  const missing = Math.max(0, threshold - seats.length);
  return (
    <Page
      step={`custodians ${missing}`}
      title={said.title(missing)}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          <WhoIsHere incident={glass.incident} />
          <Overrides incident={glass.incident} />
          <Aside title={said.missingTitle}>
            <p>{others.length === 0 ? said.nobody : said.missing(others)}</p>
          </Aside>
          <Aside title={said.wrongTitle}>
            <p>{said.wrong}</p>
          </Aside>
        </>
      }
      escape={{
        label: text.foot.stop,
        press: () => void act({ do: "cancel" }),
        ...(seats.length === 0 ? {} : { sure: text.glass.stop }),
      }}
      note={missing === 0 ? said.enoughNote : said.note}
      action={
        missing === 0
          ? { label: said.enough, press: () => void act({ do: "next" }) }
          : { label: said.go, press: () => void act({ do: "enterShare" }) }
      }
      verdict={refused !== null && <Refused {...refused} />}
    >
      <Title>{said.title(missing)}</Title>
      <p className="lead">
        {isClosing(glass) && missing > 0 ? said.closeLead : said.lead(missing)}
      </p>

      <Seats
        label={said.seats}
        tall
        seats={Array.from({ length: Math.max(threshold, seats.length) }, (_, index) =>
          seatAt(glass, index),
        )}
      />
    </Page>
  );
}

/** After a crash: the custodians come to close, and no access is asked for. */
const isClosing = ({ purpose }: GlassView): boolean => purpose === "rest";

function seatAt({ seats }: GlassView, index: number): Seat {
  const said = text.glass.custodians;
  const seat = seats[index];
  if (seat !== undefined)
    return { title: seat.name, note: said.seatedAt(second(seat.at)), state: "filled" };
  const next = index === seats.length;
  return {
    title: said.seat(index + 1),
    note: next ? said.next : said.free,
    state: next ? "now" : "free",
  };
}

function Refused({ by, failure }: NonNullable<GlassView["refused"]>) {
  const { what, todo } = sentences(failure);
  return <Verdict what={`${text.glass.by(by)} ${what}`} todo={todo} />;
}
