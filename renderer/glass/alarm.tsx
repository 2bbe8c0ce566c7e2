import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { AppView } from "../../contract/app.ts";
import { offsetOf } from "../app/band-of.ts";
import { useNow } from "../frame/use-now.ts";
import { text } from "../text/text.ts";
import { tone } from "./tone.ts";

/** Seconds before the deadline, and how many tones say so. At 0 AWS has ended the access. */
const MARKS = { 600: 1, 120: 2, 0: 3 } as const;
export type Mark = keyof typeof MARKS;
const marks = [600, 120, 0] as const satisfies readonly Mark[];

/** What sounded flashes for so long. */
const FLASH_MS = 10_000;

interface Alarm {
  /** The mark that has just been passed. */
  readonly ringing: Mark | null;
  readonly muted: boolean;
  mute(muted: boolean): void;
}

const AlarmContext = createContext<Alarm | null>(null);

export function useAlarm(): Alarm {
  const alarm = use(AlarmContext);
  if (alarm === null) throw new Error("no alarm around this component");
  return alarm;
}

/**
 * Sounds and flashes before an open access ends, and when it has, whichever screen is shown meanwhile.
 * People may mute it; the next access sounds again.
 */
export function AlarmProvider({
  view,
  children,
}: {
  readonly view: AppView;
  readonly children: ReactNode;
}) {
  const [ringing, setRinging] = useState<Mark | null>(null);
  const [mutedIn, muteIn] = useState<string | null>(null);
  const { access, screen } = view;
  const incident = access?.incident ?? null;
  const muted = mutedIn !== null && mutedIn === incident;
  const ring = useCallback(
    (mark: Mark) => {
      setRinging(mark);
      if (!muted) tone(MARKS[mark], mark === 0);
    },
    [muted],
  );
  useEffect(() => {
    if (ringing === null) return undefined;
    const timer = window.setTimeout(() => setRinging(null), FLASH_MS);
    return () => window.clearTimeout(timer);
  }, [ringing]);
  const alarm = useMemo(
    () => ({ ringing, muted, mute: (is: boolean) => muteIn(is ? incident : null) }),
    [ringing, muted, incident],
  );
  // Once it is being closed nobody need be warned.
  const isOpen = screen.kind === "away" || (screen.kind === "glass" && screen.step === "access");
  const untilMs = isOpen ? (access?.untilMs ?? null) : null;
  return (
    <AlarmContext value={alarm}>
      {untilMs !== null && <Marks untilMs={untilMs} offsetMs={offsetOf(view)} ring={ring} />}
      {children}
    </AlarmContext>
  );
}

interface MarksProps {
  readonly untilMs: number;
  readonly offsetMs: number;
  readonly ring: (mark: Mark) => void;
}

/** Tells of each mark once, as it is passed; not of those that were passed before it was shown. */
function Marks({ untilMs, offsetMs, ring }: MarksProps) {
  const now = useNow();
  const left = untilMs - now - offsetMs;
  const before = useRef(left);
  useEffect(() => {
    const passed = marks.findLast((mark) => before.current > mark * 1000 && left <= mark * 1000);
    before.current = left;
    if (passed !== undefined) ring(passed);
  }, [left, ring]);
  return null;
}

/** It says whether the alarm would sound. */
export function AlarmSwitch() {
  const { muted, mute } = useAlarm();
  const said = text.glass.alarm;
  return (
    <button type="button" onClick={() => mute(!muted)}>
      {muted ? said.unmute : said.mute}
    </button>
  );
}
