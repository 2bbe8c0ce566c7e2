import type { Failure } from "../failures.ts";

/** Codes of the drill command, and of an access that did not open. */
export const drillFailures = {
  THRESHOLD_TOO_HIGH: {
    what: "{threshold} custodians can't be needed when there are {custodians}.",
    todo: "Nothing was written. Give a threshold from 2 to the number of custodians.",
  },
  DRILL_FOLDER_USED: {
    what: "The folder {dir} is not empty.",
    todo: "Nothing was written. Take another folder, or finish a drill that lies there with --resume.",
  },
  DRILL_FOLDER_UNUSABLE: {
    what: "The folder {dir} can't be made or read.",
    todo: "Nothing was written. Take a folder in which this user may write.",
  },
  DRILL_FOLDER_MISSING: {
    what: "There is no drill in {dir}.",
    todo: "Nothing was changed. Give the folder that the drill printed when it began.",
  },
  DRILL_UNFINISHED: {
    what: "The last drill in {dir} is not finished: its record is not written, or something may be open.",
    todo: "Nothing was changed. Finish it with --resume, then begin the next one.",
  },
  DRILL_FAULTS_CLASH: {
    what: "The faults {one} and {other} can't come in one drill: the first leaves nothing for the other.",
    todo: "Nothing was written. Make two drills of it; --again uses the same vault.",
  },
  DRILL_STOPPED: {
    what: "People stopped the drill before AWS was asked to open.",
    todo: "Nothing was opened. Hold it again; it stays due.",
  },
  DRILL_LEFT: {
    what: "People left the drill before its record was signed.",
    todo: "It is recorded as left and stays due. Hold it again, and let the witness say what was seen.",
  },
  DRILL_CUT_OFF: {
    what: "The drill was cut off: the app ended before its record was signed.",
    todo: "It is recorded as left and stays due. Hold it again.",
  },
  RECORDS_MISSING: {
    what: "The records of the vault in {dir} are missing or incomplete.",
    todo: "What was open was closed with the closer, where it could be; nothing was sealed over. Bring the records back from a copy.",
  },
  DISK_REFUSED: {
    what: "The disk refused to write or read {file} ({reason}).",
    todo: "Make room or mend its permissions, then finish with --resume: the journal says what is open.",
  },
  ACCESS_NOT_OPENED: {
    what: "The access was not opened: {why}.",
    todo: "Look at the record: it says how each account was left. In a drill `--resume` looks again.",
  },
} as const satisfies Record<string, Failure>;
