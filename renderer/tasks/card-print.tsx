import { useEffect, useState } from "react";
import { Aside, Title } from "../frame/frame.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { TaskPage } from "./task-page.tsx";
import { useRequest } from "./use-request.ts";
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
  const image = useCardImage(place);
  const [paper, setPaper] = useState<PaperSize>("A4");
  const [printed, setPrinted] = useState<boolean | null>(null);
  const printing = useRequest();
  const said = text.card;
  const title = said.title(who);
  const print = async (): Promise<void> => {
    const done = await printing.run(() => printCard(paper));
    setPrinted(done === true);
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
      <div className="card-sheet">
        {image.url === null ? (
          image.request.failure === null && <p className="quiet">{said.making}</p>
        ) : (
          <img src={image.url} alt={said.drawing} />
        )}
      </div>
      {image.request.failure !== null ? (
        <FailureVerdict failure={image.request.failure} />
      ) : (
        <div className="room">
          {printed !== null && (
            <Verdict good={printed} what={printed ? said.printed : said.notPrinted} todo="" />
          )}
        </div>
      )}
    </TaskPage>
  );
}

/** The card's drawing as an address of this window's own; it is given back with the screen. */
function useCardImage(place: number) {
  const { people } = useTask();
  const request = useRequest();
  const [url, setUrl] = useState<string | null>(null);
  const { run } = request;
  useEffect(() => {
    let made: string | null = null;
    let isGone = false;
    void run(() => people.ask("card", { place })).then((card) => {
      if (card === null || isGone) return;
      made = URL.createObjectURL(new Blob([card.svg], { type: "image/svg+xml" }));
      setUrl(made);
    });
    return () => {
      isGone = true;
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [people, place, run]);
  return { url, request };
}
