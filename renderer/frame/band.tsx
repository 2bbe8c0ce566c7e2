import { clock } from "../text/say.ts";
import { text } from "../text/text.ts";
import { useNow } from "./use-now.ts";

export type Condition = "isolated" | "connected" | "open" | "practice";

/** Condition, cause, and whose clock the time is of: always there. */
export interface BandFacts {
  readonly condition: Condition;
  readonly cause: string;
  readonly clock: "laptop" | "aws" | "practice";
  /** What that clock is ahead of this laptop's. */
  readonly offsetMs: number;
}

const CLOCKS = {
  laptop: text.band.laptopClock,
  aws: text.band.awsClock,
  practice: text.band.practiceClock,
};

export function Band({ condition, cause, clock: whose, offsetMs }: BandFacts) {
  const now = useNow();
  return (
    <header className={`band ${condition}`}>
      {condition === "practice" && (
        <>
          <Hatch side="start" />
          <Hatch side="end" />
        </>
      )}
      <strong>{text.band[condition]}</strong>
      <span className="cause">{cause}</span>
      <span className="clock">
        <time>{clock(now + offsetMs)}</time>
        <small>{CLOCKS[whose]}</small>
      </span>
    </header>
  );
}

function Hatch({ side }: { readonly side: "start" | "end" }) {
  return (
    <svg className={side === "end" ? "hatch end" : "hatch"} aria-hidden="true">
      <pattern id={`hatch-${side}`} width="16" height="16" patternUnits="userSpaceOnUse">
        <path d="M-4 12 12-4M4 20 20 4" />
      </pattern>
      <rect width="24" height="100%" fill={`url(#hatch-${side})`} />
    </svg>
  );
}
