import { useState } from "react";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Facts } from "../parts/facts.tsx";
import { Field } from "../parts/field.tsx";
import { recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";
import { KeyTask } from "./key-task.tsx";
import { useTask } from "./window.tsx";

/** One touch of any enrolled key opens the vault, together with the shares. */
export function TouchTask({ keys }: TaskOf<"touch">) {
  const { people } = useTask();
  const said = text.touch;
  return (
    <KeyTask
      title={text.key.pinTitle}
      lead={keys.length === 1 ? text.key.pinLeadOne(keys[0] ?? "") : text.key.pinLead(keys)}
      tag={keys.length === 1 ? (keys[0] ?? "") : ""}
      note={said.note}
      go={said.go}
      ask={(pin) => people.ask("touch", { pin })}
      done={({ label }) => ({
        title: said.doneTitle,
        lead: said.doneLead(label),
        facts: <p className="runbook calm">{said.doneTodo}</p>,
        note: said.doneNote,
        action: said.done,
      })}
    />
  );
}

/** A reviewer approves a record with the key that stands for them. */
export function ApproveTask({ label, record }: TaskOf<"approve">) {
  const { people } = useTask();
  const said = text.approve;
  const number = recordNumber(record);
  return (
    <KeyTask
      title={said.title(number)}
      lead={said.lead(label)}
      tag={label}
      meant={label}
      note={said.note}
      go={said.go}
      ask={(pin) => people.ask("approve", { label, pin })}
      done={({ label: touched }) => ({
        title: said.doneTitle(number),
        lead: said.doneLead(touched),
        facts: <p className="runbook calm">{said.doneTodo}</p>,
        note: said.doneNote,
        action: said.done,
      })}
    />
  );
}

interface EnrolTaskProps {
  /** Which key, from 0. (`key` is a word of React's own.) */
  readonly number: number;
  readonly label: string;
}

/** A security key is enrolled at sealing: its label, its PIN, one touch. */
export function EnrolTask({ number, label: planned }: EnrolTaskProps) {
  const { people, practice } = useTask();
  const [label, setLabel] = useState(planned);
  const said = text.enrol;
  return (
    <KeyTask
      title={said.title(label)}
      lead={said.lead}
      tag={label}
      note={said.note}
      go={said.go}
      fail={said.fail}
      // A practice key's label is its program's: the drawing shows it.
      fields={
        !practice && (
          <Field id="label" label={said.label}>
            <input
              id="label"
              value={label}
              maxLength={40}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setLabel(event.target.value)}
            />
          </Field>
        )
      }
      ask={(pin) => people.ask("enrolKey", { key: number, label, pin })}
      done={({ label: enrolled, aaguid, uvBound }) => ({
        title: said.doneTitle(enrolled),
        lead: uvBound ? said.doneLead : said.doneLeadUnbound,
        facts: (
          <Facts
            facts={[
              [
                said.model,
                <span key="model" className="mono">
                  {aaguid}
                </span>,
              ],
              [said.bound, uvBound ? said.boundYes : said.boundNo],
            ]}
          />
        ),
        note: said.doneNote,
        action: said.done,
      })}
    />
  );
}
