import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { explain, visible } from "../contract/failures.ts";
import { pgpWords } from "../contract/pgp-words.ts";
import { fromHex } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { readRestorable, type Restorable } from "../station/restorable.ts";
import { restoreInto } from "../station/restore-copy.ts";
import { requireEmpty } from "../station/restore.ts";
import type { RestoreOptions } from "./restore.ts";
import { type Terminal, terminalOn } from "./terminal.ts";

export type RestoreAskCode = "RESTORE_ASKS";

/** The copies will not do: exit status 1; everything else is unusable input. */
const REFUSED = /^RESTORE_(?:NOT_WHOLE|STALE|NO_VAULT)$/;

/** Gives the exit status as the command's help does. */
export async function runRestore(
  copies: readonly string[],
  options: RestoreOptions,
): Promise<number> {
  const terminal = terminalOn(process.stdout);
  try {
    requireEmpty(options.into);
    const found = readRestorable(copies, {
      ...(options.vaultId === undefined ? {} : { vaultId: options.vaultId }),
      ...(options.head === undefined ? {} : { head: options.head }),
    });
    tell(terminal, found);
    const oldStation = options.oldStation ?? (await fate());
    const officer = options.officer ?? (await line("Your name, for the record: "));
    const { dir, record } = await restoreInto(options.into, found, {
      officer,
      oldStation,
      seed: () => new Uint8Array(randomBytes(32)),
      time: new Date().toISOString(),
    });
    terminal.title(`Restored: ${dir}`);
    terminal.note(
      oldStation === "gone"
        ? "This is the primary station now. If the old one turns up, don't start it: wipe it."
        : "This is a spare. Nothing may be opened or sealed here while the old one is the primary.",
    );
    terminal.note(
      "No seal names this laptop's key yet: its records are UNCERTIFIED until the next epoch. Rotate soon,\n" +
        "with new AWS keys: whatever the old laptop held is worth nothing then.",
    );
    terminal.plain(`record ${record.seq}  ${record.sha256}`);
    terminal.plain(pgpWords(fromHex(record.sha256).slice(0, 16)).join(" "));
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    process.stderr.write(`${what}\n${todo}\n(${error.code})\n`);
    return REFUSED.test(error.code) ? 1 : 2;
  }
}

function tell(
  terminal: Terminal,
  { verdict, from, notes, anchoredBy, maybeOpen }: Restorable,
): void {
  const { vaultId, epoch, head, mode } = verdict;
  terminal.title(`${mode === "PRACTICE" ? "PRACTICE: a" : "A"} copy that is whole in itself`);
  terminal.plain(`${visible(from)}: vault ${vaultId ?? "?"}, epoch ${epoch ?? "?"}`);
  if (head !== null) terminal.plain(`head  ${head.seq}:${head.sha256}`);
  if (!anchoredBy.vaultId)
    terminal.refused("Whose vault this is nobody compared.", "Compare the id with a share card.");
  if (!anchoredBy.head)
    terminal.refused(
      "Nothing says that this is the newest copy.",
      "Compare its head with the newest printed record, and its epoch with a share card.",
    );
  for (const { code, about, copy } of notes)
    terminal.note(
      `${code}: ${explain(code, about).what}${copy === undefined ? "" : ` [${visible(copy)}]`}`,
    );
  if (maybeOpen.length > 0)
    terminal.refused(
      `No record says that these accesses ended: ${maybeOpen.join(", ")}.`,
      "What is open ends at its deadline. Once the old station is said to be gone, the next opening here closes it first; what else stands at AWS an administrator removes.",
    );
}

async function fate(): Promise<"gone" | "kept"> {
  for (;;) {
    const said = await line(
      "Is the old station gone for good (lost, destroyed or wiped)? yes or no: ",
    );
    if (/^y(?:es)?$/i.test(said)) return "gone";
    if (/^no?$/i.test(said)) return "kept";
  }
}

/** None of it is a secret. */
async function line(prompt: string): Promise<string> {
  const { stdin, stdout } = process;
  if (stdin.isTTY !== true) return ask();
  const lines = createInterface({ input: stdin, output: stdout });
  const { promise: gone, resolve } = Promise.withResolvers<null>();
  lines.once("close", () => resolve(null));
  try {
    const said = await Promise.race([lines.question(prompt), gone]);
    return said === null || said.trim() === "" ? ask() : said.trim();
  } finally {
    lines.close();
  }
}

const ask = (): never => {
  throw new CodedError<RestoreAskCode>("RESTORE_ASKS");
};
