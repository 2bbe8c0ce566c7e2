import type { Failure } from "../failures.ts";

/** Codes that `serve` and `connect` answer with themselves. */
export const contractFailures = {
  SENDER_REFUSED: {
    what: "A window or process asked for something it may not ask.",
    todo: "Nothing was done. If this repeats, end the app and keep its log.",
  },
  REQUEST_UNKNOWN: {
    what: "The request {name} does not exist in this process.",
    todo: "Nothing was done. The parts of the app are of different versions: reinstall it.",
  },
  REQUEST_INVALID: {
    what: "The request {name} was not of its form (field: {field}).",
    todo: "Nothing was done. Check the value that was given for this field.",
  },
  REPLY_INVALID: {
    what: "The answer to {name} was not of its form.",
    todo: "The parts of the app are of different versions: reinstall it.",
  },
  PROCESS_ENDED: {
    what: "The process that was asked for {name} has ended by itself.",
    todo: "What was entered went with it. Start again: an open access is found in the journal and closed or resumed.",
  },
  UNEXPECTED: {
    what: "Something failed that nobody foresaw ({kind}).",
    todo: "Start again: the journal says what is open. Keep the output for the developers.",
  },
} as const satisfies Record<string, Failure>;
