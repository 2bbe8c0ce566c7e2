import type { OnlineResumption } from "../contract/online.ts";
import type { StationEntry } from "./ports.ts";

/** Said before it is closed. */
export type LeftBehindCode = "LEFT_BEHIND";

/** Another station's access, as the online process told of it. */
export type Left = NonNullable<Extract<OnlineResumption, { kind: "CLOSED" }>["leftBehind"]>;

/**
 * The closing of what another station left open: under its own incident, so that it ends there, and
 * naming under which incident here it was closed. `accounts`: each closing, or what a journal knows.
 */
export const leftBehindEntry = (
  { incident, untilMs }: Left,
  by: { readonly id: string; readonly officer?: string },
  accounts: readonly unknown[],
  at: StationEntry["at"],
): StationEntry => ({
  kind: "closed",
  who: by.officer === undefined ? {} : { officer: by.officer },
  why: `left open by another station; brought to rest at the opening for ${by.id}`,
  at,
  evidence: {
    incident,
    leftBehind: { closedUnder: by.id, deadline: new Date(untilMs).toISOString() },
    accounts,
  },
});
