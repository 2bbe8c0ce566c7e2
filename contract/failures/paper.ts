import type { Failure } from "../failures.ts";

/** Codes of station/paper: what is printed. */
export const paperFailures = {
  CARD_UNPRINTABLE: {
    what: "A share card could not be drawn: its {field} is not of its form.",
    todo: "Nothing was printed. Seal again; no card of this sealing may be handed out.",
  },
  RECORD_UNPRINTABLE: {
    what: "The record page could not be drawn: its {field} is not of its form.",
    todo: "The signed records are untouched. Verify the folder; the page can be made again at any time.",
  },
} as const satisfies Record<string, Failure>;
