import { offsetOf } from "../app/band-of.ts";
import { useStation } from "../app/station.tsx";
import { useIsOver } from "../parts/countdown.tsx";
import { clock } from "../text/say.ts";
import { text } from "../text/text.ts";

/** What is true of an access that is open: its deadline, or that nobody here knows it. */
export function useOpenTitle(untilMs: number | null): { title: string; lead: string } {
  const { view } = useStation();
  const over = useIsOver(untilMs, offsetOf(view));
  const said = text.open;
  if (untilMs === null) return { title: said.unknownTitle, lead: said.unknownLead };
  const until = clock(untilMs);
  if (over) return { title: said.overTitle(until), lead: said.overLead };
  return view.mode === "PRACTICE"
    ? { title: said.practiceTitle(until), lead: said.practiceLead }
    : { title: said.title(until), lead: said.lead };
}
