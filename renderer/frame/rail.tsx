import { minute } from "../text/say.ts";
import { text } from "../text/text.ts";
import { Plate, type PlateFacts } from "./plate.tsx";

export interface Step {
  readonly id: string;
  readonly label: string;
  /** When it was done, RFC 3339; null: it isn't, or nobody noted when. */
  readonly at?: string | null;
  /** A step that can be gone to. */
  readonly press?: () => void;
}

interface StepsProps {
  readonly label: string;
  readonly steps: readonly Step[];
  readonly current: string;
  /** Steps that are done whatever their place; without it, those before the current one. */
  readonly done?: ReadonlySet<string>;
  readonly plate: PlateFacts;
}

/** Where you are: numbered steps, a bar over the current one. */
export function StepRail({ label, steps, current, done, plate }: StepsProps) {
  const place = steps.findIndex(({ id }) => id === current);
  return (
    <nav className="rail steps" aria-label={label}>
      <ol>
        {steps.map((step, index) => {
          const isDone = done === undefined ? index < place : done.has(step.id);
          const isNow = index === place;
          return (
            <li
              key={step.id}
              className={isDone && !isNow ? "done" : ""}
              {...(isNow ? { "aria-current": "step" } : {})}
            >
              <span className="number" aria-hidden="true">
                {index + 1}
              </span>
              {isNow && (
                <span className="step-of">{text.rail.stepOf(index + 1, steps.length)}</span>
              )}
              {step.press === undefined ? (
                <span className="label">{step.label}</span>
              ) : (
                <button type="button" onClick={step.press}>
                  <span className="label">{step.label}</span>
                </button>
              )}
              {isDone && !isNow && <StepTime at={step.at ?? null} />}
            </li>
          );
        })}
      </ol>
      <Plate {...plate} />
    </nav>
  );
}

const StepTime = ({ at }: { readonly at: string | null }) =>
  at === null ? (
    <span className="quiet">
      <i className="tick" />
      <span className="vh">{text.rail.done}</span>
    </span>
  ) : (
    <time>{minute(at)}</time>
  );

export interface Place {
  readonly id: string;
  readonly label: string;
  readonly press: () => void;
}

interface PlacesProps {
  readonly places: readonly Place[];
  readonly current: string;
  readonly plate: PlateFacts;
}

/** The station's places, when no ceremony is going on. */
export function PlaceRail({ places, current, plate }: PlacesProps) {
  return (
    <nav className="rail plain" aria-label={text.rail.station}>
      {places.length > 0 && (
        <ol>
          {places.map(({ id, label, press }) =>
            id === current ? (
              <li key={id} aria-current="page">
                {label}
              </li>
            ) : (
              <li key={id}>
                <button type="button" onClick={press}>
                  {label}
                </button>
              </li>
            ),
          )}
        </ol>
      )}
      <Plate {...plate} />
    </nav>
  );
}
