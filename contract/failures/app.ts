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
  STATION_NOT_READY: {
    what: "A real vault can't be sealed with this version yet.",
    todo: "Nothing was changed. Practise, and use the set-up list to prepare people, keys and paper.",
  },
  PDF_NOT_SAVED: {
    what: "The PDF could not be written to {file} ({reason}).",
    todo: "The record is kept all the same. Choose a folder that can be written to, and save again.",
  },
} as const satisfies Record<string, Failure>;
