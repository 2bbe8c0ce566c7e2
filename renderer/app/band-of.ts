import type { AppView } from "../../contract/app.ts";
import type { BandFacts } from "../frame/band.tsx";
import { second } from "../text/say.ts";
import { text } from "../text/text.ts";

/** What the band says of a view. OPEN whenever an access is, or may be, open. */
export function bandOf(view: AppView): BandFacts {
  const band = conditionOf(view);
  return view.standIn ? { ...band, cause: text.band.standIn(band.cause) } : band;
}

function conditionOf(view: AppView): BandFacts {
  const { mode, access, links, awsOffsetMs, drill } = view;
  const heard = access !== null && awsOffsetMs !== null;
  const offsetMs = heard ? awsOffsetMs : 0;
  if (mode === "PRACTICE")
    return {
      condition: "practice",
      cause:
        drill !== null
          ? text.band.drill
          : access === null
            ? text.band.rehearsal
            : text.band.rehearsalOpen,
      clock: heard ? "practice" : "laptop",
      offsetMs,
    };
  const clock = heard ? "aws" : "laptop";
  if (access !== null)
    return {
      condition: "open",
      cause: text.band.openCause(access.incident, access.accounts),
      clock,
      offsetMs,
    };
  if (links.up.length === 0)
    return { condition: "isolated", cause: text.band.noLink(links.down.length), clock, offsetMs };
  return {
    condition: "connected",
    cause: closedAt(view) ?? text.band.link(links.up),
    clock,
    offsetMs,
  };
}

function closedAt({ screen }: AppView): string | null {
  if (screen.kind !== "glass" || screen.step !== "close" || screen.dead !== true) return null;
  const at = screen.times["access"];
  return at === undefined ? null : text.band.closed(second(at));
}

/** How far AWS's clock is ahead of the laptop's, as far as this window knows. */
export const offsetOf = ({ awsOffsetMs }: AppView): number => awsOffsetMs ?? 0;
