import type { Broken, Incident } from "./break-glass.ts";
import type { Clock, Records, Written } from "./ports.ts";

/** People went back, or were kept from going on: AWS was never asked, and there is nothing to review. */
export function calledOff(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  { subject }: Pick<Broken, "subject">,
  { id, officer }: Pick<Incident, "id" | "officer">,
  /** What kept them. */
  by?: unknown,
): Written {
  const { code } = Object(by) as { code?: unknown };
  const why = typeof code === "string" ? `it ended (${code})` : "people went back";
  return records.append(subject, {
    kind: "cancelled",
    who: { officer },
    why: `${why} before AWS was asked: nothing was opened`,
    at: { time: clock.now(), clock: "station" },
    evidence: { incident: id },
  });
}
