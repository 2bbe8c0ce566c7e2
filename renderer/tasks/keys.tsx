import { useState } from "react";
import type { KeyUse } from "../../contract/ceremony.ts";
import type { TaskOf } from "../../contract/ceremony-window.ts";
import { Facts } from "../parts/facts.tsx";
import { Field } from "../parts/field.tsx";
import { recordNumber } from "../text/say.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import { KeyTask } from "./key-task.tsx";
import { useTask } from "./window.tsx";

/** One touch of any enrolled key opens the vault, together with the shares. */
export function TouchTask({ keys }: TaskOf<"touch">) {
  const { people } = useTask();
  const said = atKeyboard.touch;
  return (
    <KeyTask
      title={atKeyboard.key.pinTitle}
      lead={
        keys.length === 1 ? atKeyboard.key.pinLeadOne(keys[0] ?? "") : atKeyboard.key.pinLead(keys)
      }
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
  const said = atKeyboard.approve;
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
  const [use, setUse] = useState<KeyUse>("open");
  const said = atKeyboard.enrol;
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
          <>
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
            <Field id="use" label={said.use}>
              <select
                id="use"
                value={use}
                onChange={(event) => setUse(event.target.value === "approve" ? "approve" : "open")}
              >
                {(["open", "approve"] as const).map((one) => (
                  <option key={one} value={one}>
                    {said.uses[one]}
                  </option>
                ))}
              </select>
            </Field>
          </>
        )
      }
      ask={(pin) => people.ask("enrolKey", { key: number, label, use, pin })}
      done={({ label: enrolled, use: may, aaguid, uvBound }) => ({
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
              [said.use, said.uses[may]],
            ]}
          />
        ),
        note: said.doneNote,
        action: said.done,
      })}
    />
  );
}
