import { TextField } from "../parts/field.tsx";

interface ChoiceProps<Id extends string> {
  readonly name: string;
  readonly legend: string;
  readonly of: readonly (readonly [id: Id, title: string, detail: string])[];
  readonly chosen: Id | null;
  readonly choose: (id: Id) => void;
}

/** One of few, each with what follows from it; none is chosen beforehand. */
export function Choice<Id extends string>(props: ChoiceProps<Id>) {
  const { name, legend, of, chosen, choose } = props;
  return (
    <fieldset className="found">
      <legend>{legend}</legend>
      {of.map(([id, title, detail]) => (
        <label key={id} className="check one">
          <input type="radio" name={name} checked={chosen === id} onChange={() => choose(id)} />
          <span>
            <b>{title}</b> {detail}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface OfficerProps {
  readonly label: string;
  readonly note: string;
  readonly value: string;
  readonly wrong: boolean;
  readonly change: (value: string) => void;
}

/** Who says it: the name that stands in the record. */
export const Officer = ({ label, note, value, wrong, change }: OfficerProps) => (
  <div className="fields">
    <TextField
      id="officer"
      label={label}
      note={note}
      value={value}
      maxLength={80}
      invalid={wrong}
      change={change}
    />
  </div>
);
