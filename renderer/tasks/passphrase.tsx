import { useEffect, useState } from "react";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { FailureVerdict } from "../parts/verdict.tsx";
import { atKeyboard } from "../text/at-keyboard.ts";
import { TaskPage } from "./task-page.tsx";
import { useRequest } from "./use-request.ts";
import { useTask } from "./window.tsx";

/** Nobody has written eight words down in less; a press before that was not meant. */
const SEEN_MS = 1_500;

/** Whether the words have stood there for a while: they are shown once only. */
function useSeen(shown: boolean): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!shown) return;
    const timer = window.setTimeout(() => setSeen(true), SEEN_MS);
    return () => {
      window.clearTimeout(timer);
      setSeen(false);
    };
  }, [shown]);
  return seen;
}

/** A generated passphrase, shown once, to one person. */
export function PassphraseTask({ place, who }: TaskOf<"passphrase">) {
  const { people, aid, practice, finish } = useTask();
  const [passphrase, setPassphrase] = useState<string | null>(null);
  const choosing = useRequest();
  const seen = useSeen(passphrase !== null);
  const said = atKeyboard.passphrase;
  const frame = {
    rail: said.rail,
    steps: [
      ["ready", said.steps.ready],
      ["write", said.steps.write],
    ] as const,
    margin: (
      <>
        <Aside title={said.rulesTitle}>
          <p>{said.rules}</p>
        </Aside>
        <Aside title={said.laterTitle}>
          <p>{said.later}</p>
        </Aside>
        {practice && (
          <Aside title={said.practiceTitle}>
            <p>{said.practice}</p>
          </Aside>
        )}
      </>
    ),
  };
  const choose = async (): Promise<void> => {
    const chosen = await choosing.run(() => people.ask("choosePassphrase", { place }));
    if (chosen !== null) setPassphrase(chosen.passphrase);
  };
  const done = async (): Promise<void> => {
    if (practice && passphrase !== null) {
      const kept = await choosing.run(async () => {
        await aid.ask("remember", { place, passphrase });
        return true;
      });
      if (kept === null) return;
    }
    setPassphrase(null);
    finish();
  };
  const failure = choosing.failure !== null && <FailureVerdict failure={choosing.failure} />;
  if (passphrase === null)
    return (
      <TaskPage
        {...frame}
        step="ready"
        title={said.readyTitle(who)}
        note={choosing.pending ? said.showing : said.showNote}
        busy={choosing.pending}
        action={{ label: said.show, press: () => void choose(), awaits: choosing.pending }}
      >
        <Title>{said.readyTitle(who)}</Title>
        <p className="lead">{said.readyLead}</p>
        <ul className="before">
          {said.readyFacts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        {failure}
      </TaskPage>
    );
  const words = passphrase.split(" ");
  const title = words.length === 8 ? said.title : said.titleOther;
  return (
    <TaskPage
      {...frame}
      step="write"
      title={title}
      note={practice ? said.notePractice : said.note}
      action={{ label: said.done, press: () => void done(), awaits: !seen }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <ol className="said" aria-label={said.list}>
        {words.map((word, index) => (
          <li key={index}>
            <span className="number" aria-hidden="true">
              {index + 1}
            </span>
            {word}
          </li>
        ))}
      </ol>
      {failure}
    </TaskPage>
  );
}
