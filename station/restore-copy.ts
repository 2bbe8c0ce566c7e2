import { layCopy, type Restorable } from "./restorable.ts";
import { requireEmpty, type Restored, type Said, settleRestored } from "./restore.ts";

/** Makes a station of a copy, in one process: at a terminal, where nothing else is open meanwhile. */
export function restoreInto(
  into: string,
  found: Restorable,
  said: Pick<Said, "officer" | "oldStation" | "seed" | "time">,
): Promise<Restored> {
  layCopy(requireEmpty(into), found);
  const { anchoredBy, copies, notes } = found;
  return settleRestored(into, { ...said, anchoredBy, copies, notes });
}
