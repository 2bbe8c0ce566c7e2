import type { OnlineProcess } from "../../ceremony/ports.ts";
import { Interrupted } from "./interruption.ts";

/**
 * The online process for a flow that ends when it is asked to: waiting ends at once. Opening and
 * closing are not left in their middle; nothing new begins after them.
 */
export function untilAsked(online: OnlineProcess, asked: AbortSignal): OnlineProcess {
  const ended = new Promise<never>((_, reject) => {
    asked.addEventListener("abort", () => reject(new Interrupted()), { once: true });
  });
  ended.catch(() => undefined);
  return {
    ...online,
    ask: (name, input) => {
      if (asked.aborted) return ended;
      const answer = online.ask(name, input);
      if (name === "open" || name === "close") return answer;
      answer.catch(() => undefined);
      return Promise.race([answer, ended]);
    },
  };
}
