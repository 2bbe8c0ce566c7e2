import { type ReactNode, useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";

export interface PaperText {
  readonly title: string;
  readonly frame: string;
  readonly back: string;
  readonly note: string;
  readonly printed: string;
  readonly notPrinted: string;
  readonly print: string;
}

interface PaperProps {
  readonly said: PaperText;
  readonly page: string;
  readonly rail: ReactNode;
}

/** A page on paper that belongs to a screen: the same on screen and in print. */
export function Paper({ said, page, rail }: PaperProps) {
  const { act, ask } = useStation();
  const [told, setTold] = useState<string | null>(null);
  const print = async (): Promise<void> => {
    const answer = (await ask("print", { paper: "A4", copies: 1 })) as { printed: boolean } | null;
    if (answer !== null) setTold(answer.printed ? said.printed : said.notPrinted);
  };
  return (
    <Page
      step="paper"
      title={said.title}
      rail={rail}
      escape={{ label: said.back, press: () => void act({ do: "showPaper", shown: false }) }}
      note={told ?? said.note}
      action={{ label: said.print, press: () => void print() }}
    >
      <h1 className="vh" tabIndex={-1}>
        {said.title}
      </h1>
      <iframe className="paper" src={page} title={said.frame} tabIndex={0} />
    </Page>
  );
}
