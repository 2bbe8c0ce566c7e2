import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Lines, Word } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { SealRail, type SealView, whoOf } from "./rail.tsx";
import { stopOf } from "./stop.ts";

interface PeopleText {
  title(leftOver: number): string;
  readonly lead: string;
  readonly lineDone: string;
  readonly lineNow: string;
  readonly lineLater: string;
  readonly note: string;
  go(who: string): string;
  readonly next: string;
  readonly nextNote: string;
}

interface PeopleProps {
  readonly seal: SealView;
  readonly said: PeopleText;
  readonly asides: readonly (readonly [title: string, body: string])[];
}

/** One custodian after the other has the keyboard for this step's part. */
function PeopleStep({ seal, said, asides }: PeopleProps) {
  const { act } = useStation();
  const { custodians, ready, step } = seal;
  const places = custodians.map((_, index) => index + 1);
  const next = places.find((place) => !ready.includes(place));
  const leftOver = places.filter((place) => !ready.includes(place)).length;
  const title = said.title(leftOver);
  const state = (place: number) =>
    ready.includes(place) ? "done" : place === next ? "now" : "later";
  const detail = { done: said.lineDone, now: said.lineNow, later: said.lineLater };
  return (
    <Page
      step={`${step} ${next ?? ""}`}
      title={title}
      rail={<SealRail {...seal} />}
      margin={asides.map(([head, body]) => (
        <Aside key={head} title={head}>
          <p>{body}</p>
        </Aside>
      ))}
      escape={stopOf(seal, act)}
      note={next === undefined ? said.nextNote : said.note}
      action={
        next === undefined
          ? { label: said.next, press: () => void act({ do: "next" }) }
          : {
              label: said.go(custodians[next - 1] ?? ""),
              press: () => void act({ do: "hand", place: next }),
            }
      }
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Lines
        spacing={custodians.length > 6 ? "two" : "tight"}
        lines={custodians.map((name, index) => ({
          id: `${index}`,
          state: state(index + 1),
          title: name,
          detail: detail[state(index + 1)],
          end: <Word>{`${index + 1}`}</Word>,
        }))}
      />
    </Page>
  );
}

export function SealPassphrases(seal: SealView) {
  const { view } = useStation();
  const said = text.seal.passphrases;
  return (
    <PeopleStep
      seal={seal}
      said={said}
      asides={[
        [text.seal.whoTitle, whoOf(view)],
        [said.keepTitle, said.keep],
      ]}
    />
  );
}

export function SealCards(seal: SealView) {
  const said = text.seal.cards;
  return (
    <PeopleStep
      seal={seal}
      said={said}
      asides={[
        [said.misTitle, said.mis],
        [said.stopTitle, said.stop],
      ]}
    />
  );
}
