import { kitExpiry } from "../../ceremony/kit-expiry.ts";
import { dueAt } from "../../station/due.ts";

/**
 * That the kit at AWS ends before long, or has ended, in a sentence; null: not within 90 days, or not
 * known. What is due stops no opening: AWS decides.
 */
export function kitNote(dir: string, now: string): string | null {
  const on = kitEnd(dir, now);
  if (on === undefined) return null;
  const expiry = kitExpiry(on, now);
  if (expiry.kind === "far") return null;
  const renew = "make a new one (pullstation template) and rotate.";
  return expiry.kind === "over"
    ? `The emergency kit at AWS expired on ${on}: nothing opens until you ${renew}`
    : `The emergency kit at AWS expires in ${expiry.days} days, on ${on}. Nothing opens past it: ${renew}`;
}

function kitEnd(dir: string, now: string): string | undefined {
  try {
    return dueAt(dir, now).rows.find(({ what }) => what === "kit-expiry")?.on;
  } catch {
    return undefined;
  }
}
