import { createInterface } from "node:readline/promises";
import { readPin } from "../keys-pin.ts";

/** What a person types, line by line; null: there is no more, or they gave up. */
export interface Lines {
  shown(prompt: string): Promise<string | null>;
  /** Nothing of it is shown. */
  hidden(prompt: string): Promise<string | null>;
  /** Who is waited for by `shown` is waited for no more: null. */
  giveUp(): void;
  /**
   * What stands on the terminal during `work`, and what of it could be scrolled back to, is gone after
   * it: whoever comes next sees nothing of it.
   */
  aside<T>(work: () => Promise<T>): Promise<T>;
  /** At once what the end of `aside` does, if one goes on: this process ends. */
  clear(): void;
}

/** A terminal's second screen, where it has one. */
const ASIDE = "\u001B[?1049h\u001B[2J\u001B[H";
/**
 * The screen first, what can be scrolled back to second: some terminals move there what they clear. One
 * without a second screen (Linux's console) has it all cleared.
 */
const BACK = "\u001B[2J\u001B[3J\u001B[H\u001B[?1049l";

/** From the terminal, or from a pipe: then each line is one answer. */
export function linesOf(stdin: NodeJS.ReadStream, say: (text: string) => void): Lines {
  const waited: { giveUp?: () => void } = {};
  const giveUp = (): void => waited.giveUp?.();
  if (stdin.isTTY === true) {
    let isAside = false;
    const clear = (): void => {
      if (isAside) say(BACK);
      isAside = false;
    };
    return {
      giveUp,
      clear,
      aside: async (work) => {
        say(ASIDE);
        isAside = true;
        try {
          return await work();
        } finally {
          clear();
        }
      },
      shown: async (prompt) => {
        const line = createInterface({ input: stdin, output: process.stderr, terminal: true });
        const { promise: gone, resolve } = Promise.withResolvers<null>();
        waited.giveUp = () => resolve(null);
        line.once("SIGINT", () => resolve(null));
        line.once("close", () => resolve(null));
        try {
          return await Promise.race([line.question(prompt), gone]);
        } finally {
          line.close();
        }
      },
      hidden: readPin,
    };
  }
  const lines = createInterface({ input: stdin })[Symbol.asyncIterator]();
  const next = async (prompt: string): Promise<string | null> => {
    say(prompt);
    const line = await lines.next();
    return line.done === true ? null : line.value;
  };
  return { shown: next, hidden: next, giveUp, aside: shownNowhere, clear: () => undefined };
}

/** What comes through a pipe stands on no terminal. */
const shownNowhere = <T>(work: () => Promise<T>): Promise<T> => work();
