import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Written } from "../ceremony/ports.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { parseRecord, type RecordBody, type RecordMode, recordName } from "../crypto/record.ts";
import { readCopy, RecordStore } from "./record-store.ts";
import { createStationKey, loadStationKey } from "./station-key.ts";
import { makeFolder } from "./vault-file.ts";

/**
 * Opens the folder's one chain of records, with a station key of its own: made from `seed` (32
 * random bytes) when there is none yet.
 */
export async function openRecords(
  dir: string,
  mode: RecordMode,
  seed: () => Uint8Array,
): Promise<RecordStore> {
  makeFolder(dir);
  const path = join(dir, "station.key");
  const station = existsSync(path)
    ? await loadStationKey(path, mode)
    : await createStationKey(path, mode, seed());
  return RecordStore.open(dir, station);
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
