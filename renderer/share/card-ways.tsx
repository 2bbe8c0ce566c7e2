import { Tabs } from "../parts/tabs.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { WordGrid } from "../words/word-grid.tsx";
import { CodeTab } from "./code-tab.tsx";
import { StickTab } from "./stick-tab.tsx";
import type { CardEntry, Way } from "./use-card-entry.ts";

interface CardWaysProps {
  readonly entry: CardEntry;
  readonly practice: boolean;
  readonly verdict: string;
  readonly typing: (place: number | null) => void;
  /** The card is whole: by Enter on the last word, or read by machine. */
  readonly complete: () => void;
}

const PANEL = "card-way";

/** How the card comes in: typed, shown to the camera, or from a stick. */
export function CardWays({ entry, practice, verdict, typing, complete }: CardWaysProps) {
  const { way, setWay } = entry;
  const said = atKeyboard.share;
  const choose = (next: Way): void => {
    setWay(next);
    if (next === "words") entry.setRead(null);
  };
  return (
    <>
      <Tabs
        label={said.ways}
        tabs={[
          ["words", said.words],
          ["code", said.code],
          ["stick", said.stick],
        ]}
        current={way}
        choose={choose}
        panel={PANEL}
      />
      <div id={PANEL} role="tabpanel" aria-label={said[way]}>
        {way === "words" ? (
          <WordGrid
            words={entry.words}
            change={entry.setWords}
            wrong={entry.wrong}
            corrected={entry.corrected}
            verdict={verdict}
            typing={typing}
            payload={(payload) => {
              entry.setRead({ from: said.fromPaste, payload });
              setWay("stick");
            }}
            complete={complete}
          />
        ) : (
          <Machine entry={entry} way={way} practice={practice} />
        )}
      </div>
    </>
  );
}

interface MachineProps {
  readonly entry: CardEntry;
  readonly way: "code" | "stick";
  readonly practice: boolean;
}

/** Read by machine: what was found, or looking for it. */
function Machine({ entry, way, practice }: MachineProps) {
  const said = atKeyboard.share;
  const { read } = entry;
  if (read !== null)
    return (
      <div className="waits found-card" role="status">
        <b>
          <i className="tick" />
          {said.read}
        </b>
        {said.readLead(read.from)}
        <button type="button" className="line" onClick={() => entry.setRead(null)}>
          {said.readAgain}
        </button>
      </div>
    );
  return way === "code" ? (
    <CodeTab
      practice={practice}
      found={(payload) => entry.setRead({ from: said.fromCamera, payload })}
    />
  ) : (
    <StickTab read={read} choose={entry.setRead} />
  );
}
