import type { Mode } from "../ceremony/subject.ts";
import { explain, visible } from "../contract/failures.ts";
import { utf8 } from "../crypto/bytes.ts";
import { blankCardSvg, type Paper } from "../station/paper/card.ts";
import { replaceFile } from "../station/vault-file.ts";

export type BlankCardCode = "CARD_NOT_WRITTEN";

/** Gives the exit status: 0 written, 2 where the file can't be (`CARD_NOT_WRITTEN`). */
export function runBlankCard(
  file: string,
  paper: Paper,
  mode: Mode,
  port: { readonly out: (text: string) => void; readonly err: (text: string) => void },
): number {
  try {
    replaceFile(file, utf8(blankCardSvg({ paper, mode })), 0o644);
  } catch (error) {
    const { code: why } = error as { code?: unknown };
    if (typeof why !== "string") throw error;
    const code: BlankCardCode = "CARD_NOT_WRITTEN";
    const { what, todo } = explain(code, { file, why });
    port.err(`${code}: ${what}\n  ${todo}\n`);
    return 2;
  }
  port.out(`${visible(file)}: print it at its own size, on ${paper}\n`);
  return 0;
}
