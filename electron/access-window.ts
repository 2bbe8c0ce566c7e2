import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Incident } from "../ceremony/break-glass.ts";
import { makeFolder } from "../station/vault-file.ts";
import { atTheKeyboard } from "./ceremony.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import type { Joinable } from "./processes.ts";
import type { Station } from "./station.ts";

/** The responder reads the keys at a window of their own, joined to the online process. */
export async function showAccess(
  house: House,
  { mode, mediaRoots }: Pick<Station, "mode" | "mediaRoots">,
  online: Joinable,
  { id, responder }: Incident,
  standing: Standing,
  untilMs: number,
): Promise<void> {
  const { desk } = house;
  const before = desk.view.screen;
  const vault = { ...standing, of: standing.custodians.length };
  desk.screen({ kind: "away", who: responder, doing: "access" });
  // A rehearsal's stick: plugged in for the responder, and out again with what is worth nothing.
  const [root] = mode === "PRACTICE" ? mediaRoots : [];
  const stick = root === undefined ? null : join(root, "RESPONDER");
  if (stick !== null) makeFolder(stick, 0o700);
  try {
    await atTheKeyboard(
      // The deadline waits for nobody: whoever comes back after a lock asks again.
      { ...house.windows, mode, uncovered: async () => !desk.view.locked },
      { kind: "access", incident: id, untilMs, awsOffsetMs: desk.view.awsOffsetMs, vault },
      { access: [online, "access"] },
    );
  } finally {
    if (stick !== null) rmSync(stick, { recursive: true, force: true });
    desk.screen(before);
  }
}
