import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { castOf } from "../../ceremony/drill/company.ts";
import { kitExpiry } from "../../ceremony/kit-expiry.ts";
import type { Progress } from "../../ceremony/ports.ts";
import { sealCeremony } from "../../ceremony/seal-ceremony.ts";
import { KDF_REAL } from "../../crypto/kdf-bounds.ts";
import { readPolicy } from "../../station/inputs.ts";
import { openRecords } from "../../station/records-folder.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { hasVault, makeFolder } from "../../station/vault-file.ts";
import type { House } from "../house.ts";
import { startPlayedVault, startStage } from "../processes.ts";
import { standingOf } from "../standing.ts";
import { openPractice, type Practice } from "../station.ts";

export interface Group {
  readonly custodians: number;
  readonly threshold: number;
}

/** Long enough to read the runbook's first steps, short enough to be waited for. */
const OPEN_SECONDS = 120;
const NAME = "Practice for the drill";

export const drillFolder = (home: string): string => join(home, "drill-station");

/**
 * The vault whose glass a drill breaks: of as many custodians as the one it stands for, sealed once by
 * the stage's own people and used again, drill after drill, in one chain. What can't be used again is
 * put aside under another name, records and all.
 */
export async function openPracticeVault(house: House, group: Group): Promise<Practice> {
  const dir = drillFolder(house.home);
  const now = house.clock.now();
  if (!(await isUsable(house, dir, group))) {
    if (existsSync(dir)) renameSync(dir, `${dir}-${now.replaceAll(/[^0-9]/g, "")}`);
    await seal(house, dir, group);
  }
  const stage = startStage(house.entries);
  try {
    return await openPractice(house, stage, false, dir);
  } catch (error) {
    await stage.end();
    throw error;
  }
}

async function isUsable(house: House, dir: string, group: Group): Promise<boolean> {
  try {
    if (!hasVault(dir)) return false;
    const { custodians, threshold } = standingOf(dir);
    const { kitExpires } = readPolicy(join(dir, "policy.json"));
    // Records that don't hold are refused by it.
    const { committed } = await openRecords(dir, "PRACTICE", house.seed);
    return (
      committed !== null &&
      custodians.length === group.custodians &&
      threshold === group.threshold &&
      kitExpiry(kitExpires, house.clock.now()).kind !== "over" &&
      // What a drill left in its middle is practice: it ends at its own deadline.
      (await maybeOpen(dir)).length === 0
    );
  } catch {
    return false;
  }
}

const silent: Progress = {
  title: () => undefined,
  note: () => undefined,
  refused: () => undefined,
  step: (_, work) => work(),
};

async function seal(house: House, dir: string, group: Group): Promise<void> {
  makeFolder(dir, 0o700);
  const stage = startStage(house.entries);
  try {
    const scene = await stage.ask("start", {
      dir,
      latencyMs: 0,
      fresh: {
        custodians: group.custodians,
        accounts: 1,
        keyFiles: [],
        runbookFile: null,
        policyFile: null,
        durationSeconds: OPEN_SECONDS,
      },
    });
    await sealCeremony(
      {
        vault: () => startPlayedVault(house.entries, stage),
        cast: castOf({ askPeople: stage.ask }, group.custodians),
        records: await openRecords(dir, "PRACTICE", house.seed),
        clock: house.clock,
        progress: silent,
      },
      {
        mode: "PRACTICE",
        dir,
        name: NAME,
        threshold: group.threshold,
        custodians: scene.custodians,
        keyFiles: scene.keyFiles,
        defaultAccount: scene.accounts[0] ?? null,
        mfaFile: scene.mfaFile,
        policyFile: scene.policyFile,
        runbookFile: scene.runbookFile,
        keyboardLayout: "US English",
        kdf: { ...KDF_REAL },
      },
    );
  } finally {
    await stage.end();
  }
}
