import type { Failure } from "../failures.ts";

/** Codes of the terminal path: break-glass, close and resume without the app. */
export const terminalFailures = {
  NOT_A_STATION: {
    what: "The folder {dir} has no station's key: it is a copy, not this station's vault.",
    todo: "Nothing was opened. Give the station's own folder, or restore the copy first: pullstation restore.",
  },
  NO_TERMINAL: {
    what: "Nobody can type here: the standard input is no terminal.",
    todo: "Nothing was begun. Run it at a terminal; `pullstation close` needs nobody to type.",
  },
  MAY_BE_OPEN: {
    what: "An access may be open, or its closing is not finished: {incidents}.",
    todo: "Nothing new was opened. Bring it to rest first: pullstation resume.",
  },
  INCIDENT_UNFIT: {
    what: "An incident can't be called “{id}”, or there is one of that name already.",
    todo: "Nothing was opened. Take 3 to 64 letters, figures and . _ -, and a name that is new.",
  },
  KEY_NOT_IN_VAULT: {
    what: "No key of this vault is labelled “{label}”; enrolled are: {enrolled}.",
    todo: "Nothing was checked. Give the label as it stands on the key's tag.",
  },
  LEFT_AT_TERMINAL: {
    what: "The ceremony was left at the keyboard.",
    todo: "What was entered is gone with its process, and nothing new was opened. Begin again when all are there.",
  },
} as const satisfies Record<string, Failure>;
