import { explain } from "../../contract/failures.ts";
import { onlineView } from "../../contract/online.ts";
import { mendable } from "../../ceremony/access/trouble.ts";
import type { Progress } from "../../ceremony/ports.ts";

const leftBehindTold = ({ incident, untilMs }: { incident: string; untilMs: number }): string => {
  const { what, todo } = explain("LEFT_BEHIND", {
    incident,
    until: new Date(untilMs).toISOString(),
  });
  return `${what} ${todo}`;
};

/** What people at the terminal can do about it meanwhile. */
function toMend(verdict: string, about: Readonly<Record<string, string>>): string {
  if (!mendable(verdict)) return "";
  const { what, todo } = explain(verdict, about);
  return `. ${what} ${todo}`;
}

/**
 * Shows what the online process meets while it tries again and again: one line when a call begins to
 * fail, or fails in another way, and one when it works again. The emergency key's own refusals are
 * what a closing waits for, and something that is gone already is no failure.
 */
export function watchOnline({ note }: Pick<Progress, "note">): (view: unknown) => void {
  const told = new Map<string, string>();
  const seen = new Map<string, string>();
  return (view) => {
    const read = onlineView.safeParse(view);
    if (read.success && read.data.kind === "left-behind") note(leftBehindTold(read.data));
    if (!read.success || read.data.kind !== "call") return;
    const { account, as, action, region, verdict, about = {} } = read.data.call;
    const key = `${account} ${as} ${action} ${region}`;
    const before = seen.get(key);
    seen.set(key, verdict);
    const fails =
      (mendable(verdict) && verdict !== "THROTTLED") ||
      // Once may be part of the work; twice in a row is a loop.
      (before === verdict &&
        verdict !== "OK" &&
        verdict !== "NO_SUCH_ENTITY" &&
        as !== "emergency");
    if (fails && told.get(key) !== verdict) {
      told.set(key, verdict);
      note(`${account}: ${action} in ${region}: ${verdict}; tried again${toMend(verdict, about)}`);
    } else if (told.has(key) && (verdict === "OK" || verdict === "NO_SUCH_ENTITY")) {
      told.delete(key);
      note(`${account}: ${action} in ${region} works again`);
    }
  };
}
