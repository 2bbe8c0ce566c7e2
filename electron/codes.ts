import type { OnlineProcess } from "../ceremony/ports.ts";
import { atTheKeyboard, type Ended } from "./ceremony.ts";
import type { Standing } from "./glass-ports.ts";
import type { House } from "./house.ts";
import type { Joinable } from "./processes.ts";
import type { Station } from "./station.ts";

/**
 * MFA codes, typed for one account after another at a window that is joined straight to the online
 * process. Who leaves that window ends what asked for the code, and with it whatever waited behind; a
 * window that was taken away at a lock comes back after it.
 */
export function codesAt(
  { windows }: House,
  { mode }: Pick<Station, "mode">,
  standing: Standing,
  online: () => (OnlineProcess & Joinable) | null,
): (account: string) => void {
  const asked = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  // What was asked for before somebody left is no longer wanted; what is asked later is.
  let round = 0;
  const type = async (account: string, again: boolean): Promise<void> => {
    const process = online();
    if (process === null) return;
    const vault = { ...standing, of: standing.custodians.length };
    let ended: Ended;
    do {
      ended = await atTheKeyboard(
        { ...windows, mode },
        { kind: "code", account, again, vault },
        { access: [process, "access"] },
      );
    } while (ended === "taken");
    if (ended === "done") return;
    round++;
    await process.ask("stop", null).finally(() => round++);
  };
  return (account) => {
    const again = asked.has(account);
    asked.add(account);
    const mine = round;
    // A process that is gone meanwhile has ended what asked, too.
    queue = queue
      .then(async () => {
        if (mine === round) await type(account, again);
      })
      .catch(() => undefined);
  };
}
