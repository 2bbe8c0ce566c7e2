/** Escape left, action right, and between them one line that says what the action will do. */

export interface FootButton {
  readonly label: string;
  readonly press?: () => void;
  /** The id of the form that the button sends: so that Enter in its fields does the same. */
  readonly form?: string;
  /** Not ready: drawn dashed, still there, does nothing. */
  readonly awaits?: boolean;
  /** Does nothing for a moment, and is not redrawn for it. */
  readonly held?: boolean;
  readonly tick?: boolean;
}

export interface FootProps {
  readonly escape?: FootButton | undefined;
  readonly note: string;
  readonly action?: FootButton | undefined;
  /** The note says what is running. */
  readonly busy?: boolean;
}

export function Foot({ escape, note, action, busy = false }: FootProps) {
  return (
    <footer className="foot">
      {escape === undefined ? <span /> : <Button button={escape} className="" />}
      <p role="status" className={busy ? "busy" : ""}>
        {note}
      </p>
      {action === undefined ? <span /> : <Button button={action} className="act" />}
    </footer>
  );
}

interface ButtonProps {
  readonly button: FootButton;
  readonly className: string;
}

function Button({ button, className }: ButtonProps) {
  const { label, press, form, awaits = false, held = false, tick = false } = button;
  const stops = awaits || held;
  const sends = form !== undefined && !stops;
  return (
    <button
      type={sends ? "submit" : "button"}
      {...(sends ? { form } : {})}
      className={awaits ? "awaits" : className}
      {...(stops ? { "aria-disabled": true } : {})}
      onClick={() => {
        if (!stops) press?.();
      }}
    >
      {tick && <i className="tick" />}
      {label}
    </button>
  );
}
