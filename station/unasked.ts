import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { calledOff } from "../ceremony/accept-order.ts";
import type { Clock, Records } from "../ceremony/ports.ts";
import { usesIn } from "../ceremony/uses.ts";
import { utf8 } from "../crypto/bytes.ts";
import { readStory } from "./records-folder.ts";
import { subjectOf } from "./recover-sealing.ts";
import { replaceFile, syncFolder } from "./vault-file.ts";

/**
 * Lies in the folder from the broken glass until AWS may be asked, and names the incident. That a journal
 * is missing proves nothing; this is a word of its own, and gone before the first request can be made.
 */
const FILE = "unasked.json";

/** The mark of one folder. Each call returns only when it is on the disk. */
export const unaskedIn = (dir: string) => ({
  keep: (incident: string): void =>
    replaceFile(join(dir, FILE), utf8(JSON.stringify({ incident }))),
  drop: (): void => {
    rmSync(join(dir, FILE), { force: true });
    syncFolder(dir);
  },
});

/**
 * Records as called off what the app, or the laptop, did not live to take to AWS, or to call off; gives the
 * incident. Null: there is none.
 */
export function callOffUnasked(dir: string, records: Records, clock: Clock): string | null {
  const incident = readMark(dir);
  if (incident === null) return null;
  const use = usesIn(readStory(dir), incident).at(-1) ?? [];
  const [broken] = use;
  const isOpen = use.length === 1 && broken?.kind === "glass-broken";
  if (isOpen) {
    const of = { id: incident, officer: broken.who["officer"] ?? "not named" };
    calledOff(
      { records, clock },
      { subject: subjectOf(broken) },
      of,
      "the app or the laptop ended",
    );
  }
  unaskedIn(dir).drop();
  return isOpen ? incident : null;
}

function readMark(dir: string): string | null {
  try {
    const { incident } = Object(JSON.parse(readFileSync(join(dir, FILE), "utf8"))) as {
      incident?: unknown;
    };
    return typeof incident === "string" ? incident : null;
  } catch {
    // None, or none that can be read: then a review says what AWS was asked.
    return null;
  }
}
