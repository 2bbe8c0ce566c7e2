import { useNow } from "../frame/use-now.ts";
import { left } from "../text/say.ts";
import { text } from "../text/text.ts";

interface CountdownProps {
  /** The deadline, on the clock that is `offsetMs` ahead of the laptop's. */
  readonly untilMs: number;
  readonly offsetMs: number;
  readonly side?: boolean;
  /** It has just said that the end is near, or here. */
  readonly flashes?: boolean;
}

/** What is left of the access. Not a live region: it would speak every second. */
export function Countdown({ untilMs, offsetMs, side = false, flashes = false }: CountdownProps) {
  const now = useNow();
  const [hours, minutes, seconds] = left(untilMs - now - offsetMs);
  const over = now + offsetMs >= untilMs;
  return (
    <time
      className={`countdown${side ? " side" : ""}${over ? " over" : ""}${flashes ? " flashes" : ""}`}
      role="timer"
      aria-label={text.timeLeft}
    >
      {hours}
      <i>:</i>
      {minutes}
      <i>:</i>
      {seconds}
    </time>
  );
}

/** Whether that clock has passed the deadline. */
export function useIsOver(untilMs: number | null, offsetMs: number): boolean {
  const now = useNow();
  return untilMs !== null && now + offsetMs >= untilMs;
}
