import type { OnlineProcess } from "../ceremony/ports.ts";
import { atTheKeyboard } from "./ceremony.ts";
import type { Standing } from "./glass-act.ts";
import type { House } from "./house.ts";
import type { Joinable } from "./processes.ts";
import type { Station } from "./station.ts";

/**
 * MFA codes, typed for one account after another at a window that is joined straight to the online
 * process. Who leaves that window ends what asked for the code, and no further one is asked.
 */
export function codesAt(
  { windows }: House,
  { mode }: Pick<Station, "mode">,
  standing: Standing,
  online: () => (OnlineProcess & Joinable) | null,
): (account: string) => void {
  const asked = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  let left: unknown = null;
  const type = async (account: string, again: boolean): Promise<void> => {
    const process = online();
    if (process === null || process === left) return;
    const vault = { ...standing, of: standing.custodians.length };
    const done = await atTheKeyboard(
      { ...windows, mode },
      { kind: "code", account, again, vault },
      { access: (end) => process.hand("access", end) },
    );
    if (done) return;
    left = process;
    await process.ask("stop", null);
  };
  return (account) => {
    const again = asked.has(account);
    asked.add(account);
    // A process that is gone meanwhile has ended what asked, too.
    queue = queue.then(() => type(account, again)).catch(() => undefined);
  };
}
