import type { AppView } from "../contract/app.ts";

/**
 * AWS is asked, or the access is open in somebody's hands: the app does not lock itself. While shares are
 * gathered to bring it to rest it does, as in any other ceremony; elsewhere what may be open is said again
 * by the next start.
 */
export function isLive({ access, screen }: AppView): boolean {
  if (access === null) return false;
  if (screen.kind === "away") return screen.doing === "access" || screen.doing === "code";
  return screen.kind === "glass" && (screen.purpose === "open" || screen.step === "close");
}

/**
 * The window stays until the access is closed; AWS would end it at its deadline, and nobody would have
 * proof. Not for a process that hangs, which closes nothing: the next start does.
 */
export const mustStay = (view: AppView): boolean =>
  isLive(view) && !(view.screen.kind === "glass" && view.screen.silent);
