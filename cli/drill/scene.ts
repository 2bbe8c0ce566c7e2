import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Clock } from "../../ceremony/ports.ts";
import { DRILL_FAULTS } from "../../contract/drill.ts";
import { utf8 } from "../../crypto/bytes.ts";
import { CodedError } from "../../crypto/errors.ts";
import { makeFolder, replaceFile } from "../../station/vault-file.ts";

export const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
};

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

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
  faults: z.array(z.enum(DRILL_FAULTS)).default([]),
  /** With which random ones were drawn. */
  seed: z.int().nullable().default(null),
  /** How many records the chain had when this drill began. */
  after: z.int().nonnegative().default(0),
  /** The drill began with a restore: its record, and how long it took. */
  restored: z.object({ record: z.int(), ms: z.int().nonnegative() }).exactOptional(),
  /** What people say of it. */
  witness: z.string().nullable().default(null),
  deviations: z.array(z.string()).default([]),
  followUps: z.array(z.string()).default([]),
  alarm: z.string().nullable().default(null),
});
export type Settings = z.infer<typeof settingsSchema>;

const settingsPath = (dir: string): string => join(dir, "drill.json");

/** The first file of a drill: a folder without it is none. */
export function writeSettings(dir: string, settings: z.input<typeof settingsSchema>): void {
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
