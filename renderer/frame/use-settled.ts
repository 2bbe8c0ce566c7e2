import { useEffect, useState } from "react";

/** The second press of a double one comes within this; nobody has read a new screen in it. */
const DOUBLE_PRESS_MS = 400;

/**
 * Whether this screen has stood long enough to be meant by a press. The foot's buttons lie in the
 * same place on every screen, so the second press of a double one would fall on the next screen's.
 */
export function useSettled(screen: string): boolean {
  const [settled, settle] = useState<string | null>(null);
  useEffect(() => {
    const timer = window.setTimeout(() => settle(screen), DOUBLE_PRESS_MS);
    return () => window.clearTimeout(timer);
  }, [screen]);
  return settled === screen;
}
