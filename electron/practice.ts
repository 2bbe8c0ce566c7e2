import { join } from "node:path";
import type { practiceRequests } from "../contract/practice.ts";
import type { Output } from "../contract/serve.ts";
import type { RecordStore } from "../station/record-store.ts";
import { openRecords } from "../station/records-folder.ts";
import { makeFolder } from "../station/vault-file.ts";
import type { House } from "./house.ts";
import { type Stage, startStage } from "./processes.ts";

/** The rehearsal station: its own folder, records, AWS, keys and people. Nothing in it is real. */
export interface Practice {
  readonly dir: string;
  readonly stage: Stage;
  readonly scene: Output<typeof practiceRequests, "start">;
  readonly records: RecordStore;
}

/** Three people are enough to learn it, and two minutes to see a deadline come. */
const FRESH = {
  custodians: 3,
  accounts: 1,
  keyFiles: [],
  runbookFile: null,
  policyFile: null,
  durationSeconds: 120,
};

export const practiceFolder = (home: string): string => join(home, "practice-station");

/** Its AWS answers, whatever became of the rest: to close there. */
export async function openPracticeAws(house: House): Promise<{ stage: Stage; endpoint: string }> {
  const stage = startStage(house.entries);
  const { endpoint } = await stage.ask("openAws", { dir: practiceFolder(house.home) });
  return { stage, endpoint };
}

/** `stage`: the one that runs already. `fresh`: nothing stands there yet. */
export async function openPractice(house: House, stage: Stage, fresh: boolean): Promise<Practice> {
  const dir = practiceFolder(house.home);
  makeFolder(dir, 0o700);
  const scene = await stage.ask("start", { dir, latencyMs: 0, fresh: fresh ? FRESH : null });
  const records = await openRecords(dir, "PRACTICE", house.seed);
  return { dir, stage, scene, records };
}
