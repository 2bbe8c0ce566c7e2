import { dialog } from "electron";
import type { ChainFound } from "../contract/review.ts";
import { CodedError } from "../crypto/errors.ts";
import { recordCopies } from "../station/trail-media.ts";
import { type AppCode, type Done, tell } from "./desk.ts";
import type { House } from "./house.ts";
import { inReview } from "./processes.ts";

export type Wanted = { readonly vaultId: string | null; readonly head: ChainFound["head"] };

/**
 * The ledger of records, judged by a process of its own together with every copy on a stick, as
 * `pullstation verify` judges them: gaps, edits, exchanges, a lost end and forks are named. Answers
 * what a person does next. `only`: the records are not whole, and nothing else is done here.
 */
export async function recordsAct(
  house: House,
  { dir, mediaRoots }: { readonly dir: string; readonly mediaRoots: readonly string[] },
  only: boolean,
): Promise<Done<"go" | "cancel" | "openRecord">> {
  const { desk, entries, clock } = house;
  let wanted: Wanted = { vaultId: null, head: null };
  let exported: string | null = null;
  for (;;) {
    const copies = recordCopies(mediaRoots).map(({ name, folder }) => ({ name, folder }));
    const asked = { dir, copies, ...wanted };
    const found = await desk.busy("records.check", () =>
      inReview(entries, (ask) => ask("verify", asked)),
    );
    const { rows, verdict, findings, vaultId, head } = found;
    desk.screen({
      kind: "records",
      rows,
      verdict,
      findings,
      vaultId,
      head,
      copies: copies.map(({ name }) => name),
      compared: { vaultId: wanted.vaultId !== null, head: wanted.head !== null },
      exported,
      only,
    });
    const action = await desk.next("go", "cancel", "openRecord", "checkRecords", "exportEvidence");
    try {
      if (action.do === "checkRecords") wanted = wantedOf(action);
      else if (action.do === "exportEvidence") exported = await exportTo(house, dir, clock.now());
      else return action;
    } catch (error) {
      tell(desk, error);
    }
  }
}

/** As it is printed: "000010:36c0…", and 32 hex digits in any grouping. */
export function wantedOf(typed: Done<"checkRecords">): Wanted {
  const bare = typed.vaultId.toLowerCase().replaceAll(/[\s:-]/g, "");
  if (bare !== "" && !/^[0-9a-f]{32}$/.test(bare))
    throw new CodedError<AppCode>("VAULT_ID_UNREADABLE", { text: typed.vaultId });
  const text = typed.head.trim();
  const [, seq = "", hash = ""] = /^0*([1-9]\d{0,5})\s*:(.*)$/.exec(text) ?? [];
  const sha256 = hash.toLowerCase().replaceAll(/[\s-]/g, "");
  if (text !== "" && !/^[0-9a-f]{64}$/.test(sha256))
    throw new CodedError<AppCode>("HEAD_UNREADABLE", { text });
  return {
    vaultId: bare === "" ? null : bare,
    head: text === "" ? null : { seq: Number(seq), sha256 },
  };
}

/** One folder, where the person says; null when they say nowhere. */
async function exportTo(
  { desk, entries }: House,
  dir: string,
  now: string,
): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: "Make an evidence folder",
    defaultPath: `evidence-${now.slice(0, 10)}`,
  });
  if (canceled || filePath === "") return null;
  const made = await desk.busy("evidence.export", () =>
    inReview(entries, (ask) => ask("evidence", { dir, out: filePath, at: now })),
  );
  return made.folder;
}
