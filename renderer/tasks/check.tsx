import { useState } from "react";
import type { CheckVerdict } from "../../contract/check.ts";
import type { ShareVerdict } from "../../contract/ceremony.ts";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Title } from "../frame/frame.tsx";
import { Facts } from "../parts/facts.tsx";
import { ShareEntry } from "../share/entry.tsx";
import { PracticeHelper } from "../share/practice-helper.tsx";
import { useCardEntry } from "../share/use-card-entry.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import { text } from "../text/text.ts";
import { KeyTask } from "./key-task.tsx";
import { TaskPage } from "./task-page.tsx";
import { useTask } from "./window.tsx";

/** A custodian alone: the card, or the share with its passphrase, against what was sealed. */
export function CheckTask({ what, custodians }: TaskOf<"check">) {
  const { check, practice, finish } = useTask();
  const entry = useCardEntry();
  const [good, setGood] = useState<string | null>(null);
  const said = text.checkCard;
  const full = what === "full";
  const steps = [
    ["card", said.steps.card],
    ...(full ? [["passphrase", said.steps.passphrase] as const] : []),
  ] as const;
  if (good !== null)
    return (
      <TaskPage
        rail={said.rail}
        steps={steps}
        step="card"
        done
        noEscape
        title={said.good(good)}
        margin={<span />}
        note={said.goodNote}
        action={{ label: said.done, press: finish }}
      >
        <Title>{said.good(good)}</Title>
        <p className="lead">{said.goodLead}</p>
        <p className="runbook calm">{said.goodTodo}</p>
      </TaskPage>
    );
  return (
    <ShareEntry
      rail={said.rail}
      steps={steps}
      entry={entry}
      card={{
        title: full ? said.fullTitle : said.title,
        lead: full ? said.fullLead : said.lead,
        ...(full ? {} : { go: said.check, note: said.note }),
      }}
      passphrase={{
        title: said.passphraseTitle,
        lead: practice ? atKeyboard.share.passphraseLeadPractice : said.passphraseLead,
        note: said.note,
        go: said.check,
      }}
      helper={practice && <PracticeHelper others={custodians} entry={entry} misread />}
      check={async (card, passphrase) =>
        asShare(
          full
            ? await check.ask("checkShare", { card, passphrase })
            : await check.ask("checkCard", { card }),
        )
      }
      accepted={(verdict) => {
        entry.wipe();
        setGood(verdict.who);
      }}
    />
  );
}

/** A check's verdict as the entry shows it: one share, and nothing to fill. */
const asShare = (verdict: CheckVerdict): ShareVerdict =>
  verdict.kind === "good"
    ? { ...verdict, kind: "accepted", have: 1, need: 1 }
    : { ...verdict, have: 0, need: 1 };

/** An enrolled key shows that it still answers as it did. */
export function CheckKeyTask({ keys }: TaskOf<"check-key">) {
  const { check } = useTask();
  const said = text.checkCard.key;
  return (
    <KeyTask
      title={said.title}
      lead={atKeyboard.key.pinLead(keys)}
      tag=""
      note={said.note}
      go={said.go}
      ask={(pin) => check.ask("checkKey", { pin })}
      done={({ label, firmware, pinRetries }) => ({
        title: said.doneTitle(label),
        lead: said.doneLead,
        facts: (
          <Facts
            facts={[
              [said.firmware, firmware ?? said.unknown],
              [said.tries, pinRetries === null ? said.unknown : `${pinRetries}`],
            ]}
          />
        ),
        note: said.doneNote,
        action: said.done,
      })}
    />
  );
}
