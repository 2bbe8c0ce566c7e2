import type { Failure } from "../failures.ts";

/** Codes of the app's own: what its windows ask of main. */
export const appFailures = {
  NOT_NOW: {
    what: "That can't be done at this point ({what}).",
    todo: "Nothing was changed. Go on with what the screen offers.",
  },
  CUSTODIANS_INVALID: {
    what: "These custodians can't hold the vault together: {field}.",
    todo: "Name at least two different people, and let at least two of them open it together.",
  },
  NO_ELECTRON: {
    what: "A real vault needs the packaged app; this one runs without Electron.",
    todo: "Nothing was changed. Practise here, and tick the set-up list where the app is installed.",
  },
  NO_LINK: {
    what: "No network link is up yet.",
    todo: "Nothing was opened. Plug in the cable, and wait until its line turns.",
  },
  INCIDENT_KNOWN: {
    what: "There is a record of an incident {id} already.",
    todo: "Nothing was opened. Give this one an id of its own.",
  },
  IMPORT_INCOMPLETE: {
    what: "No stick holds all that is to be sealed.",
    todo: "Nothing was read. Put the key files, policy.json and runbook.md at the top of one stick.",
  },
  ACCESS_IS_OPEN: {
    what: "The access is open: this window stays.",
    todo: "Close the access first; AWS ends it at its deadline in any case.",
  },
  KEYS_TOO_FEW: {
    what: "A vault needs two security keys at least; {have} would open this one.",
    todo: "Nothing that was entered is lost. Enrol another key.",
  },
  RUNBOOK_CHANGED: {
    what: "The runbook on this laptop is not the one that was sealed.",
    todo: "Don't follow it. Bring it back from a copy; the vault itself is not touched by this.",
  },
  PDF_NOT_SAVED: {
    what: "The PDF could not be written to {file} ({reason}).",
    todo: "The record is kept all the same. Choose a folder that can be written to, and save again.",
  },
} as const satisfies Record<string, Failure>;
