import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { practiceRequests } from "../contract/practice.ts";
import type { Output } from "../contract/serve.ts";
import { hex, sha256, utf8 } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { lockFolder } from "../station/lock.ts";
import { mediaRoots } from "../station/media.ts";
import type { RecordStore } from "../station/record-store.ts";
import { openRecords } from "../station/records-folder.ts";
import { makeFolder, readVault } from "../station/vault-file.ts";
import type { House } from "./house.ts";
import type { Onlooker } from "./onlooker.ts";
import { type Stage, startStage } from "./processes.ts";

/** One station: its folder and its chain of records, and what stands around them. */
export interface Station {
  readonly mode: "PRACTICE" | "REAL";
  readonly dir: string;
  readonly records: RecordStore;
  /** A rehearsal's keys, AWS and memory; null: USB, the real AWS, and people's own. */
  readonly stage: Stage | null;
  /** Of practice AWS; null for the real one. */
  readonly endpoint: string | null;
  /** Folders under which sticks appear. */
  readonly mediaRoots: readonly string[];
  /** Who is named when nobody says otherwise. */
  readonly people: { readonly officer: string; readonly responder: string };
  /** A drill goes on here. */
  readonly drill?: Onlooker;
  end(): Promise<void>;
}

/** The rehearsal station: nothing in it is real. */
export interface Practice extends Station {
  readonly stage: Stage;
  readonly scene: Output<typeof practiceRequests, "start">;
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
export const realFolder = (home: string): string => join(home, "station");

/** Its AWS answers, whatever became of the rest: to close there. */
export async function openPracticeAws(house: House): Promise<{ stage: Stage; endpoint: string }> {
  const stage = startStage(house.entries);
  try {
    const { endpoint } = await stage.ask("openAws", { dir: practiceFolder(house.home) });
    return { stage, endpoint };
  } catch (error) {
    await stage.end();
    throw error;
  }
}

/** `stage`: the one that runs already. `fresh`: nothing stands there yet. `dir`: of a drill's vault. */
export async function openPractice(
  house: House,
  stage: Stage,
  fresh: boolean,
  dir: string = practiceFolder(house.home),
): Promise<Practice> {
  makeFolder(dir, 0o700);
  const scene = await stage.ask("start", { dir, latencyMs: 0, fresh: fresh ? FRESH : null });
  const { endpoint, people, mediaRoots: roots } = scene;
  const records = await openRecords(dir, "PRACTICE", house.seed);
  return {
    mode: "PRACTICE",
    dir,
    records,
    stage,
    endpoint,
    mediaRoots: roots,
    people,
    scene,
    end: () => stage.end(),
  };
}

/** Where sticks appear for who is logged in. */
export const realMediaRoots = (): readonly string[] => mediaRoots(userInfo().username);

/** The real one. `STATION_BUSY` when another program works in its folder. */
export async function openReal(house: House): Promise<Station> {
  const dir = realFolder(house.home);
  makeFolder(dir, 0o700);
  const release = lockFolder(dir);
  try {
    const records = await openRecords(dir, "REAL", house.seed);
    return {
      mode: "REAL",
      dir,
      records,
      stage: null,
      endpoint: null,
      mediaRoots: realMediaRoots(),
      people: { officer: "", responder: "" },
      end: async () => release(),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * The runbook beside the vault; "" when there is none: the access is opened all the same. `sound`
 * false: it is not the one that was sealed.
 */
export function runbookOf(dir: string): { readonly markdown: string; readonly sound: boolean } {
  const file = join(dir, "runbook.md");
  if (!existsSync(file)) return { markdown: "", sound: true };
  const markdown = readFileSync(file, "utf8");
  const { runbookSha256 } = parseVault(readVault(dir)).header;
  return { markdown, sound: hex(sha256(utf8(markdown))) === runbookSha256 };
}
