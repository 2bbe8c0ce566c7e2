import type { Failure } from "../failures.ts";

/** The evidence folder, the review's sign-off, the custody register and the calendar. */
export const evidenceFailures = {
  CALENDAR_NOT_WRITTEN: {
    what: "{file} can't be written ({why}).",
    todo: "Nothing was changed. Give another file, or a folder that you may write to.",
  },
  EVIDENCE_RECORDS_NOT_VALID: {
    what: "The records don't hold ({code}): no evidence is made of them.",
    todo: "Nothing was written. Look at what is wrong with `pullstation verify`, and export from a copy that is whole.",
  },
  EVIDENCE_NO_RECORDS: {
    what: "There are no records in {dir}.",
    todo: "Nothing was written. Give a vault's folder: it holds records/.",
  },
  EVIDENCE_FOLDER_TAKEN: {
    what: "{folder} is there already.",
    todo: "Nothing was written. Give a folder that does not exist yet.",
  },
  EVIDENCE_NOT_WRITTEN: {
    what: "The evidence folder {folder} can't be written ({why}).",
    todo: "Nothing is left of it. Give a place with room that you may write to.",
  },
} as const satisfies Record<string, Failure>;
