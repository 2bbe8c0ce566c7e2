import { useCallback, useRef, useState } from "react";
import { Refused } from "../../contract/serve.ts";
import type { FailureView } from "../text/text.ts";

/** One request at a time: whether it is on its way, and what it was refused with. */
export interface Request {
  readonly pending: boolean;
  readonly failure: FailureView | null;
  /** Runs it; the value, or null when it was refused (`failure` says why). */
  run<T>(ask: () => Promise<T>): Promise<T | null>;
  clear(): void;
}

export function useRequest(): Request {
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<FailureView | null>(null);
  const running = useRef(false);
  const run = useCallback(async <T>(ask: () => Promise<T>): Promise<T | null> => {
    if (running.current) return null;
    running.current = true;
    setFailure(null);
    setPending(true);
    try {
      return await ask();
    } catch (error) {
      setFailure(failureOf(error));
      return null;
    } finally {
      running.current = false;
      setPending(false);
    }
  }, []);
  return { pending, failure, run, clear: useCallback(() => setFailure(null), []) };
}

export const failureOf = (error: unknown): FailureView =>
  error instanceof Refused
    ? { code: error.code, about: error.about }
    : { code: "UNEXPECTED", about: { kind: error instanceof Error ? error.name : typeof error } };
