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
  /** What is said, and pressed once more, before it is done. */
  readonly sure?: Sure;
}

/** The question before something is gone. */
export interface Sure {
  readonly what: string;
  readonly todo: string;
  readonly go: string;
  readonly stay: string;
}

export interface FootProps {
  readonly escape?: FootButton | undefined;
  readonly note: string;
  readonly action?: FootButton | undefined;
  /** The note says what is running. */
  readonly busy?: boolean;
  /** Until the screen has stood for a moment, a press was meant for the one before. */
  readonly settled?: boolean;
}

export function Foot({ escape, note, action, busy = false, settled = true }: FootProps) {
  return (
    <footer className="foot">
      {escape === undefined ? <span /> : <Button button={escape} className="" settled={settled} />}
      <p role="status" className={busy ? "busy" : ""}>
        {note}
      </p>
      {action === undefined ? (
        <span />
      ) : (
        <Button button={action} className="act" settled={settled} />
      )}
    </footer>
  );
}

interface ButtonProps {
  readonly button: FootButton;
  readonly className: string;
  readonly settled: boolean;
}

function Button({ button, className, settled }: ButtonProps) {
  const { label, press, form, awaits = false, held = false, tick = false } = button;
  const stops = awaits || held;
  const sends = form !== undefined && !stops;
  return (
    <button
      type={sends ? "submit" : "button"}
      {...(sends ? { form } : {})}
      className={awaits ? "awaits" : className}
      {...(stops || !settled ? { "aria-disabled": true } : {})}
      onClick={(event) => {
        // A key's press has no place: only a pointer's may have been meant for the screen before.
        if (stops || (!settled && event.detail > 0)) event.preventDefault();
        else press?.();
      }}
    >
      {tick && <i className="tick" />}
      {label}
    </button>
  );
}
