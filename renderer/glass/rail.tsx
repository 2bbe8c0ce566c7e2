import type { ScreenOf } from "../../contract/app.ts";
import { plateOf } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside } from "../frame/frame.tsx";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

export type GlassView = ScreenOf<"glass">;

const STEPS = {
  open: ["reason", "custodians", "key", "connect", "access", "close"],
  rest: ["custodians", "key", "connect", "close"],
  rotate: ["custodians", "key"],
} as const;

export function GlassRail({ step, times, purpose }: GlassView) {
  const { view } = useStation();
  return (
    <StepRail
      label={text.glass.rail}
      steps={STEPS[purpose].map((id) => ({
        id,
        label: text.glass.steps[id],
        at: times[id] ?? null,
      }))}
      current={step}
      plate={plateOf(view)}
    />
  );
}

/** Who is here, as far as the officer has said. */
export function WhoIsHere({ incident }: { readonly incident: GlassView["incident"] }) {
  const said = text.glass;
  const people = [
    incident.officer === "" ? "" : said.officer(incident.officer),
    incident.responder === "" ? "" : said.responder(incident.responder),
  ].filter((person) => person !== "");
  if (people.length === 0) return null;
  return (
    <Aside title={said.whoTitle}>
      {people.map((person) => (
        <p key={person}>{person}</p>
      ))}
    </Aside>
  );
}

/** The reviews that whoever agrees here overrides. */
export function Overrides({ incident }: { readonly incident: GlassView["incident"] }) {
  const { overrides } = incident;
  if (overrides.length === 0) return null;
  return (
    <Aside title={text.overrides.title}>
      <p>{text.overrides.text(overrides)}</p>
    </Aside>
  );
}
