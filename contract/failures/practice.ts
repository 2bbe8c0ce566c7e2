import type { Failure } from "../failures.ts";

export const practiceFailures = {
  PRACTICE_STATE_UNREADABLE: {
    what: "Practice AWS could not read its own state in {file}.",
    todo: "No other AWS is invented in its place. It holds nothing real: bring the file back, or begin a drill in another folder.",
  },
  PRACTICE_FAULT_UNKNOWN: {
    what: "Practice AWS was told to inject a fault that it does not know.",
    todo: "Nothing was changed. `pullstation practice-aws --help` lists the faults.",
  },
  PRACTICE_OUT_OF_ORDER: {
    what: "The practice stage was asked for something before it stood.",
    todo: "Nothing was done. Begin the drill again.",
  },
  PRACTICE_NO_STAGE: {
    what: "No drill stands in {dir}.",
    todo: "Give the folder of a drill that was begun, or begin one there.",
  },
  PRACTICE_POLICY_UNREADABLE: {
    what: "{file} can't be read as what the drill takes it for.",
    todo: "Check the path; a policy file is JSON with regions and kitExpires.",
  },
  PRACTICE_AWS_FOLDER_UNUSABLE: {
    what: "The folder {dir} can't be made or written ({reason}).",
    todo: "Take a folder in which this user may write, inside one that is there.",
  },
  PRACTICE_AWS_ADDRESS_TAKEN: {
    what: "Practice AWS can't listen on 127.0.0.1:{port}.",
    todo: "Another program may hold that port: choose another, or 0 for a free one.",
  },
  PRACTICE_KEY_FILE_UNREADABLE: {
    what: "{file} can't be read.",
    todo: "Check the path and that this user may read it.",
  },
  PRACTICE_KEY_STATE_UNREADABLE: {
    what: "{file} can't be read as the state of a practice security key.",
    todo: "Nothing was changed. Name another file, or a new one: it is made.",
  },
  PRACTICE_KEY_STATE_UNWRITABLE: {
    what: "{file} can't be written, so a practice security key can't keep its state there.",
    todo: "Name a file in a folder that is there and that this user may write to.",
  },
  PRACTICE_KEY_STATE_TAKEN: {
    what: "{file} is the state of a practice security key that process {pid} has plugged in.",
    todo: "End that process, or name another file: two keys on one state would each undo the other's.",
  },
  PRACTICE_KEY_ADDRESS_TAKEN: {
    what: "The practice key can't listen on {host}:{port}.",
    todo: "Another program may hold that port: choose another, or 0 for a free one.",
  },
} as const satisfies Record<string, Failure>;
