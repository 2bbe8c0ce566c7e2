import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Lines, Word } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { SealRail, type SealView, whoOf } from "./rail.tsx";
import { stopOf } from "./stop.ts";

/** As many as fit on the screen. */
const MOST = 5;

/** Two keys at least, one touch each; then the vault is sealed. */
export function SealKeys(seal: SealView) {
  const { view, act } = useStation();
  const said = text.seal.keys;
  const { keys, asked } = seal;
  const next = keys.find(({ enrolled }) => !enrolled);
  const leftOver = keys.filter(({ enrolled }) => !enrolled).length;
  // A rehearsal has its two keys; in earnest a third in a third place is worth its price.
  const mayAdd = next === undefined && view.mode === "REAL" && keys.length < MOST;
  const sealing = next === undefined && view.busy !== null;
  const title = sealing ? said.sealing : said.title(leftOver);
  return (
    <Page
      step={`keys ${leftOver}`}
      title={title}
      rail={<SealRail {...seal} />}
      margin={
        <>
          <Aside title={text.seal.whoTitle}>
            <p>{whoOf(view)}</p>
          </Aside>
          <Aside title={said.twoTitle}>
            <p>{said.two}</p>
          </Aside>
          {mayAdd && (
            <Aside title={said.reviewTitle}>
              <p>{said.review}</p>
            </Aside>
          )}
          {mayAdd && (
            <section>
              <button type="button" onClick={() => void act({ do: "addKey" })}>
                {said.add}
              </button>
            </section>
          )}
        </>
      }
      escape={stopOf(seal, act)}
      note={next === undefined ? said.nextNote : said.note}
      action={
        next === undefined
          ? { label: said.next, press: () => void act({ do: "next" }) }
          : { label: said.go(next.label), press: () => void act({ do: "touch" }) }
      }
    >
      <Title>{title}</Title>
      <p className="lead">
        {sealing ? said.sealingLead : view.mode === "PRACTICE" ? said.practiceLead : said.lead}
      </p>
      <Lines
        spacing={keys.length > 3 ? "tight" : "roomy"}
        lines={keys.map((key, index) => ({
          id: `${index}`,
          state: key.label === asked || key === next ? "now" : key.enrolled ? "done" : "later",
          title: key.label,
          detail:
            key.label === asked
              ? said.touch
              : key.enrolled
                ? said.enrolled[key.use]
                : key === next
                  ? said.now
                  : said.waits,
          end: <Word>{`${index + 1}`}</Word>,
        }))}
      />
    </Page>
  );
}
