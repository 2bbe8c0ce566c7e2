import { createInterface } from "node:readline/promises";
import { readPin } from "../keys-pin.ts";

/** What a person types, line by line; null: there is no more, or they gave up. */
export interface Lines {
  shown(prompt: string): Promise<string | null>;
  /** Nothing of it is shown. */
  hidden(prompt: string): Promise<string | null>;
  /** Who is waited for by `shown` is waited for no more: null. */
  giveUp(): void;
}

/** From the terminal, or from a pipe: then each line is one answer. */
export function linesOf(stdin: NodeJS.ReadStream, say: (text: string) => void): Lines {
  const waited: { giveUp?: () => void } = {};
  const giveUp = (): void => waited.giveUp?.();
  if (stdin.isTTY === true)
    return {
      giveUp,
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
  const lines = createInterface({ input: stdin })[Symbol.asyncIterator]();
  const next = async (prompt: string): Promise<string | null> => {
    say(prompt);
    const line = await lines.next();
    return line.done === true ? null : line.value;
  };
  return { shown: next, hidden: next, giveUp };
}
