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
