/** What a terminal shows: plain lines, colour only where a person looks, never colour alone. */

export interface Terminal {
  title(text: string): void;
  /** A step that ended: what is true now, and its milliseconds. */
  done(text: string, ms: number): void;
  /** Something refused on purpose or by a mistake: what and what to do. */
  refused(text: string, todo: string): void;
  note(text: string): void;
  /** What goes wrong on purpose. */
  fault(name: string, text: string): void;
  /** A line to copy: never styled. */
  plain(text: string): void;
}

const paint =
  (on: boolean, code: string) =>
  (text: string): string =>
    on ? `\u001B[${code}m${text}\u001B[0m` : text;

export function terminalOn(out: NodeJS.WriteStream): Terminal {
  const colour = out.isTTY === true && process.env["NO_COLOR"] === undefined;
  const bold = paint(colour, "1");
  const green = paint(colour, "32");
  const brass = paint(colour, "33");
  const quiet = paint(colour, "2");
  // A reader that went away (`| head`) must not end a ceremony in its middle.
  let heard = true;
  out.on("error", () => {
    heard = false;
  });
  const say = (line: string): void => {
    if (heard) out.write(`${line}\n`);
  };
  return {
    title: (text) => say(`\n${bold(text)}`),
    done: (text, ms) => {
      const time = `${Math.round(ms)} ms`;
      const mark = text.startsWith("NOT ") ? brass("!") : green("✓");
      say(`  ${mark} ${text}  ${quiet(time)}`);
    },
    refused: (text, todo) => {
      say(`  ${brass("✗ refused:")} ${text}`);
      if (todo !== "") say(`    ${todo}`);
    },
    fault: (name, text) => say(`  ${brass(`! on purpose, ${name}:`)} ${text}`),
    plain: (text) => say(`  ${text}`),
    note: (text) => {
      for (const line of text.split("\n")) say(`    ${quiet(line)}`);
    },
  };
}

export const silent: Terminal = {
  title: () => undefined,
  done: () => undefined,
  refused: () => undefined,
  fault: () => undefined,
  note: () => undefined,
  plain: () => undefined,
};
