import type { Incident } from "../ceremony/break-glass.ts";
import { atTheKeyboard } from "./ceremony.ts";
import type { Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import type { Joinable } from "./processes.ts";
import type { Station } from "./station.ts";

/** The responder reads the keys at a window of their own, joined to the online process. */
export async function showAccess(
  house: House,
  { mode }: Station,
  online: Joinable,
  { id, responder }: Incident,
  standing: Standing,
  untilMs: number,
): Promise<void> {
  const { desk } = house;
  const before = desk.view.screen;
  const vault = { ...standing, of: standing.custodians.length };
  desk.screen({ kind: "away", who: responder, doing: "access" });
  try {
    await atTheKeyboard(
      { ...house.windows, mode },
      { kind: "access", incident: id, untilMs, vault },
      { access: (end) => online.hand("access", end) },
    );
  } finally {
    desk.screen(before);
  }
}
