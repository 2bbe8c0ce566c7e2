import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";

type PaperSize = "A4" | "Letter";
const PAPERS: readonly PaperSize[] = ["A4", "Letter"];

/** A record on paper. The same page is on screen, in print and in the PDF. */
export function RecordScreen({ seq, page, verdict, count, folder, approved }: ScreenOf<"record">) {
  const { view, act, ask } = useStation();
  const [paper, setPaper] = useState<PaperSize>("A4");
  const [told, setTold] = useState<string | null>(null);
  const [printed, setPrinted] = useState<boolean | null>(null);
  const said = text.record;
  const number = recordNumber(seq);
  const print = async (): Promise<void> => {
    const answer = (await ask("print", { paper, copies: 2 })) as { printed: boolean } | null;
    if (answer === null) return;
    setPrinted(answer.printed);
    setTold(answer.printed ? said.printed : null);
  };
  const savePdf = async (): Promise<void> => {
    const answer = (await ask("savePdf", { paper })) as { file: string | null } | null;
    if (answer !== null) setTold(answer.file === null ? said.notSaved : said.saved(answer.file));
  };
  const found = text.verdicts[verdict];
  return (
    <Page
      step={number}
      title={said.title(number)}
      rail={
        <PlaceRail
          current="record"
          places={[
            {
              id: "records",
              label: text.rail.places.records,
              press: () => void act({ do: "go", to: "records" }),
            },
            { id: "record", label: said.title(number), press: () => undefined },
          ]}
          plate={plateOf(view)}
        />
      }
      escape={{ label: said.done, press: () => void act({ do: "go", to: "home" }) }}
      note={told ?? (approved ? said.note : said.approveFirst)}
      action={{ label: printed === true ? said.printMore : said.print, press: () => void print() }}
      verdict={printed === false && <Verdict what={said.notPrinted} todo={said.notPrintedTodo} />}
    >
      <h1 className="vh" tabIndex={-1}>
        {said.title(number)}
      </h1>
      <div className="bar">
        <p className={found?.good === true ? "verdict good" : "verdict"}>
          <b>{found?.what ?? text.verdictOther(verdict)}</b> {said.checked(count)}
          <small className="folder">{said.folder(folder)}</small>
        </p>
        <label className="inline">
          <span>{said.paper}</span>
          <select value={paper} onChange={(event) => setPaper(event.target.value as PaperSize)}>
            {PAPERS.map((size) => (
              <option key={size} value={size}>
                {said.papers[size]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => void savePdf()}>
          {said.pdf}
        </button>
        {approved ? (
          <span className="stamped">
            <i className="tick" />
            {said.approved}
          </span>
        ) : (
          <button type="button" onClick={() => void act({ do: "approve" })}>
            {said.approve}
          </button>
        )}
      </div>
      <iframe className="paper" src={page} title={said.page(number)} tabIndex={0} />
    </Page>
  );
}
