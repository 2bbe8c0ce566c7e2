import { leftBehindOf, roleOf } from "../ceremony/role.ts";
import type { ActivationOrder } from "../ceremony/subject.ts";
import { refuse } from "./errors.ts";
import { readStory } from "./records-folder.ts";

/**
 * A spare opens only after somebody recorded that the primary can't be reached or is gone, and makes a
 * new epoch only where it is gone: two stations that both seal would be two vaults. Judged by the
 * process that opens, from the records on this laptop. `STATION_IS_SPARE`.
 */
export function requireRole(dir: string, before: "open" | "rotate"): void {
  const role = roleOf(readStory(dir));
  if (role.role === "spare" && !(before === "open" && role.answered))
    refuse("STATION_IS_SPARE", { since: role.since.slice(0, 10), seq: role.upTo });
}

/** What an opening here may bring to rest first, by the same records; what rests opens nothing. */
export const leftBehindAt = (
  dir: string,
  purpose: ActivationOrder["purpose"],
): ActivationOrder["leftBehind"] =>
  purpose === "open" ? leftBehindOf(readStory(dir)) : { close: "none", notOf: [] };
