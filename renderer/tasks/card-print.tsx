import { useEffect, useState } from "react";
import { Aside, Title } from "../frame/frame.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import type { FailureView } from "../text/text.ts";
import { TaskPage } from "./task-page.tsx";
import { failureOf, useRequest } from "./use-request.ts";
import { printCard, useTask } from "./window.tsx";

interface CardPrintProps {
  readonly place: number;
  readonly who: string;
  readonly steps: readonly (readonly [id: string, label: string])[];
  readonly next: () => void;
}

type PaperSize = "A4" | "Letter";

/** The card as an image: drawn by the vault process, cut off from this page by being an image. */
export function CardPrint({ place, who, steps, next }: CardPrintProps) {
  const { practice } = useTask();
  const [paper, setPaper] = useState<PaperSize>("A4");
  const image = useCardImage(place, paper);
  const [printed, setPrinted] = useState<boolean | null>(null);
  const printing = useRequest();
  const stick = useStick(place);
  const [latest, setLatest] = useState<"print" | "stick">("print");
  const said = atKeyboard.card;
  const title = said.title(who);
  const print = async (): Promise<void> => {
    const done = await printing.run(() => printCard(paper));
    setPrinted(done === true);
    setLatest("print");
  };
  const write = async (): Promise<void> => {
    await stick.write();
    setLatest("stick");
  };
  // A rehearsal needs no printer: the stage keeps the card for who plays the custodian.
  const toPrint = !practice && printed !== true;
  const making = image.url === null;
  return (
    <TaskPage
      rail={said.rail}
      steps={steps}
      step="print"
      title={title}
      margin={
        <>
          {practice && (
            <Aside title={said.practiceTitle}>
              <p>{said.practice}</p>
            </Aside>
          )}
          <section>
            {toPrint ? (
              <button type="button" onClick={next}>
                {said.next}
              </button>
            ) : (
              <button type="button" onClick={() => void print()}>
                {printed === true ? said.printAgain : said.print}
              </button>
            )}
            <label className="inline under-button">
              <span>{said.paper}</span>
              <select value={paper} onChange={(event) => setPaper(event.target.value as PaperSize)}>
                <option value="A4">{said.papers.A4}</option>
                <option value="Letter">{said.papers.Letter}</option>
              </select>
            </label>
          </section>
          <Aside title={said.printTitle}>
            <p>{said.printText}</p>
          </Aside>
          {!practice && (
            <Aside title={said.stickTitle}>
              <p>{said.stickText}</p>
              <p className="under-button">
                <button type="button" onClick={() => void write()}>
                  {said.stick}
                </button>
              </p>
            </Aside>
          )}
          <Aside title={said.misTitle}>
            <p>{said.mis}</p>
          </Aside>
        </>
      }
      note={toPrint ? said.printNote : said.note}
      action={
        toPrint
          ? { label: said.print, press: () => void print(), awaits: making || printing.pending }
          : { label: said.next, press: next, awaits: making }
      }
    >
      <Title>{title}</Title>
      <div className={`card-sheet ${paper}`}>
        {image.url === null ? (
          image.failure === null && <p className="quiet">{said.making}</p>
        ) : (
          <img src={image.url} alt={said.drawing} />
        )}
      </div>
      <div className="room">
        <Latest
          failure={image.failure ?? (latest === "stick" ? stick.failure : null)}
          to={latest === "stick" ? stick.to : null}
          printed={latest === "print" ? printed : null}
        />
      </div>
    </TaskPage>
  );
}

interface LatestProps {
  readonly failure: FailureView | null;
  /** The file that was written to the stick. */
  readonly to: string | null;
  readonly printed: boolean | null;
}

/** What was tried last, and how it went. */
function Latest({ failure, to, printed }: LatestProps) {
  const said = atKeyboard.card;
  if (failure !== null) return <FailureVerdict failure={failure} />;
  if (to !== null) return <Verdict good what={said.stickDone(to)} todo={said.stickDoneTodo} />;
  return (
    printed !== null && (
      <Verdict good={printed} what={printed ? said.printed : said.notPrinted} todo="" />
    )
  );
}

/** The same payload on the custodian's own stick, for who likes that better than a camera. */
function useStick(place: number) {
  const { people } = useTask();
  const { run, failure } = useRequest();
  const [to, setTo] = useState<string | null>(null);
  const write = async (): Promise<void> => {
    setTo(null);
    const written = await run(() => people.ask("saveCard", { place }));
    if (written !== null) setTo(written.to);
  };
  return { to, failure, write };
}

interface Drawn {
  readonly url: string | null;
  readonly failure: FailureView | null;
}
const NOTHING: Drawn = { url: null, failure: null };

/** The card's drawing as an address of this window's own; it is given back with the screen. */
function useCardImage(place: number, paper: PaperSize): Drawn {
  const { people } = useTask();
  const [drawn, setDrawn] = useState(NOTHING);
  useEffect(() => {
    let url: string | null = null;
    let isGone = false;
    const draw = async (): Promise<void> => {
      try {
        const { svg } = await people.ask("card", { place, paper });
        if (isGone) return;
        url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
        setDrawn({ url, failure: null });
      } catch (error) {
        if (!isGone) setDrawn({ url: null, failure: failureOf(error) });
      }
    };
    setDrawn(NOTHING);
    void draw();
    return () => {
      isGone = true;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [people, place, paper]);
  return drawn;
}
