import { useState } from "react";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { type Seat, Seats } from "../parts/seats.tsx";
import { type Accepted, ShareEntry } from "../share/entry.tsx";
import { PracticeHelper } from "../share/practice-helper.tsx";
import { useCardEntry } from "../share/use-card-entry.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import { TaskPage } from "./task-page.tsx";
import { useTask } from "./window.tsx";

type ShareTaskOf = TaskOf<"share">;

/** One custodian enters a share; the verdict comes before they leave. */
export function ShareTask(task: ShareTaskOf) {
  const { people, practice, finish } = useTask();
  const entry = useCardEntry();
  const [accepted, setAccepted] = useState<Accepted | null>(null);
  const { seats, others, vault } = task;
  const said = atKeyboard.share;
  const steps = [
    ["card", said.steps.card],
    ["passphrase", said.steps.passphrase],
  ] as const;
  if (accepted !== null)
    return (
      <TaskPage
        rail={said.rail}
        steps={steps}
        step="passphrase"
        done
        noEscape
        title={said.accepted(accepted.who)}
        margin={<span />}
        note={said.acceptedNote}
        action={{ label: said.done, press: finish }}
      >
        <Title>{said.accepted(accepted.who)}</Title>
        <p className="lead">{said.acceptedLead(Math.max(0, accepted.need - accepted.have))}</p>
        <ShareSeats names={[...seats, accepted.who]} of={accepted.need} typing={false} />
        <p className="runbook calm">{said.acceptedTodo}</p>
      </TaskPage>
    );
  return (
    <ShareEntry
      rail={said.rail}
      steps={steps}
      entry={entry}
      card={{
        title: said.title(Math.max(1, vault.threshold - seats.length), seats.length),
        lead: practice ? said.leadPractice : said.lead,
      }}
      passphrase={{
        title: said.passphraseTitle,
        lead: practice ? said.passphraseLeadPractice : said.passphraseLead,
        note: said.checkNote,
        go: said.check,
      }}
      top={<ShareSeats names={seats} of={vault.threshold} typing />}
      helper={practice && <PracticeHelper others={others} entry={entry} misread />}
      who={
        <Aside title={said.who}>
          <p>{said.whoText(others.map(({ name }) => name))}</p>
        </Aside>
      }
      check={(card, passphrase) => people.ask("enterShare", { card, passphrase })}
      accepted={(verdict) => {
        entry.wipe();
        setAccepted(verdict);
      }}
    />
  );
}

interface ShareSeatsProps {
  readonly names: readonly string[];
  readonly of: number;
  readonly typing: boolean;
}

function ShareSeats({ names, of, typing }: ShareSeatsProps) {
  const said = atKeyboard.share;
  const seatAt = (index: number): Seat => {
    const name = names[index];
    if (name !== undefined) return { title: name, note: said.seated, state: "filled" };
    const now = typing && index === names.length;
    return {
      title: said.seat(index + 1),
      note: now ? said.typing : said.free,
      state: now ? "now" : "free",
    };
  };
  return (
    <Seats
      label={said.seats}
      seats={Array.from({ length: Math.max(of, names.length) }, (_, index) => seatAt(index))}
    />
  );
}
