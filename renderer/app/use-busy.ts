import { useEffect, useState } from "react";
import { useStation } from "./station.tsx";

/** What main is busy with, if anything. */
export interface Busy {
  /** Nothing may be pressed now. */
  readonly held: boolean;
  /** It lasts long enough to be said and drawn: shorter ones would only flicker. */
  readonly shown: string | null;
}

const BRIEF_MS = 200;

export function useBusy(): Busy {
  const { view } = useStation();
  const { busy } = view;
  const held = busy !== null;
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!held) return;
    const timer = window.setTimeout(() => setLasts(true), BRIEF_MS);
    return () => {
      window.clearTimeout(timer);
      setLasts(false);
    };
  }, [held]);
  return { held, shown: lasts ? busy : null };
}
