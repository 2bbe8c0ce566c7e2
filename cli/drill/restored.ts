import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RestoredFirst } from "../../ceremony/drill/record.ts";
import { readRestorable } from "../../station/restorable.ts";
import { restoreInto } from "../../station/restore-copy.ts";
import { readStory } from "../../station/records-folder.ts";
import { makeFolder } from "../../station/vault-file.ts";
import type { Terminal } from "../terminal.ts";
import { clock } from "./scene.ts";

/** What a custodian's stick carries of a vault's folder; never the station's key, a journal or a card. */
const ON_A_STICK = ["vault.pullstation", "records", "allowed_signers", "runbook.md", "policy.json"];
/** What of a drill's folder stands outside the laptop: AWS, keys and people, and their cards. */
const WORLD = ["practice", "cards"];

/**
 * The laptop of the drill in `old` is gone: a station is made in `into` of what a stick would carry, and
 * the world around it stays as it was.
 */
export async function restoreForDrill(
  old: string,
  into: string,
  terminal: Terminal,
): Promise<RestoredFirst> {
  const from = performance.now();
  terminal.title("PRACTICE: the laptop is gone; a fresh one is made a station from a stick");
  const stick = mkdtempSync(join(tmpdir(), "pullstation-stick-"));
  try {
    for (const name of ON_A_STICK)
      if (existsSync(join(old, name)))
        cpSync(join(old, name), join(stick, name), { recursive: true });
    const head = readStory(old).at(-1);
    const question = head === undefined ? {} : { vaultId: head.vaultId, head: head.written };
    const found = readRestorable([stick], question);
    const { record } = await restoreInto(into, found, {
      officer: "Practice officer",
      oldStation: "gone",
      seed: () => new Uint8Array(randomBytes(32)),
      time: clock.now(),
    });
    makeFolder(into);
    for (const name of WORLD) cpSync(join(old, name), join(into, name), { recursive: true });
    const ms = Math.round(performance.now() - from);
    terminal.done(
      `restored up to record ${record.seq - 1}, which stands on paper; its key is in no seal until the next epoch`,
      ms,
    );
    return { record: record.seq, ms };
  } finally {
    rmSync(stick, { recursive: true, force: true });
  }
}
