import type { Failure } from "../failures.ts";

/** The evidence folder, the review's sign-off, the custody register and the calendar. */
export const evidenceFailures = {
  CALENDAR_NOT_WRITTEN: {
    what: "{file} can't be written ({why}).",
    todo: "Nothing was changed. Give another file, or a folder that you may write to.",
  },
} as const satisfies Record<string, Failure>;
