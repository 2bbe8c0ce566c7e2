import { tookOverEntry } from "../ceremony/role.ts";
import type { ScreenOf } from "../contract/app.ts";
import { subjectOf } from "../station/recover-sealing.ts";
import { readStory } from "../station/records-folder.ts";
import type { House } from "./house.ts";
import { spareAt } from "./standing.ts";
import type { Station } from "./station.ts";

/**
 * At a spare: people say first what became of the primary, and it is on the records before anything
 * opens. At a primary nobody is asked. `Left`: they go to the primary instead.
 */
export async function untilPrimary(
  { desk, clock }: House,
  { dir, records }: Station,
  before: ScreenOf<"spare">["before"],
): Promise<void> {
  const spare = spareAt(dir);
  const commit = readStory(dir).findLast(({ kind }) => kind === "committed");
  if (spare === null || commit === undefined) return;
  desk.screen({ kind: "spare", before, ...spare });
  for (;;) {
    const { officer, primary } = await desk.nextOrLeave("takeOver");
    if (before === "rotate" && primary !== "gone") {
      const about = { since: spare.since.slice(0, 10), seq: spare.upTo };
      desk.show({ notice: { code: "STATION_IS_SPARE", about } });
      continue;
    }
    records.append(subjectOf(commit), tookOverEntry(primary, officer, clock.now()));
    return;
  }
}
