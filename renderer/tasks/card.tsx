import { useState } from "react";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { type Accepted, ShareEntry } from "../share/entry.tsx";
import { PracticeHelper } from "../share/practice-helper.tsx";
import { useCardEntry } from "../share/use-card-entry.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import { text } from "../text/text.ts";
import { CardPrint } from "./card-print.tsx";
import { TaskPage } from "./task-page.tsx";
import { useTask } from "./window.tsx";

/** The card is printed, and typed back from the paper: that proves the print. */
export function CardTask({ place, who, printed }: TaskOf<"card">) {
  const { people, practice, finish } = useTask();
  const entry = useCardEntry();
  const [inHand, setInHand] = useState(printed);
  const [proven, setProven] = useState<Accepted | null>(null);
  const said = atKeyboard.card;
  const steps = [
    ["print", said.steps.print],
    ["card", said.steps.type],
    ["passphrase", said.steps.passphrase],
  ] as const;
  if (!inHand)
    return <CardPrint place={place} who={who} steps={steps} next={() => setInHand(true)} />;
  if (proven !== null)
    return (
      <TaskPage
        rail={said.rail}
        steps={steps}
        step="passphrase"
        done
        noEscape
        title={said.provenTitle(who)}
        margin={
          <Aside title={said.printTitle}>
            <p>{said.printText}</p>
          </Aside>
        }
        note={said.provenNote}
        action={{ label: said.done, press: finish }}
      >
        <Title>{said.provenTitle(who)}</Title>
        <p className="lead">{said.provenLead}</p>
        <p className="runbook calm">{said.provenTodo}</p>
      </TaskPage>
    );
  return (
    <ShareEntry
      rail={said.rail}
      steps={steps}
      entry={entry}
      card={{
        title: said.typeTitle,
        lead: practice ? said.typeLeadPractice : printed ? said.typeLeadAgain : said.typeLead,
      }}
      passphrase={{
        title: said.passphraseTitle,
        lead: practice ? atKeyboard.share.passphraseLeadPractice : said.passphraseLead,
        note: said.checkNote,
        go: said.check,
      }}
      helper={
        practice && <PracticeHelper others={[{ place, name: who }]} entry={entry} set="next" />
      }
      {...(printed ? {} : { escape: { label: text.foot.back, press: () => setInHand(false) } })}
      check={(card, passphrase) => people.ask("reenter", { card, passphrase })}
      objection={(verdict) =>
        verdict.place === place ? null : { what: said.other(verdict.who), todo: said.otherTodo }
      }
      accepted={(verdict) => {
        entry.wipe();
        setProven(verdict);
      }}
    />
  );
}
