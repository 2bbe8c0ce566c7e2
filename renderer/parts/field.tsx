import type { ReactNode } from "react";

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly whole?: boolean;
  readonly children: ReactNode;
}

/** A labelled field; the control carries the same `id`, and `ID-note` describes it. */
export const Field = ({ id, label, note, whole = false, children }: FieldProps) => (
  <div className={whole ? "field whole" : "field"}>
    <label htmlFor={id}>{label}</label>
    {children}
    {note !== undefined && <small id={`${id}-note`}>{note}</small>}
  </div>
);

interface TextFieldProps extends Pick<FieldProps, "id" | "label" | "note"> {
  readonly value: string;
  readonly maxLength: number;
  /** Has the focus when its screen comes. */
  readonly first?: boolean;
  readonly invalid?: boolean;
  readonly change: (value: string) => void;
}

/** One line of text that nothing completes or corrects. */
export const TextField = (props: TextFieldProps) => {
  const { id, label, note, value, maxLength, first = false, invalid = false, change } = props;
  return (
    <Field id={id} label={label} {...(note === undefined ? {} : { note })}>
      <input
        id={id}
        value={value}
        maxLength={maxLength}
        autoComplete="off"
        spellCheck={false}
        {...(note === undefined ? {} : { "aria-describedby": `${id}-note` })}
        {...(first ? { "data-first": true } : {})}
        {...(invalid ? { "aria-invalid": true } : {})}
        onChange={(event) => change(event.target.value)}
      />
    </Field>
  );
};
