import { isFoundOpen, isNotOpened } from "../../ceremony/not-opened.ts";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { Interrupted } from "./interruption.ts";

/**
 * The online process for a flow that ends when it is asked to: waiting ends at once. Opening and
 * closing are not left in their middle, an opening is only wished to stop; nothing new begins after
 * them. Where an opening ended before it wrote anything, what is left to tell of it is told.
 */
export function untilAsked(online: OnlineProcess, asked: AbortSignal): OnlineProcess {
  const ended = new Promise<never>((_, reject) => {
    asked.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  ended.catch(() => undefined);
  let isUnopened = false;
  const stop = (): void => void online.ask("stop", null).catch(() => undefined);
  const opening = async <T>(answer: Promise<T>): Promise<T> => {
    asked.addEventListener("abort", stop, { once: true });
    try {
      const said = await answer;
      const { kind } = Object(said) as { kind?: unknown };
      isUnopened = kind === "REFUSED" || kind === "TAMPERED";
      return said;
    } finally {
      asked.removeEventListener("abort", stop);
    }
  };
  return {
    ...online,
    ask: (name, input) => {
      if (asked.aborted && !isUnopened) return ended;
      const answer = online.ask(name, input);
      if (name === "open") return opening(answer);
      if (name === "close" || isUnopened) return answer;
      answer.catch(() => undefined);
      return Promise.race([answer, ended]);
    },
  };
}

/** An opening that was asked to end, and did before it wrote anything, is an interruption like another. */
export async function unlessAsked<T>(asked: AbortSignal, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    // What was found open is not shut by that.
    const isShut = isNotOpened(error) && !isFoundOpen(error);
    throw asked.aborted && isShut ? new Interrupted(true) : error;
  }
}
