import { useEffect, useState } from "react";

/** The laptop's clock, in step with its seconds. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    let timer = 0;
    const tick = (): void => {
      const at = Date.now();
      setNow(at);
      timer = window.setTimeout(tick, 1000 - (at % 1000));
    };
    tick();
    return () => window.clearTimeout(timer);
  }, []);
  return now;
}
