import { codeTurns, type Typed } from "../ceremony/code-turns.ts";
import type { OnlineProcess } from "../ceremony/ports.ts";
import { atTheKeyboard } from "./ceremony.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import type { Joinable } from "./processes.ts";
import type { Station } from "./station.ts";

/**
 * MFA codes, typed at a window that is joined straight to the online process; one that was taken away at a
 * lock comes back after it.
 */
export function codesAt(
  { windows }: House,
  { mode }: Pick<Station, "mode">,
  standing: Standing,
  online: () => (OnlineProcess & Joinable) | null,
): (account: string) => void {
  const type = async (account: string, again: boolean): Promise<Typed> => {
    const process = online();
    if (process === null) return "done";
    const vault = { ...standing, of: standing.custodians.length };
    for (;;) {
      const ended = await atTheKeyboard(
        { ...windows, mode },
        { kind: "code", account, again, vault },
        { access: [process, "access"] },
      );
      if (ended !== "taken") return ended;
    }
  };
  return codeTurns(type, async () => online()?.ask("stop", null));
}
