import { createInterface } from "node:readline/promises";

const ENTER = ["\r", "\n", "\u0004"];
const INTERRUPT = "\u0003";
const ERASE = ["\u007F", "\b"];
/** Begins what a terminal sends for arrows and other keys that are no character. */
const ESCAPE = "\u001B";

/** A PIN from the terminal, nothing shown of it, or the first line of a pipe. null: Ctrl-C. */
export async function readPin(prompt: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (stdin.isTTY !== true) {
    const lines = createInterface({ input: stdin });
    for await (const line of lines) {
      lines.close();
      return line;
    }
    return "";
  }
  // Before anybody is asked: what is typed at once would be shown.
  stdin.setRawMode(true);
  stderr.write(prompt);
  stdin.setEncoding("utf8");
  stdin.resume();
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let typed: string[] = [];
  const take = (text: string): void => {
    if (text.startsWith(ESCAPE)) return;
    for (const character of text) {
      if (character === INTERRUPT) return resolve(null);
      if (ENTER.includes(character)) return resolve(typed.join(""));
      typed = ERASE.includes(character) ? typed.slice(0, -1) : [...typed, character];
    }
  };
  stdin.on("data", take);
  try {
    return await promise;
  } finally {
    stdin.off("data", take);
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}
