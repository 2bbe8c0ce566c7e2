import type { Failure } from "../failures.ts";

export const practiceFailures = {
  PRACTICE_STATE_UNREADABLE: {
    what: "Practice AWS could not read its own state in {file}.",
    todo: "It holds nothing real: delete the file, or point the drill to another folder.",
  },
  PRACTICE_FAULT_UNKNOWN: {
    what: "Practice AWS was told to inject a fault that it does not know.",
    todo: "Nothing was changed. `pullstation drill --help` lists the faults.",
  },
} as const satisfies Record<string, Failure>;
