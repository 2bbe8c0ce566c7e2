import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Clock, Written } from "../../ceremony/ports.ts";
import { hex, sha256, utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { parseRecord, type RecordBody, recordName } from "../../crypto/record.ts";
import { readCopy, RecordStore } from "../../station/record-store.ts";
import { createStationKey, loadStationKey } from "../../station/station-key.ts";
import { makeFolder, replaceFile } from "../../station/vault-file.ts";

export const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
};

/** Opens the drill's one chain of records, with a station key of its own. */
export async function openRecords(dir: string): Promise<RecordStore> {
  makeFolder(dir);
  const path = join(dir, "station.key");
  const station = existsSync(path)
    ? await loadStationKey(path, "PRACTICE")
    : await createStationKey(path, "PRACTICE", randomBytes(32));
  return RecordStore.open(dir, station);
}

/** What a resumption needs of the command line that began the drill. */
const settingsSchema = z.object({
  format: z.literal("pullstation-drill@v1"),
  keys: z.array(z.string()),
  runbook: z.string().exactOptional(),
  policy: z.string().exactOptional(),
  custodians: z.int(),
  threshold: z.int(),
  accounts: z.int(),
  duration: z.int(),
});
export type Settings = z.infer<typeof settingsSchema>;

const settingsPath = (dir: string): string => join(dir, "drill.json");

/** The first file of a drill: a folder without it is none. */
export function writeSettings(dir: string, settings: Settings): void {
  makeFolder(dir);
  replaceFile(settingsPath(dir), utf8(`${JSON.stringify(settings, null, 2)}\n`));
}

export function readSettings(dir: string): Settings {
  try {
    return settingsSchema.parse(JSON.parse(readFileSync(settingsPath(dir), "utf8")));
  } catch (cause) {
    throw new CodedError("DRILL_FOLDER_MISSING", { dir }, { cause });
  }
}

/** The chain's records as they are on disk, each with its place; judged elsewhere. */
export function readStory(dir: string): readonly (RecordBody & { readonly written: Written })[] {
  const records = readCopy(dir)?.records ?? new Map<string, Uint8Array>();
  const story: (RecordBody & { readonly written: Written })[] = [];
  for (let seq = 1; ; seq++) {
    const bytes = records.get(recordName(seq));
    if (bytes === undefined) return story;
    story.push({ ...parseRecord(bytes), written: { seq, sha256: hex(sha256(bytes)) } });
  }
}
