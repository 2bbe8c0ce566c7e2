import { type KeyboardEvent, type PointerEvent, useEffect } from "react";
import { text } from "../text/text.ts";

interface HoldProps {
  readonly held: boolean;
  readonly hold: (held: boolean) => void;
  /** What is shown while it is held. */
  readonly of: string;
  readonly label?: string;
}

/** Shows something for as long as it is held, by pointer, Space or Enter; losing focus lets go. */
export function HoldToShow({ held, hold, of, label = text.held.show }: HoldProps) {
  useEffect(() => {
    const letGo = (): void => hold(false);
    window.addEventListener("blur", letGo);
    return () => window.removeEventListener("blur", letGo);
  }, [hold]);
  const key = (event: KeyboardEvent, down: boolean): void => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    hold(down);
  };
  const press = (event: PointerEvent): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    hold(true);
  };
  return (
    <button
      type="button"
      aria-pressed={held}
      aria-label={`${label}: ${of}`}
      onPointerDown={press}
      onPointerUp={() => hold(false)}
      onPointerCancel={() => hold(false)}
      onKeyDown={(event) => key(event, true)}
      onKeyUp={(event) => key(event, false)}
      onBlur={() => hold(false)}
    >
      {label}
    </button>
  );
}
