import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { explain } from "../../contract/failures.ts";
import { CodedError } from "../../crypto/errors.ts";
import type { Header } from "../../crypto/header.ts";
import { parseVault } from "../../crypto/vault.ts";
import { lockFolder } from "../../station/lock.ts";
import { mediaRoots } from "../../station/media.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { openRecords, readStory } from "../../station/records-folder.ts";
import { recoverSealing } from "../../station/recover-sealing.ts";
import { finishRestored } from "../../station/restore.ts";
import { callOffUnasked } from "../../station/unasked.ts";
import { readVault } from "../../station/vault-file.ts";
import { clock } from "../drill/scene.ts";
import type { Tap } from "../tap.ts";
import { type Stage, startStage } from "./stage.ts";

export type TerminalCode =
  | "NOT_A_STATION"
  | "NO_TERMINAL"
  | "MAY_BE_OPEN"
  | "INCIDENT_UNFIT"
  | "LEFT_AT_TERMINAL";

export const refuse = (
  code: TerminalCode,
  about: Readonly<Record<string, string | number>> = {},
): never => {
  throw new CodedError<TerminalCode>(code, about);
};

/** A vault's folder at this station, locked for one command. */
export interface Station {
  readonly dir: string;
  readonly mode: "PRACTICE" | "REAL";
  readonly header: Header;
  readonly stage: Stage | null;
  /** Of practice AWS; null for the real one. */
  readonly endpoint: string | null;
  readonly mediaRoots: readonly string[];
  /**
   * Opens the chain of records, which must be whole, as `openChain` does, and in practice the stage's
   * keys and people.
   */
  open(tell: (text: string) => void): Promise<RecordStore>;
  /** Who is named when nobody says otherwise. */
  readonly people: { officer: string; responder: string };
  end(): Promise<void>;
}

export function folderOf(path: string): string {
  const full = resolve(path);
  return statSync(full, { throwIfNoEntry: false })?.isFile() === true ? dirname(full) : full;
}

/**
 * A locked folder's chain of records. What a crash left of a rotation is taken up first, as at the app's
 * start: until then the file may be of an epoch that the records don't call live.
 */
export async function openChain(
  dir: string,
  mode: Station["mode"],
  tell: (text: string) => void,
): Promise<RecordStore> {
  const records = await openRecords(dir, mode, () => new Uint8Array(randomBytes(32)));
  const found = recoverSealing(dir, readStory(dir), records, clock.now());
  if (found === "finished") tell("the sealing was complete, and is committed now");
  if (found === "discarded") tell("a sealing that never counted was discarded");
  const unasked = callOffUnasked(dir, records, clock);
  if (unasked !== null) tell(explain("NOTHING_BEGUN", { incident: unasked }).what);
  return records;
}

/** `NOT_A_STATION`: a copy has no station's key, and nothing is opened from it. */
export async function openStation(path: string, tap?: Tap): Promise<Station> {
  const dir = folderOf(path);
  await finishRestored(dir);
  const { header } = parseVault(readVault(dir));
  if (!existsSync(join(dir, "station.key"))) return refuse("NOT_A_STATION", { dir });
  const release = lockFolder(dir);
  const practice = header.mode === "PRACTICE";
  const stage = practice ? startStage(tap) : null;
  const people = { officer: "", responder: "" };
  const end = async (): Promise<void> => {
    await stage?.end();
    release();
  };
  try {
    const endpoint = (await stage?.ask("openAws", { dir }))?.endpoint ?? null;
    return {
      dir,
      mode: header.mode,
      header,
      stage,
      endpoint,
      mediaRoots: practice ? [] : mediaRoots(userInfo().username),
      people,
      open: async (tell) => {
        const scene = await stage?.ask("start", { dir, fresh: null, latencyMs: 0 });
        if (scene !== undefined) Object.assign(people, scene.people);
        return openChain(dir, header.mode, tell);
      },
      end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}
