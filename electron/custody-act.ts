import { custodyEntry, custodyRows } from "../ceremony/custody.ts";
import { hex } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { custodyHtml } from "../station/paper/custody.ts";
import { readStory } from "../station/records-folder.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { readVault } from "../station/vault-file.ts";
import { type Done, tell } from "./desk.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";

const PAGE = "paper/custody.html";

/** The register of where shares and keys are kept: read, written line by line, printed. */
export async function custodyAct(house: House, station: Station): Promise<Done<"go" | "cancel">> {
  const { desk, clock, papers } = house;
  const { dir, mode, records } = station;
  const { header, epoch } = parseVault(readVault(dir));
  let paper = false;
  for (;;) {
    const story = readStory(dir);
    const rows = custodyRows(
      story,
      header.custodians,
      header.keys.map(({ label }) => label),
      clock.now(),
    );
    papers.set(
      `/${PAGE}`,
      custodyHtml({
        vaultName: header.name,
        vaultId: hex(epoch.vaultId),
        mode,
        epoch: epoch.epoch,
        head: story.at(-1)?.written ?? { seq: 0, sha256: "" },
        made: clock.now(),
        rows,
      }),
    );
    desk.screen({ kind: "custody", rows: [...rows], page: PAGE, paper });
    const action = await desk.next("go", "cancel", "custody", "showPaper");
    if (action.do === "showPaper") {
      paper = action.shown;
      continue;
    }
    if (action.do !== "custody") return action;
    const { line } = action;
    const row = rows.find(({ item }) => JSON.stringify(item) === JSON.stringify(line.item));
    const commit = story.findLast(({ kind }) => kind === "committed");
    if (row === undefined || commit === undefined) continue;
    try {
      records.append(subjectOf(commit), custodyEntry(line, row.holder, clock.now()));
    } catch (error) {
      tell(desk, error);
    }
  }
}
